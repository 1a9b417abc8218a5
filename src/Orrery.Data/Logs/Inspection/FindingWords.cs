namespace Orrery.Data.Logs.Inspection;

/// <summary>How findings are put into words, the same on a terminal and on a page.</summary>
public static class FindingWords
{
    /// <summary>One or two words for a kind.</summary>
    public static string Short(FindingKind kind) => kind switch
    {
        FindingKind.Missing => "missing values",
        FindingKind.DateFormat => "form of times",
        FindingKind.DecimalComma => "decimal comma",
        FindingKind.Ragged => "ragged rows",
        FindingKind.Opening => "first rows",
        FindingKind.LeftOut => "left out",
        FindingKind.OutOfOrder => "out of order",
        FindingKind.SameTime => "same time twice",
        FindingKind.RepeatedRow => "repeated rows",
        FindingKind.OutsideRange => "outside its range",
        FindingKind.IrregularSampling => "irregular",
        FindingKind.Code => "a code?",
        FindingKind.Stuck => "stuck",
        FindingKind.Outlier => "outliers",
        FindingKind.Saturation => "saturated",
        FindingKind.TimeGap => "gaps",
        FindingKind.Constant => "constant",
        FindingKind.Quantised => "coarse",
        _ => "text",
    };

    /// <summary>What findings of a severity have in common.</summary>
    public static string Heading(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Stops => "Stops the import until you decide",
        FindingSeverity.Misleads => "Would be learned as if it were true",
        _ => "Worth knowing",
    };

    /// <summary>The rows of a finding: <c>rows 5, 9, 12 to 14, ...</c>; empty when it names none.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="most">Stretches to name.</param>
    public static string Rows(LogFinding finding, int most)
    {
        ArgumentNullException.ThrowIfNull(finding);
        if (finding.Rows.Count == 0)
            return "";
        var shown = finding.Rows.Take(most).Select(range => (range.IsOne ? $"{range.First:N0}" : $"{range.First:N0} to {range.Last:N0}")
            + (finding.Kind is FindingKind.Outlier or FindingKind.OutsideRange or FindingKind.Stuck ? $" ({range.Value:G6})" : ""));
        var isOne = finding.Rows.Count == 1 && finding.Rows[0].IsOne;
        return $"{(isOne ? "row" : "rows")} {string.Join(", ", shown)}{(finding.Rows.Count > most ? ", ..." : "")}";
    }

    /// <summary>The option that leaves out the rows of a finding; empty when there are more of them than it lists.</summary>
    /// <param name="rows">The rows that it lists.</param>
    /// <param name="count">How many rows it is about.</param>
    internal static string LeaveOut(IReadOnlyList<RowRange> rows, long count) =>
        rows.Sum(range => range.Last - range.First + 1) < count
            ? ""
            : $"--leave-out {string.Join(',', rows.Select(range => range.IsOne ? $"{range.First}" : $"{range.First}-{range.Last}"))}";

    /// <summary>A delay in rows, and in time when the log tells it: <c>5 rows (2.5 s)</c>.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="clock">What tells the time; null for nothing.</param>
    public static string Delay(int rows, LogClock? clock) =>
        $"{rows:N0} {(rows == 1 ? "row" : "rows")}{(clock is null || clock.Unit.Length == 0 ? "" : $" ({rows * clock.Step:G4} {clock.Unit})")}";

    /// <summary>A length of time with its unit; with the column's name where no unit is known.</summary>
    /// <param name="time">The time.</param>
    /// <param name="clock">What told it.</param>
    public static string Time(double time, LogClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return $"{time:G6} {(clock.Unit.Length > 0 ? clock.Unit : $"of '{clock.Column}'")}";
    }
}
