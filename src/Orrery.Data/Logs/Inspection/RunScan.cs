namespace Orrery.Data.Logs.Inspection;

/// <summary>Stretches of exactly equal values.</summary>
internal sealed class RunScan
{
    private readonly List<(RowRange Rows, long Length)> _longest = new(Thresholds.RowsToList + 1);
    private double _value = double.NaN;
    private long _length;
    private long _first;
    private long _last;

    /// <summary>The longest stretches, the longest first.</summary>
    public IReadOnlyList<(RowRange Rows, long Length)> Longest => _longest;

    public LogHistogram Lengths { get; } = new();

    public ExtremeLevels Least { get; } = new(greatest: false);

    public ExtremeLevels Greatest { get; } = new(greatest: true);

    public long Count => Lengths.Total;

    public void Add(long row, double value)
    {
        if (value != _value)
        {
            End();
            (_value, _first) = (value, row);
        }

        _last = row;
        _length++;
    }

    /// <summary>Ends the stretch that is being counted: a value is missing, or the file ends.</summary>
    public void End()
    {
        if (_length == 0)
            return;
        var run = new RowRange(_first, _last, _value);
        Lengths.Add(_length);
        Least.Add(run, _length);
        Greatest.Add(run, _length);
        if (_longest.Count < Thresholds.RowsToList || _length > _longest[^1].Length)
            Keep(run);
        (_value, _length) = (double.NaN, 0);
    }

    private void Keep(RowRange run)
    {
        var at = _longest.Count;
        while (at > 0 && _longest[at - 1].Length < _length)
            at--;
        _longest.Insert(at, (run, _length));
        if (_longest.Count > Thresholds.RowsToList)
            _longest.RemoveAt(Thresholds.RowsToList);
    }
}
