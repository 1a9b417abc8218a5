namespace Orrery.Data.Logs.Inspection;

/// <summary>Counts rows and keeps the first stretches of them.</summary>
internal sealed class RowList
{
    private readonly List<RowRange> _first = [];

    public long Count { get; private set; }

    public IReadOnlyList<RowRange> First => _first;

    public void Add(long row, double value = double.NaN)
    {
        Count++;
        if (_first.Count > 0 && _first[^1] is var last && last.Last == row - 1 && (last.Value.Equals(value) || double.IsNaN(value)))
            _first[^1] = last with { Last = row };
        else if (_first.Count < Thresholds.RowsToList)
            _first.Add(new RowRange(row, row, value));
    }
}
