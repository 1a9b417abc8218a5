using System.Text.RegularExpressions;
using Orrery.Data.Logs.Import;

namespace Orrery.Data.Logs.Inspection;

/// <summary>Finds a date in one column and the time of day in another, which tell the time only together.</summary>
internal static partial class TwoColumnClock
{
    public static LogFinding? Find(IReadOnlyList<ColumnScan> columns)
    {
        var day = columns.FirstOrDefault(column => column.Dates > column.Numbers && column.Dates >= column.Unreadable.Count);
        var clock = columns.FirstOrDefault(column => column.Numbers == 0 && column.Dates == 0 && FirstWord(column) is { } word && TimeOfDay().IsMatch(word));
        if (day is null || clock is null || day.Name.Contains(' ', StringComparison.Ordinal) || clock.Name.Contains(' ', StringComparison.Ordinal))
            return null;
        var format = day.DateFormat is { } date && StampFormat.ClockOf(FirstWord(clock)!) is { } rest ? $" --time-format \"{date} {rest}\"" : "";
        return new LogFinding(day.Name, FindingKind.DateFormat, FindingSeverity.Note, day.Dates, [],
            $"It holds days and '{clock.Name}' the time of day: together they tell the time of a row{(day.DateFormat is null ? "" : ", in a form that only you know")}.",
            $"--time-column \"{day.Name} {clock.Name}\"{format}");
    }

    private static string? FirstWord(ColumnScan column) => column.Unreadable.Tokens.Select(token => token.Token).FirstOrDefault(token => token.Length > 0);

    [GeneratedRegex(@"^\d{1,2}:\d{2}(:\d{2})?( ?[AaPp][Mm])?$")]
    private static partial Regex TimeOfDay();
}
