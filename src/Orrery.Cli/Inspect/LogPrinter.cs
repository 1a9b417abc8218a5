using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data.Logs;
using Orrery.Data.Logs.Inspection;
using Orrery.Data.Logs.Inspection.Roles;
using Spectre.Console;

namespace Orrery.Cli.Inspect;

/// <summary>Prints what a log holds: a table of its columns, what to look at, and which roles the columns could have.</summary>
internal sealed class LogPrinter(Session session, LogInspection log)
{
    private const int RowsToPrint = 5;
    private const int DelaysToPrint = 12;
    private const int ColumnsToPrint = 8;
    private const int RolesToPrint = 24;

    public void Print()
    {
        TextWriter output = session.Output;
        output.WriteLine(log.Clock is { } clock
            ? $"{log.Source}: {log.Rows:#,0} rows, one every {FindingWords.Time(clock.Step, clock)}{(clock.Unit.Length > 0 ? $", told by '{clock.Column}'" : "")}"
            : $"{log.Source}: {log.Rows:#,0} rows; no column tells the time");
        session.Results.Write(Columns());
        PrintFindings();
        if (log.Suggestion is { } suggestion)
            PrintSuggestion(suggestion);
    }

    private Table Columns()
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("column", "what", "unit", "mean", "std", "least", "most", "over time", "remark");
        foreach (InspectedColumn column in log.Columns)
        {
            bool hasNumbers = column.Content is ColumnContent.Number or ColumnContent.Constant;
            table.AddRow(
                column.Name.EscapeMarkup(),
                column.Role.Length > 0 ? column.Role : Name(column.Content),
                column.Unit.EscapeMarkup(),
                hasNumbers ? Number(column.Mean) : "", hasNumbers ? Number(column.StandardDeviation) : "",
                hasNumbers ? Number(column.Minimum) : "", hasNumbers ? Number(column.Maximum) : "",
                column.Content == ColumnContent.Number ? Sparkline.Of(column) : "",
                Remark(column).EscapeMarkup());
        }

        return table;
    }

    private string Remark(InspectedColumn column)
    {
        string[] kinds = [.. log.Findings.Where(finding => finding.Column == column.Name).Select(finding => FindingWords.Short(finding.Kind)).Distinct()];
        return string.Join(", ", kinds);
    }

    private void PrintFindings()
    {
        TextWriter output = session.Output;
        if (log.Findings.Count == 0)
        {
            output.WriteLine("Nothing was found that needs a decision.");
            return;
        }

        foreach (IGrouping<FindingSeverity, LogFinding> group in log.Findings.GroupBy(finding => finding.Severity))
        {
            output.WriteLine();
            output.WriteLine(FindingWords.Heading(group.Key));
            foreach (IGrouping<(string, string, string), LogFinding> equal in group.GroupBy(finding => (finding.Sentence, finding.Decision, FindingWords.Rows(finding, RowsToPrint))))
            {
                LogFinding finding = equal.First();
                output.WriteLine($"  {Columns([.. equal.Select(one => one.Column)])}: {finding.Sentence}");
                string rows = FindingWords.Rows(finding, RowsToPrint);
                if (rows.Length > 0)
                    output.WriteLine($"      {rows}");
                if (finding.Decision.Length > 0)
                    output.WriteLine($"      decide: {finding.Decision}");
            }
        }
    }

    /// <summary>Columns of which the same is to be said.</summary>
    private static string Columns(string[] names) => names is [""]
        ? "rows"
        : $"{string.Join(", ", names.Take(ColumnsToPrint))}{(names.Length > ColumnsToPrint ? $", ... ({names.Length:#,0} columns)" : "")}";

    private void PrintSuggestion(RoleSuggestion suggestion)
    {
        if (suggestion.Roles.Count < 2)
            return;
        TextWriter output = session.Output;
        output.WriteLine();
        output.WriteLine("What could be what (a suggestion: only you know what is commanded)");
        SuggestedRole[] shown = [.. suggestion.Roles.OrderBy(role => suggestion.Roles.Count > RolesToPrint && role.Role is null).Take(RolesToPrint)];
        int width = shown.Max(role => role.Column.Length);
        foreach (SuggestedRole role in shown)
            output.WriteLine($"  {role.Column.PadRight(width)}  {(role.Role is { } known ? Name(known) : "unclear"),-11}  {role.Reason}");
        if (suggestion.Roles.Count > shown.Length)
            output.WriteLine($"  and {suggestion.Roles.Count - shown.Length:#,0} more columns ({suggestion.Roles.Except(shown).Count(role => role.Role is null):#,0} unclear); --json lists them all");
        foreach (Influence influence in suggestion.Influences.Where(FromAction).Take(DelaysToPrint))
            output.WriteLine($"  delay of {FindingWords.Delay(influence.Delay!.Value, log.Clock)} from {influence.From} to {influence.To} (gain {influence.Gain * 100:0.#} %)");
        output.WriteLine(suggestion.Command.Length > 0
            ? $"  {(log.Findings.Any(finding => finding.Severity == FindingSeverity.Stops) ? "once the above is decided, train so" : "train so")}: {suggestion.Command}"
            : "  No column clearly moves before others. Name them yourself with --observations and --actions.");

        bool FromAction(Influence influence) => influence.Delay is > 0
            && suggestion.Roles.Any(role => role.Role == ColumnRole.Action && role.Column == influence.From)
            && suggestion.Roles.Any(role => role.Role == ColumnRole.Observation && role.Column == influence.To);
    }

    private static string Name(Enum value) => value.ToString().ToLowerInvariant();

    private static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);
}
