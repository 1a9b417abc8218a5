namespace Orrery.Data.Logs.Inspection;

/// <summary>Findings about how the numbers of a column behave.</summary>
internal static class SensorFindings
{
    public static IEnumerable<LogFinding> Of(ColumnScan column)
    {
        if (column.Minimum == column.Maximum)
        {
            yield return new LogFinding(
                column.Name, FindingKind.Constant, FindingSeverity.Note, column.Numbers, [],
                $"It is always {column.Minimum:G6}: nothing can be learned from it.", "leave it out");
            yield break;
        }

        HashSet<double> explained = [];
        LogFinding?[] found =
        [
            Code(column, column.Runs.Least, column.Maximum, "below", explained),
            Code(column, column.Runs.Greatest, column.Minimum, "above", explained),
            Saturated(column, column.Runs.Least, "least", explained),
            Saturated(column, column.Runs.Greatest, "greatest", explained),
            Stuck(column, explained),
            Outliers(column, explained),
            Quantised(column),
        ];
        foreach (var finding in found)
        {
            if (finding is not null)
                yield return finding;
        }
    }

    /// <summary>Whether values mostly stay, as those of set-points and valves do.</summary>
    private static bool Holds(ColumnScan column) => column.Unchanged >= InspectedColumn.HoldingShare * column.Numbers;

    private static LogFinding? Code(ColumnScan column, ExtremeLevels end, double otherEnd, string side, HashSet<double> explained)
    {
        if (end.Levels.Count < 2 || column.Distinct < Thresholds.CodeLevels || end.Levels[0].Rows < 2)
            return null;
        var (code, next) = (end.Levels[0], end.Levels[1]);
        var range = Math.Abs(otherEnd - next.Value);
        if (range == 0 || Math.Abs(next.Value - code.Value) < Thresholds.CodeDistance * range)
            return null;
        explained.Add(code.Value);
        return new LogFinding(
            column.Name, FindingKind.Code, FindingSeverity.Misleads, code.Rows, code.Runs,
            $"{code.Rows:N0} values are {code.Value:G6}, far {side} all others ({Math.Min(next.Value, otherEnd):G6} to {Math.Max(next.Value, otherEnd):G6}): a code for 'no value'?",
            $"--missing {code.Value:R}");
    }

    private static LogFinding? Saturated(ColumnScan column, ExtremeLevels end, string which, HashSet<double> explained)
    {
        if (!end.IsFull || column.Distinct < Thresholds.CodeLevels)
            return null;
        var levels = end.Levels.Where(candidate => !explained.Contains(candidate.Value)).ToArray();
        var level = levels[0];
        if (level.Rows < Thresholds.SaturatedRows || level.LongestRun < Thresholds.SaturatedRun
            || level.Rows < Thresholds.SaturationPile * levels.Skip(1).Max(next => next.Rows))
        {
            return null;
        }

        explained.Add(level.Value);
        return new LogFinding(
            column.Name, FindingKind.Saturation, Holds(column) ? FindingSeverity.Note : FindingSeverity.Misleads, level.Rows, level.Runs,
            $"{level.Value:G6} is its {which} value in {100.0 * level.Rows / column.Numbers:0.##} % of the rows, up to {level.LongestRun:N0} in a row: the end of a sensor's or an actuator's range?",
            which == "least" ? $"--range \"{level.Value:R}<={column.Name}\" declares it as a limit; --missing {level.Value:R} leaves these rows out" : $"--range \"{column.Name}<={level.Value:R}\" declares it as a limit; --missing {level.Value:R} leaves these rows out");
    }

    private static LogFinding? Stuck(ColumnScan column, HashSet<double> explained)
    {
        var runs = column.Runs;
        var others = runs.Count - runs.Longest.Count;
        if (others < Thresholds.RunsToJudge)
            return null;
        var mean = (column.Numbers - runs.Longest.Sum(run => run.Length)) / (double)others;
        var stays = 1 - (1 / mean); // The chance that a value is that of the row above, the longest stretches aside.
        var habit = Holds(column) ? Thresholds.StuckBeyondHabit * runs.Lengths.Quantile(0.99) : 0;
        var shortest = Math.Max(Thresholds.ShortestStuck, habit);
        RowRange[] stuck =
        [
            .. runs.Longest
                .Where(run => run.Length >= shortest && !explained.Contains(run.Rows.Value)
                    && run.Length >= Thresholds.StuckBeyondNeighbours * run.Around
                    && runs.Count * Math.Pow(stays, run.Length - 1) < Thresholds.StuckExpectation
                    && runs.Lengths.AtLeast(run.Length / 4.0) <= Thresholds.HabitRuns)
                .Select(run => run.Rows),
        ];
        if (stuck.Length == 0)
            return null;
        var longest = runs.Longest.First(run => stuck.Contains(run.Rows));
        return new LogFinding(
            column.Name, FindingKind.Stuck, Holds(column) ? FindingSeverity.Note : FindingSeverity.Misleads,
            runs.Longest.Where(run => stuck.Contains(run.Rows)).Sum(run => run.Length), [.. stuck.OrderBy(run => run.First)],
            $"It stays at exactly {longest.Rows.Value:G6} for {longest.Length:N0} rows, though elsewhere it keeps a value for {mean:0.#} on average{(stuck.Length > 1 ? $"; {stuck.Length} such stretches" : "")}.",
            $"{FindingWords.LeaveOut([.. stuck.OrderBy(run => run.First)], stuck.Sum(run => run.Last - run.First + 1))}, or do without the column");
    }

    private static LogFinding? Outliers(ColumnScan column, HashSet<double> explained)
    {
        if (column.Spikes.Candidates > Thresholds.SpikeHabit * column.Numbers)
            return null;
        var (low, high) = column.Sample.Middle(0.9);
        var usual = column.Changes > column.Numbers / 50 ? column.Moves.Quantile(0.98) : 0;
        var spikes = column.Spikes.Outliers(Math.Max(Thresholds.SpikeRelevance * (high - low), Thresholds.SpikeBeyondMoves * usual));

        // A valve that opens for one row is no outlier, unless it goes where it never is otherwise.
        var (least, most) = column.Sample.Middle(0.98);
        if (Holds(column))
            spikes.RemoveAll(spike => spike.Value >= least - (most - least) && spike.Value <= most + (most - least));
        spikes.RemoveAll(spike => column.Spikes.IsAtEnd(spike.Row) && spike.Value >= least && spike.Value <= most);
        spikes.RemoveAll(spike => explained.Contains(spike.Value));
        if (spikes.Count == 0)
            return null;
        var farthest = spikes.MaxBy(spike => spike.Distance);
        return new LogFinding(
            column.Name, FindingKind.Outlier, FindingSeverity.Misleads, spikes.Count,
            [.. spikes.Take(Thresholds.RowsToList).Select(spike => new RowRange(spike.Row, spike.Row, spike.Value))],
            $"{CellFindings.Many(spikes.Count, "single value is", "single values are")} far from {(spikes.Count == 1 ? "its" : "their")} neighbours, the farthest {farthest.Value:G6} in row {farthest.Row:N0}, {farthest.Distance:G3} away.",
            Limits(column.Name, spikes, least, most));
    }

    /// <summary>A range that leaves out just the outliers, where they lie outside of what is usual.</summary>
    private static string Limits(string name, List<Spike> spikes, double least, double most)
    {
        double? low = spikes.Exists(spike => spike.Value < least) ? (spikes.Where(spike => spike.Value < least).Max(spike => spike.Value) + least) / 2 : null;
        double? high = spikes.Exists(spike => spike.Value > most) ? (spikes.Where(spike => spike.Value > most).Min(spike => spike.Value) + most) / 2 : null;
        if (spikes.Exists(spike => spike.Value >= least && spike.Value <= most))
            return FindingWords.LeaveOut([.. spikes.Take(Thresholds.RowsToList).Select(spike => new RowRange(spike.Row, spike.Row))], spikes.Count) is { Length: > 0 } cut
                ? cut
                : "correct the log: they lie within what is usual elsewhere";
        return $"--range \"{(low is null ? "" : $"{low:G4}<=")}{name}{(high is null ? "" : $"<={high:G4}")}\" --outside gap";
    }

    private static LogFinding? Quantised(ColumnScan column)
    {
        if (column.Distinct is < Thresholds.FewestQuantisedLevels or > Thresholds.QuantisedLevels
            || column.Numbers < (long)column.Distinct * Thresholds.RowsPerLevel
            || column.Changes < (long)column.Distinct * Thresholds.ChangesPerLevel
            || column.Moved > Thresholds.QuantisedMove * column.Changes * column.SmallestMove)
        {
            return null;
        }

        return new LogFinding(
            column.Name, FindingKind.Quantised, FindingSeverity.Note, column.Numbers, [],
            $"It takes only {column.Distinct} different values, {column.SmallestMove:G3} apart: smaller changes cannot be seen.", "");
    }
}
