namespace Orrery.Data.Logs.Import;

/// <summary>Makes rows at regular times from the rows of each stretch, beginning at its first. Nothing is made across a break.</summary>
internal sealed class Resampler(double step, ResampleRule rule, int columns, IStretchSink sink) : IStretchSink
{
    /// <summary>Times are sums and differences of decimal numbers; a row this share of a step away is at the new time.</summary>
    private const double Tolerance = 1e-6;

    private readonly LogRow _before = new(columns);
    private readonly LogRow _made = new(columns) { IsComplete = true };
    private double _start;
    private long _index;
    private long _gathered;
    private bool _begun;

    /// <summary>Rows made.</summary>
    public long Made { get; private set; }

    /// <summary>Intervals without any row, which the mean cannot fill.</summary>
    public long EmptyIntervals { get; private set; }

    public void Row(LogRow row)
    {
        if (rule == ResampleRule.Mean)
            Gather(row);
        else
            Pass(row);
    }

    public void Break()
    {
        EndStretch();
        sink.Break();
    }

    public void Complete()
    {
        EndStretch();
        sink.Complete();
    }

    private void EndStretch()
    {
        if (_gathered > 0)
            EmitMean();
        _begun = false;
    }

    /// <summary>Makes the rows between the one before and this one.</summary>
    private void Pass(LogRow row)
    {
        if (!_begun)
        {
            Begin(row);
            _before.CopyFrom(row);
        }

        double slack = Tolerance * step;
        for (double time = Time(_index); time <= row.Time + slack; time = Time(++_index))
        {
            double share = rule == ResampleRule.Last
                ? (time >= row.Time - slack ? 1 : 0)
                : row.Time > _before.Time ? Math.Clamp((time - _before.Time) / (row.Time - _before.Time), 0, 1) : 1;
            for (int column = 0; column < columns; column++)
                _made.Values[column] = share >= 1 ? row.Values[column] : _before.Values[column] + (share * (row.Values[column] - _before.Values[column]));
            Emit(share >= 1 ? row.Number : _before.Number, time);
        }

        _before.CopyFrom(row);
    }

    /// <summary>Adds the row to the mean of its interval, after the interval before has been finished.</summary>
    private void Gather(LogRow row)
    {
        if (!_begun)
            Begin(row);
        long interval = (long)Math.Floor(((row.Time - _start) / step) + Tolerance);
        if (_gathered > 0 && interval != _index)
        {
            long empty = interval - _index - 1;
            EmitMean();
            if (empty > 0)
            {
                EmptyIntervals += empty;
                sink.Break();
                Begin(row);
                interval = 0;
            }
        }

        if (_gathered == 0)
        {
            _index = interval;
            _before.CopyFrom(row);
        }
        else
        {
            for (int column = 0; column < columns; column++)
                _before.Values[column] += row.Values[column];
        }

        _gathered++;
    }

    private void Begin(LogRow row)
    {
        _begun = true;
        _start = row.Time;
        _index = 0;
    }

    private double Time(long index) => _start + (index * step);

    private void EmitMean()
    {
        for (int column = 0; column < columns; column++)
            _made.Values[column] = _before.Values[column] / _gathered;
        _gathered = 0;
        Emit(_before.Number, Time(_index));
    }

    private void Emit(long number, double time)
    {
        Made++;
        _made.Number = number;
        _made.Time = time;
        sink.Row(_made);
    }
}
