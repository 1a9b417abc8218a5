namespace Orrery.Data.Logs.Inspection;

/// <summary>Rows in a row that hold the same value.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Length">How many.</param>
/// <param name="Around">Length of the longer of the stretches before and after it.</param>
internal readonly record struct Run(RowRange Rows, long Length, long Around);

/// <summary>Stretches of exactly equal values.</summary>
internal sealed class RunScan
{
    private readonly List<Run> _longest = new(Thresholds.RowsToList + 1);
    private double _value = double.NaN;
    private long _length;
    private long _lengthBefore;
    private long _keptBefore = -1; // First row of the stretch before, when that was kept.
    private long _first;
    private long _last;

    /// <summary>The longest stretches, the longest first.</summary>
    public IReadOnlyList<Run> Longest => _longest;

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
        if (_keptBefore >= 0 && _longest.FindIndex(kept => kept.Rows.First == _keptBefore) is >= 0 and var before)
            _longest[before] = _longest[before] with { Around = Math.Max(_longest[before].Around, _length) };
        _keptBefore = -1;
        if (_longest.Count < Thresholds.RowsToList || _length > _longest[^1].Length)
            Keep(run);
        _lengthBefore = _length;
        (_value, _length) = (double.NaN, 0);
    }

    private void Keep(RowRange run)
    {
        var at = _longest.Count;
        while (at > 0 && _longest[at - 1].Length < _length)
            at--;
        _longest.Insert(at, new Run(run, _length, _lengthBefore));
        _keptBefore = run.First;
        if (_longest.Count > Thresholds.RowsToList)
            _longest.RemoveAt(Thresholds.RowsToList);
    }
}
