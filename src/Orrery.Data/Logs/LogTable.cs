namespace Orrery.Data.Logs;

/// <summary>Rows of a log that follow each other without a gap.</summary>
/// <param name="Start">First row in the table.</param>
/// <param name="Length">Number of rows, at least 1.</param>
/// <param name="EndsInGap">Whether values are missing after the last row; otherwise the file ends.</param>
public readonly record struct LogStretchRange(int Start, int Length, bool EndsInGap);

/// <summary>The chosen columns of a log, complete rows only, as 64-bit numbers.</summary>
public sealed class LogTable
{
    internal LogTable(
        string source,
        IReadOnlyList<string> columnNames,
        IReadOnlyList<double[]> columns,
        long[] rowNumbers,
        IReadOnlyList<LogStretchRange> stretches,
        long missingRows,
        double samplingTime,
        string timeUnit)
    {
        Source = source;
        ColumnNames = columnNames;
        Columns = columns;
        RowNumbers = rowNumbers;
        Stretches = stretches;
        MissingRows = missingRows;
        SamplingTime = samplingTime;
        TimeUnit = timeUnit;
    }

    /// <summary>Name of the file, without its folder.</summary>
    public string Source { get; }

    /// <summary>The observations, then the actions, then the disturbances, as asked for.</summary>
    public IReadOnlyList<string> ColumnNames { get; }

    /// <summary>Name without unit, unit and range of each, in the same order, from the header and as declared.</summary>
    public IReadOnlyList<ColumnDeclaration> Declared { get; internal init; } = [];

    /// <summary>One array per name, [rows], finite, in the log's units.</summary>
    public IReadOnlyList<double[]> Columns { get; }

    /// <summary>The row of the file that each row came from, counting from 1 and including the header.</summary>
    public IReadOnlyList<long> RowNumbers { get; }

    /// <summary>Number of complete rows.</summary>
    public int Rows => RowNumbers.Count;

    /// <summary>The rows in stretches without a gap; they cover every row once.</summary>
    public IReadOnlyList<LogStretchRange> Stretches { get; }

    /// <summary>Number of rows left out because a value was missing.</summary>
    public long MissingRows { get; }

    /// <summary>Time between two rows, in <see cref="TimeUnit"/>.</summary>
    public double SamplingTime { get; }

    /// <summary>Unit of time; <c>step</c> when the log does not say.</summary>
    public string TimeUnit { get; }
}
