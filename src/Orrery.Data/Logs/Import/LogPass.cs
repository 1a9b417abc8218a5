namespace Orrery.Data.Logs.Import;

/// <summary>One log read once, in constant memory: rows go through sorting, merging, gaps and resampling into a sink.</summary>
internal static class LogPass
{
    /// <summary>A time step longer than this many sampling times is a gap.</summary>
    private const double GapFactor = 1.5;

    private const int RowsBetweenReports = 1 << 14;

    /// <summary>What is known of a log before its rows are read.</summary>
    /// <param name="Name">The log's name.</param>
    /// <param name="SamplingTime">Time between two rows of the log.</param>
    /// <param name="IsKnown">Whether the log or the user says so; otherwise it is one step.</param>
    /// <param name="HasDecimalComma">Whether its numbers are written 1,5.</param>
    /// <param name="Columns">What the header and the user say about the chosen columns.</param>
    /// <param name="Opening">Where the header was found, where it is not simply the first row.</param>
    /// <param name="Rows">Rows that were counted; null when the log did not need to be read for it.</param>
    internal readonly record struct Clock(
        string Name, double SamplingTime, bool IsKnown, bool HasDecimalComma, IReadOnlyList<ColumnDeclaration> Columns, LogOpening Opening, long? Rows);

    /// <summary>Finds the time between rows, reading the log for its times where nothing else tells.</summary>
    public static Clock Measure(string place, LogOptions options, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        using RowReader reader = new(place, options);
        if (options.SamplingTime is { } given)
            return new Clock(reader.Name, given, true, reader.HasDecimalComma, reader.Declared, reader.Opening, null);
        if (options.TimeColumn is null)
            return new Clock(reader.Name, 1, false, reader.HasDecimalComma, reader.Declared, reader.Opening, null);
        StepMedian median = new();
        RowSorter sorter = new(reader.Name, options.Rules.Order, 0, median);
        LogRow row = new(0);
        while (reader.Next(row, timeOnly: true))
        {
            sorter.Accept(row);
            Report(reader, true, progress, cancellation);
        }

        sorter.Complete();
        return new Clock(reader.Name, median.Result() ?? 1, median.Result() is not null, reader.HasDecimalComma, reader.Declared, reader.Opening, reader.Count);
    }

    /// <summary>Reads the log into a sink.</summary>
    /// <exception cref="OrreryDataException">It cannot be used; the sentence says where and what to do.</exception>
    public static ImportCounts Run(
        string place, Clock clock, LogOptions options, IStretchSink sink, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        using RowReader reader = new(place, options);
        TimeRules rules = options.Rules;
        Resampler? resampler = rules.Resample is { } step ? new(step, rules.ResampleRule, reader.Columns, sink) : null;
        GapFinder gaps = new(rules.Gap ?? (GapFactor * clock.SamplingTime), options.TimeColumn is not null, resampler ?? sink);
        DuplicateMerger merger = new(reader.Name, rules.Duplicates, reader.Columns, gaps);
        RowSorter sorter = new(reader.Name, rules.Order, reader.Columns, merger);
        LogRow row = new(reader.Columns);
        while (reader.Next(row))
        {
            sorter.Accept(row);
            Report(reader, false, progress, cancellation);
        }

        sorter.Complete();
        progress?.Report(new ImportProgress(reader.Name, false, reader.Count, 1));
        if (clock.Rows is { } before && before != reader.Count)
            throw new OrreryDataException($"{reader.Name} had {before:N0} rows at first and then {reader.Count:N0}: it changed while it was read. Import it when nothing writes to it, or a copy of it.");
        if (reader.Count == 0)
            throw new OrreryDataException($"{reader.Name} has a header but no rows. Give a log with at least one row of numbers.");
        if (options.LeaveOut is { } leaveOut && leaveOut.Last > reader.LastRow)
            throw new OrreryDataException($"Rows up to {leaveOut.Last:N0} were to be left out of {reader.Name}, but its last row is {reader.LastRow:N0}. Rows are those of the file, the header counted.");
        if (gaps.LeftOut == reader.Count)
            throw new OrreryDataException($"Every one of the {gaps.LeftOut:N0} rows of {reader.Name} was to be left out. Leave out fewer.");
        if (gaps.Missing + gaps.LeftOut == reader.Count)
            throw new OrreryDataException($"Every one of the {gaps.Missing:N0} rows of {reader.Name} has a missing value in a chosen column. Choose other columns.");
        long written = resampler?.Made ?? reader.Count - gaps.Missing - gaps.LeftOut - merger.Merged;
        return new ImportCounts(
            reader.Count, gaps.Missing, sorter.Sorted, merger.Merged, gaps.Gaps + (resampler?.EmptyIntervals ?? 0), resampler?.Made ?? 0, written,
            gaps.LeftOut, gaps.Begun);
    }

    private static void Report(RowReader reader, bool timeOnly, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        if (reader.Count % RowsBetweenReports != 0)
            return;
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new ImportProgress(reader.Name, timeOnly, reader.Count, reader.Share));
    }
}
