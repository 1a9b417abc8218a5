using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Evaluation.Reports.Pages;
using Spectre.Console;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery inspect</c>: look at data before training on them.</summary>
internal static class InspectCommand
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const int SparklineWidth = 30;

    public static Command Create(CommandHost host)
    {
        Argument<string> place = new("data") { Description = "A dataset folder, or a log file (then name its columns)." };
        Option<FileInfo?> report = new("--report") { Description = "Where to write an HTML page with a plot of every column." };
        LogOptionSet options = new();
        Command command = new("inspect", "Show shapes, ranges, gaps, constant and stuck columns, and a picture of the data.\n\nExamples:\n  orrery inspect datasets/two-rooms\n  orrery inspect log.csv --observations level --actions voltage --report log.html");
        command.Arguments.Add(place);
        command.Options.Add(report);
        options.AddTo(command);
        return host.Bind(command, (parsed, session, _) =>
        {
            string path = parsed.GetValue(place)!;
            using Source source = Source.Open(path, parsed, options);
            DatasetInspection inspection = DatasetInspection.Of(source.Dataset);
            if (parsed.GetValue(report) is { } page)
            {
                DataReport.Build(inspection).Save(page.FullName);
                session.Remark($"Report: {page.FullName}");
            }

            session.Result(inspection, CliJson.Default.DatasetInspection, () => Print(session, inspection));
            return ExitCodes.Fine;
        });
    }

    private static void Print(Session session, DatasetInspection data)
    {
        session.Output.WriteLine($"{data.Source}");
        session.Output.WriteLine($"{data.Rows:#,0} rows every {Number(data.SamplingTime)} {data.TimeUnit} in {data.Episodes:#,0} episode{(data.Episodes == 1 ? "" : "s")} of {data.ShortestEpisode:#,0} to {data.LongestEpisode:#,0} rows;"
            + $" {data.Gaps:#,0} end in a gap, {data.MissingRows:#,0} rows were left out for missing values");
        session.Output.WriteLine($"observation {data.ObservationShape}, action {data.ActionShape}, SHA-256 {data.Hash[..12]}…");
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumns("column", "what", "unit", "mean", "std", "least", "most", "over time", "remark");
        foreach (ColumnInspection column in data.Columns)
            table.AddRow(
                column.Name.EscapeMarkup(), column.Column, column.Unit.EscapeMarkup(), Number(column.Mean), Number(column.StandardDeviation),
                Number(column.Minimum), Number(column.Maximum), Sparkline(column), Remark(column, data.Rows));
        session.Results.Write(table);
    }

    private static string Remark(ColumnInspection column, long rows) =>
        column.IsConstant ? "constant: nothing can be learned from it"
        : column.LongestRun > 20 && column.LongestRun > rows / 20
            ? $"stuck for {column.LongestRun:#,0} rows from row {column.LongestRunStart + 1:#,0}"
            : "";

    private static string Sparkline(ColumnInspection column)
    {
        IReadOnlyList<OutlinePoint> outline = column.Outline;
        if (outline.Count == 0 || column.IsConstant)
            return "";
        char[] line = new char[Math.Min(SparklineWidth, outline.Count)];
        for (int index = 0; index < line.Length; index++)
        {
            OutlinePoint point = outline[index * outline.Count / line.Length];
            double share = (((point.Low + point.High) / 2) - column.Minimum) / (column.Maximum - column.Minimum);
            line[index] = Blocks[(int)Math.Clamp(share * Blocks.Length, 0, Blocks.Length - 1)];
        }

        return new string(line);
    }

    private static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    /// <summary>A dataset that is there, or one imported from a log into a temporary folder for the time of looking.</summary>
    private sealed class Source(Dataset dataset, string? temporary) : IDisposable
    {
        public Dataset Dataset => dataset;

        public static Source Open(string path, ParseResult parsed, LogOptionSet options)
        {
            if (!File.Exists(path))
                return new Source(Dataset.Open(path), null);
            string folder = Path.Combine(Path.GetTempPath(), $"orrery-inspect-{Guid.NewGuid():N}");
            return new Source(LogImporter.Import(path, options.Read(parsed), folder), folder);
        }

        public void Dispose()
        {
            dataset.Dispose();
            if (temporary is not null)
                Directory.Delete(temporary, recursive: true);
        }
    }
}
