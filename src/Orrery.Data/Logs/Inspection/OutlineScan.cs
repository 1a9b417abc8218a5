namespace Orrery.Data.Logs.Inspection;

/// <summary>Outlines a column of unknown length: when there are too many slices, neighbours become one.</summary>
internal sealed class OutlineScan
{
    private const int MostSlices = 1024;

    private readonly List<Slice> _slices = [];
    private long _rowsPerSlice = 1;
    private long _inSlice;

    /// <summary>Takes the next row; NaN where its value is missing.</summary>
    public void Add(long row, double value)
    {
        if (_slices.Count == 0 || _inSlice == _rowsPerSlice)
            Begin(row);
        _inSlice++;
        if (!double.IsNaN(value))
            _slices[^1] = _slices[^1].Join(new Slice(row, value, value, value, 1));
    }

    public IReadOnlyList<OutlineSlice> Slices() =>
        [.. _slices.Select(slice => slice.Count == 0
            ? new OutlineSlice(slice.Row, double.NaN, double.NaN, double.NaN)
            : new OutlineSlice(slice.Row, slice.Low, slice.Sum / slice.Count, slice.High))];

    private void Begin(long row)
    {
        if (_slices.Count == MostSlices)
        {
            for (var i = 0; i < MostSlices / 2; i++)
                _slices[i] = _slices[2 * i].Join(_slices[(2 * i) + 1]);
            _slices.RemoveRange(MostSlices / 2, MostSlices / 2);
            _rowsPerSlice *= 2;
        }

        _slices.Add(new Slice(row, double.PositiveInfinity, double.NegativeInfinity, 0, 0));
        _inSlice = 0;
    }

    private readonly record struct Slice(long Row, double Low, double High, double Sum, long Count)
    {
        public Slice Join(Slice other) => new(Row, Math.Min(Low, other.Low), Math.Max(High, other.High), Sum + other.Sum, Count + other.Count);
    }
}
