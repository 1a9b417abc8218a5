namespace Orrery.Data.Normalization;

/// <summary>Gathers <see cref="ColumnStatistics"/> row by row (Welford's update, so large offsets lose nothing).</summary>
public sealed class RunningStatistics
{
    private readonly double[] _mean;
    private readonly double[] _squares;
    private readonly double[] _minimum;
    private readonly double[] _maximum;

    /// <summary>Starts with no rows.</summary>
    /// <param name="size">Numbers per row.</param>
    public RunningStatistics(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        _mean = new double[size];
        _squares = new double[size];
        _minimum = new double[size];
        _maximum = new double[size];
        Array.Fill(_minimum, double.PositiveInfinity);
        Array.Fill(_maximum, double.NegativeInfinity);
    }

    /// <summary>Rows seen so far.</summary>
    public long Count { get; private set; }

    /// <summary>Takes one row, [size].</summary>
    public void Add(ReadOnlySpan<float> row)
    {
        if (row.Length != _mean.Length)
            throw new ArgumentException($"RunningStatistics: a row of {row.Length} numbers came, {_mean.Length} were needed.", nameof(row));
        Count++;
        var share = 1.0 / Count;
        for (var i = 0; i < row.Length; i++)
        {
            double value = row[i];
            var delta = value - _mean[i];
            _mean[i] += delta * share;
            _squares[i] += delta * (value - _mean[i]);
            if (value < _minimum[i])
                _minimum[i] = value;
            if (value > _maximum[i])
                _maximum[i] = value;
        }
    }

    /// <summary>The statistics of the rows seen so far; zeros when there are none.</summary>
    public ColumnStatistics ToStatistics()
    {
        if (Count == 0)
        {
            var size = _mean.Length;
            return new ColumnStatistics(new double[size], new double[size], new double[size], new double[size]);
        }

        var deviation = new double[_squares.Length];
        for (var i = 0; i < deviation.Length; i++)
            deviation[i] = Math.Sqrt(_squares[i] / Count);
        return new ColumnStatistics([.. _mean], deviation, [.. _minimum], [.. _maximum]);
    }
}
