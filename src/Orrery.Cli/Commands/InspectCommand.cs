using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Inspect;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Data.Logs.Inspection;
using Orrery.Evaluation.Reports.Pages;
using Spectre.Console;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery inspect</c>: look at data before training on them.</summary>
internal static class InspectCommand
{
    public static Command Create(CommandHost host)
    {
        Argument<string> place = new("data") { Description = "A log file, before anything is imported, or a dataset folder." };
        Option<FileInfo?> report = new("--report") { Description = "Where to write an HTML page with a plot of every column." };
        LogOptionSet options = new();
        Command command = new("inspect",
            "Look at data before training: what every column holds, what is wrong with it and in which rows, and which columns could be actions. Nothing is repaired.\n\nExamples:\n"
            + "  orrery inspect log.csv\n"
            + "  orrery inspect log.csv --missing n/a --report log.html\n"
            + "  orrery inspect log.csv --columns columns.json --range \"0<=level<=10\"\n"
            + "  orrery inspect datasets/two-rooms");
        command.Arguments.Add(place);
        command.Options.Add(report);
        options.AddTo(command);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            string path = parsed.GetValue(place)!;
            if (Directory.Exists(path))
                InspectDataset(path, parsed.GetValue(report), session);
            else
                InspectLog(path, options.Read(parsed), parsed.GetValue(report), session, cancellation);
            return ExitCodes.Fine;
        });
    }

    private static void InspectLog(string path, LogOptions options, FileInfo? page, Session session, CancellationToken cancellation)
    {
        LogInspection inspection = LogInspector.Inspect(path, options, cancellation: cancellation);
        if (page is not null)
        {
            InspectionReport.Build(inspection).Save(page.FullName);
            session.Remark($"Report: {page.FullName}");
        }

        session.Result(inspection, CliJson.Default.LogInspection, () => new LogPrinter(session, inspection).Print());
    }

    private static void InspectDataset(string folder, FileInfo? page, Session session)
    {
        using Dataset dataset = Dataset.Open(folder);
        DatasetInspection inspection = DatasetInspection.Of(dataset);
        if (page is not null)
        {
            DataReport.Build(inspection).Save(page.FullName);
            session.Remark($"Report: {page.FullName}");
        }

        session.Result(inspection, CliJson.Default.DatasetInspection, () => Print(session, inspection));
    }

    private static void Print(Session session, DatasetInspection data)
    {
        session.Output.WriteLine($"{data.Source}");
        session.Output.WriteLine($"{data.Rows:#,0} rows every {Number(data.SamplingTime)} {data.TimeUnit} in {data.Episodes:#,0} episode{(data.Episodes == 1 ? "" : "s")} of {data.ShortestEpisode:#,0} to {data.LongestEpisode:#,0} rows;"
            + $" {data.Gaps:#,0} end in a gap or where another begins, {data.MissingRows:#,0} rows were left out for missing values");
        session.Output.WriteLine($"observation {data.ObservationShape}, action {data.ActionShape}, SHA-256 {data.Hash[..12]}…");
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumns("column", "what", "unit", "mean", "std", "least", "most", "over time", "remark");
        foreach (ColumnInspection column in data.Columns)
            table.AddRow(
                column.Name.EscapeMarkup(), column.Column, column.Unit.EscapeMarkup(), Number(column.Mean), Number(column.StandardDeviation),
                Number(column.Minimum), Number(column.Maximum), Sparkline.Of(column), Remark(column, data.Rows));
        session.Results.Write(table);
    }

    private static string Remark(ColumnInspection column, long rows) =>
        column.IsConstant ? "constant: nothing can be learned from it"
        : column.LongestRun > 20 && column.LongestRun > rows / 20
            ? $"stuck for {column.LongestRun:#,0} rows from row {column.LongestRunStart + 1:#,0}"
            : "";

    private static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);
}
