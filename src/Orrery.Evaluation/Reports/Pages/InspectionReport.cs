using Orrery.Data.Logs;
using Orrery.Data.Logs.Inspection;
using Orrery.Data.Logs.Inspection.Roles;
using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>The page of <c>orrery inspect</c> on a log: what its columns hold, what to decide about, and what could be an action.</summary>
public static class InspectionReport
{
    private const int RowsToName = 6;
    private const int DelaysToName = 20;

    /// <summary>Builds the page.</summary>
    public static HtmlReport Build(LogInspection log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var report = new HtmlReport("Orrery · log", log.Source, log.Clock is { } clock
            ? $"{log.Rows:N0} rows, one every {FindingWords.Time(clock.Step, clock)}. Nothing was changed and nothing was imported."
            : $"{log.Rows:N0} rows; no column tells the time. Nothing was changed and nothing was imported.");
        report.Add(Components.Tiles(Tiles(log)));
        if (log.Findings.Count == 0)
            report.Add(Components.Verdict(Tone.Good, "Nothing was found that needs a decision."));
        foreach (IGrouping<FindingSeverity, LogFinding> group in log.Findings.GroupBy(finding => finding.Severity))
            report.Section(FindingWords.Heading(group.Key), null, Components.Row(440, Components.Card("", Components.Table(Findings(group)))));
        report.Section("Columns", "Shaded: stuck, missing or a code. Dots: outliers and values outside the declared range. The horizontal axis counts the rows of the file.",
            Components.Row(440, Components.Card("", Components.Table(Columns(log)))), Components.Row(420, ColumnPlots.Of(log)));
        if (log.Suggestion is { } suggestion && suggestion.Roles.Count > 1)
            Suggest(report, log, suggestion);
        return report;
    }

    private static Tile[] Tiles(LogInspection log)
    {
        int Count(FindingSeverity severity) => log.Findings.Count(finding => finding.Severity == severity);
        int stops = Count(FindingSeverity.Stops), misleads = Count(FindingSeverity.Misleads);
        return
        [
            new Tile("rows", Figures.Short(log.Rows, 9), $"{log.Columns.Count} columns"),
            new Tile("to decide before the import", $"{stops}", stops == 0 ? "the import would go through" : "the import stops there", Tone: stops > 0 ? Tone.Bad : Tone.Good),
            new Tile("would mislead", $"{misleads}", misleads == 0 ? "no fault that looks like data" : "faults that look like data", Tone: misleads > 0 ? Tone.Warning : Tone.Good),
            log.Clock is { } clock
                ? new Tile("longest time step", Figures.Short(clock.LongestStep), $"median {Figures.Short(clock.Step, 6)}, before row {clock.LongestStepRow:N0}", clock.Unit)
                : new Tile("time", Figures.Missing, "no column tells it"),
        ];
    }

    private static DataTable Findings(IEnumerable<LogFinding> findings) => new(
        ["column", "what", "where", "what decides"],
        [.. findings.Select(finding => (IReadOnlyList<string>)
        [
            finding.Column.Length > 0 ? finding.Column : "rows", finding.Sentence, FindingWords.Rows(finding, RowsToName), finding.Decision,
        ])]);

    private static DataTable Columns(LogInspection log) => new(
        ["column", "what", "unit", "#missing", "#least", "#mean", "#most", "#deviation", "#different values", "remark"],
        [.. log.Columns.Select(column => (IReadOnlyList<string>)
        [
            column.Name, column.Role.Length > 0 ? column.Role : column.Content.ToString().ToLowerInvariant(), column.Unit,
            column.Missing == 0 ? "" : $"{column.Missing:N0}",
            Number(column, column.Minimum), Number(column, column.Mean), Number(column, column.Maximum), Number(column, column.StandardDeviation),
            column.Content == ColumnContent.Number ? column.Distinct < InspectedColumn.DistinctLimit ? $"{column.Distinct:N0}" : "many" : "",
            string.Join(", ", log.Findings.Where(finding => finding.Column == column.Name).Select(finding => FindingWords.Short(finding.Kind)).Distinct()),
        ])]);

    private static string Number(InspectedColumn column, double value) =>
        column.Content is ColumnContent.Number or ColumnContent.Constant ? Figures.Short(value, 4) : "";

    private static void Suggest(HtmlReport report, LogInspection log, RoleSuggestion suggestion)
    {
        var roles = new DataTable(
            ["column", "could be", "because it"],
            [.. suggestion.Roles.Select(role => (IReadOnlyList<string>)[role.Column, role.Role?.ToString().ToLowerInvariant() ?? "unclear", role.Reason])]);
        var delays = new DataTable(
            ["from", "to", "begins after", "#gain"],
            [.. suggestion.Influences.Take(DelaysToName).Select(influence => (IReadOnlyList<string>)
            [
                influence.From, influence.To, influence.Delay is { } delay ? FindingWords.Delay(delay, log.Clock) : "slowly", Figures.Percent(influence.Gain),
            ])]);
        report.Section("What could be what",
            "A suggestion: it shows what moves before what, and only you know what is commanded. Gain is the share of what a column's own past leaves open that the other's past explains.",
            Components.Row(380, Components.Card("", Components.Table(roles)), delays.Rows.Count > 0 ? Components.Card("", Components.Table(delays)) : Html.Empty),
            suggestion.Command.Length > 0 ? Components.Card("Train so", Html.Element("pre", "", Html.Text(suggestion.Command))) : Html.Empty);
    }
}
