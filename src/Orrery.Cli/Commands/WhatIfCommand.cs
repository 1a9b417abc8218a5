using System.CommandLine;
using System.Globalization;
using System.Text;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Evaluation.Protocols;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models;
using Orrery.Tensors;
using Orrery.Tensors.Serialization;
using Spectre.Console;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery whatif</c>: what a plant's model predicts for inputs that a person thinks of.</summary>
internal static class WhatIfCommand
{
    private const int ShownRows = 20;

    private const string Help =
        """
        Predict what a plant does under inputs that you think of, from the end of a record; prints it and writes whatif.html with plots. A
        table has a column for each input, by name, and a row per sampling time; inputs that it leaves out hold their last value. Several
        tables are drawn as scenarios side by side. It warns where inputs leave what was recorded, or break the recipe's limits.

        Examples:
          orrery whatif runs/tank inputs.csv
          orrery whatif runs/tank careful.csv bold.csv --output predicted.csv
          orrery whatif runs/tank inputs.csv --from 1200        as if row 1,200 were the last known one, beside what was measured then
          orrery whatif runs/house inputs.csv --json
        """;

    public static Command Create(CommandHost host)
    {
        Argument<DirectoryInfo> run = new("run") { Description = "Folder of the run." };
        Argument<FileInfo[]> files = new("inputs") { Description = "Tables of future inputs.", Arity = ArgumentArity.OneOrMore };
        Option<long?> from = new("--from") { Description = "Last known row of the record, from 1; its last when left out." };
        Option<FileInfo?> output = new("--output", "-o") { Description = "Write the predictions to this CSV file." };
        Option<string?> log = new("--log") { Description = "Predict from another record instead of the run's own, read as that was; columns of other names are named in the order of training." };
        LogOptionSet options = new();
        Command command = new("whatif", Help);
        command.Arguments.Add(run);
        command.Arguments.Add(files);
        foreach (Option option in (Option[])[from, output, log])
            command.Options.Add(option);
        options.AddTo(command);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            if (Array.Find(parsed.GetValue(files)!, file => file.Name.StartsWith("--", StringComparison.Ordinal)) is { } option)
                throw new UsageException($"There is no option '{option.Name}'; 'orrery whatif --help' lists them. The tables say how far ahead is looked, a row per sampling time.");
            string folder = parsed.GetValue(run)!.FullName;
            using CpuBackend backend = new(parsed.GetValue(CommonOptions.Threads));
            using WorldModel model = WorldModel.Load(folder, backend);
            RunData.RequireColumns(model, "what-if is for columns.");
            using Dataset trained = RunData.OpenTrainedOn(folder);
            using Dataset? record = parsed.GetValue(log) is { } place
                ? TrainedLog.Import(place, options.Read(parsed), trained, Path.Combine(folder, "asked-from"), session, cancellation)
                : null;
            WhatIfResult result = new WhatIfStudy(model, trained).Predict(
                record ?? trained, [.. parsed.GetValue(files)!.Select(file => file.FullName)], parsed.GetValue(from));
            string page = Path.Combine(folder, "whatif.html");
            WhatIfReport.Build($"What if: {string.Join(", ", result.Scenarios.Select(scenario => scenario.Name))}", result).Save(page);
            if (parsed.GetValue(output) is { } table)
                AtomicFile.WriteText(table.FullName, Table(result));
            session.Result(Report(result, page), CliJson.Default.WhatIfReportDocument, () => Print(session, result));
            foreach (WhatIfScenario scenario in result.Scenarios)
            {
                foreach (string remark in scenario.Remarks)
                    session.Remark($"{scenario.Name}: {remark}");
                foreach (string warning in scenario.Warnings)
                    session.Warn($"{scenario.Name}: {warning}");
            }

            session.Remark($"Report: {page}");
            return ExitCodes.Fine;
        });
    }

    private static void Print(Session session, WhatIfResult result)
    {
        foreach (WhatIfScenario scenario in result.Scenarios)
        {
            Table table = new Table().Border(TableBorder.Rounded).Title($"{scenario.Name}, after row {result.From}".EscapeMarkup());
            table.AddColumn(new TableColumn("row").RightAligned());
            foreach (PlannedColumn column in scenario.Columns)
                table.AddColumn(new TableColumn($"{column.Name}{(column.Unit.Length > 0 ? $" ({column.Unit})" : "")}{(IsPredicted(column) ? ", predicted" : "")}".EscapeMarkup()).RightAligned());
            int rows = scenario.Columns[0].Future.Count;
            for (int row = 0; row < rows; row++)
            {
                if (row == ShownRows / 2 && rows > ShownRows)
                {
                    table.AddRow([.. Enumerable.Repeat("…", scenario.Columns.Count + 1)]);
                    row = rows - (ShownRows / 2);
                }

                table.AddRow([$"+{row + 1}", .. scenario.Columns.Select(column => Cell(column, row))]);
            }

            session.Results.Write(table);
        }
    }

    private static string Cell(PlannedColumn column, int row)
    {
        if (column.Uncertainty is not { } half)
            return column.Future[row].ToString("0.####", CultureInfo.InvariantCulture);

        // Two digits of the uncertainty count, and what is predicted is not told more finely than ten times that.
        int decimals = half[row] > 0 && double.IsFinite(half[row]) ? Math.Clamp(1 - (int)Math.Floor(Math.Log10(half[row])), 0, 9) : 4;
        string form = "0." + new string('#', decimals);
        return string.Create(CultureInfo.InvariantCulture, $"{column.Future[row].ToString(form + "#", CultureInfo.InvariantCulture)} ± {half[row].ToString(form, CultureInfo.InvariantCulture)}");
    }

    private static bool IsPredicted(PlannedColumn column) => !column.IsAction && !column.IsDisturbance;

    /// <summary>Each scenario's rows below each other: predictions with their intervals, then inputs.</summary>
    private static string Table(WhatIfResult result)
    {
        StringBuilder text = new("scenario,row");
        foreach (PlannedColumn column in result.Scenarios[0].Columns)
            text.Append(',').Append(Quoted(column.Name)).Append(IsPredicted(column) ? $",{Quoted($"{column.Name} low")},{Quoted($"{column.Name} high")}" : "");
        text.Append('\n');
        foreach (WhatIfScenario scenario in result.Scenarios)
        {
            for (int row = 0; row < scenario.Columns[0].Future.Count; row++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Quoted(scenario.Name)},{row + 1}");
                foreach (PlannedColumn column in scenario.Columns)
                {
                    double value = column.Future[row];
                    text.Append(CultureInfo.InvariantCulture, $",{(float)value:R}");
                    if (IsPredicted(column))
                        text.Append(column.Uncertainty is { } half ? string.Create(CultureInfo.InvariantCulture, $",{(float)(value - half[row]):R},{(float)(value + half[row]):R}") : ",,");
                }

                text.Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(',', '"', '\n') < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static WhatIfReportDocument Report(WhatIfResult result, string page) => new(
        result.From,
        [.. result.Scenarios.Select(scenario => new WhatIfScenarioReport(
            scenario.Name,
            [.. scenario.Columns.Select(column => new PlanColumnReport(column.Name, column.Unit, column.IsAction, column.IsDisturbance, column.Future, column.Uncertainty))],
            scenario.Remarks, scenario.Warnings))],
        page);
}

/// <param name="From">The last known row of the record, from 1.</param>
/// <param name="Scenarios">One for each table of inputs.</param>
/// <param name="Page">Plots of them.</param>
internal sealed record WhatIfReportDocument(long From, IReadOnlyList<WhatIfScenarioReport> Scenarios, string Page);

/// <param name="Name">The table's name.</param>
/// <param name="Columns">Predicted outputs, then inputs.</param>
/// <param name="Remarks">What was assumed.</param>
/// <param name="Warnings">Where the model extrapolates, and which limits would be broken.</param>
internal sealed record WhatIfScenarioReport(string Name, IReadOnlyList<PlanColumnReport> Columns, IReadOnlyList<string> Remarks, IReadOnlyList<string> Warnings);
