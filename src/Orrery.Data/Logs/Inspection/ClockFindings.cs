using System.Globalization;

namespace Orrery.Data.Logs.Inspection;

/// <summary>Findings about the order and the spacing of the rows.</summary>
internal static class ClockFindings
{
    /// <summary>Begins the decision that a column of batches parts the log.</summary>
    public const string EpisodeColumn = "--episode-column ";

    /// <summary>The decision that time begins anew wherever it goes back.</summary>
    public const string Restart = "--order restart";

    /// <summary>A log in which clocks were set back more often is longer than anyone's.</summary>
    private const int MostClockChanges = 20;

    private const double SecondsOfHour = 3600;

    /// <summary>Where no more rows than this are missing between two, a straight line between them is fair.</summary>
    private const double MostMissedRows = 4;

    /// <summary>What a column of times tells; the unit of numbers is known only when somebody said so.</summary>
    public static LogClock? Read(ColumnScan? column, LogOptions options)
    {
        if (column is null)
            return null;
        var step = column.Clock.MedianStep();
        if (double.IsNaN(step))
            return null;
        var (longest, row) = column.Clock.Longest[0];
        var isDate = column.Dates > column.Numbers;
        var unit = isDate ? "s" : column.Declared.Unit is { Length: > 0 } declared ? declared : options.TimeColumn is null ? "" : options.TimeUnit;
        return new LogClock(column.Name, step, unit, column.Clock.OtherShare(step), longest, row, isDate, column.DateFormat);
    }

    public static IEnumerable<LogFinding> Of(ColumnScan column, LogClock clock, RowList repeated, string? batches = null)
    {
        var scan = column.Clock;
        if (clock.Format is { } format)
        {
            yield return new LogFinding(
                column.Name, FindingKind.DateFormat, FindingSeverity.Stops, column.Dates, [],
                $"Its times do not begin with the year and look like {format}: only you know which number is the day.", $"--time-format \"{format}\"");
        }

        if (scan.Backwards.Count > 0)
        {
            var (cause, decision) = Cause(scan, clock, batches);
            yield return new LogFinding(
                column.Name, FindingKind.OutOfOrder, FindingSeverity.Stops, scan.Backwards.Count, Bare(scan.Backwards.First),
                $"The time goes back in {CellFindings.Many(scan.Backwards.Count, "row", "rows")}{cause}.", decision);
        }

        if (scan.Same.Count > 0)
        {
            yield return new LogFinding(
                column.Name, FindingKind.SameTime, FindingSeverity.Stops, scan.Same.Count, Bare(scan.Same.First),
                $"{CellFindings.Many(scan.Same.Count, "row has", "rows have")} the same time as the row above"
                + (repeated.Count == 0 ? ", with other values." : repeated.Count == scan.Same.Count ? " and repeat it in every cell." : $"; {repeated.Count:N0} repeat it in every cell."),
                repeated.Count == scan.Same.Count ? "--duplicates first" : "--duplicates first, last or mean");
        }

        var gaps = scan.LongerThan(Thresholds.GapFactor * clock.Step);
        if (clock.OtherSteps > Thresholds.IrregularShare)
        {
            yield return new LogFinding(
                column.Name, FindingKind.IrregularSampling, FindingSeverity.Misleads, (long)Math.Round(clock.OtherSteps * scan.Steps), LongSteps(scan, 0),
                $"{clock.OtherSteps * 100:0.#} % of the time steps differ from the median of {FindingWords.Time(clock.Step, clock)} by more than {Thresholds.StepTolerance * 100:0} %.",
                $"--resample {Rounded(clock.Step)} --resample-rule linear{(clock.LongestStep > MostMissedRows * clock.Step || gaps == 0 ? "" : $" --gap {Rounded(clock.LongestStep * 1.1)}")}");
        }

        if (gaps > 0)
        {
            yield return new LogFinding(
                column.Name, FindingKind.TimeGap, FindingSeverity.Note, gaps, LongSteps(scan, Thresholds.GapFactor * clock.Step),
                $"{CellFindings.Many(gaps, "time step is", "time steps are")} longer than {Thresholds.GapFactor} medians, the longest {FindingWords.Time(clock.LongestStep, clock)} before row {clock.LongestStepRow:N0}; each ends an episode.",
                $"--gap {Rounded(clock.LongestStep * 1.1)} lets all of them pass as one step");
        }
    }

    /// <summary>Why the time goes back, where that shows, and what decides about it.</summary>
    private static (string Cause, string Decision) Cause(ClockScan scan, LogClock clock, string? batches)
    {
        if (batches is not null)
            return ($", each where '{batches}' changes", $"{EpisodeColumn}{(batches.Contains(' ', StringComparison.Ordinal) ? $"\"{batches}\"" : batches)}");

        // The row after would have come a step later, had the clock not been set back by an hour.
        return clock.IsDate && scan.Backwards.Count <= MostClockChanges && Math.Abs(clock.Step - scan.LongestBack - SecondsOfHour) < clock.Step
            ? (" by an hour, as clocks do at the end of summer time", Restart)
            : ("", $"{Restart} where the time begins anew (the next test, a clock set back), or --order sort where rows were stored late");
    }

    /// <summary>Two digits, as people choose such times.</summary>
    private static string Rounded(double time) =>
        double.Parse(time.ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);

    private static RowRange[] LongSteps(ClockScan scan, double limit) =>
        [.. scan.Longest.Where(step => step.Step > limit).OrderBy(step => step.Row).Select(step => new RowRange(step.Row, step.Row))];

    private static RowRange[] Bare(IReadOnlyList<RowRange> rows) => [.. rows.Select(range => range with { Value = double.NaN })];
}
