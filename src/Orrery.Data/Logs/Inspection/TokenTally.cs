namespace Orrery.Data.Logs.Inspection;

/// <summary>Counts the cells of a column that hold no number, by what they hold.</summary>
internal sealed class TokenTally
{
    /// <summary>Columns of numbers have a few words for "no value"; more are text, and need not be told apart.</summary>
    private const int MostTokens = 32;

    private readonly Dictionary<string, RowList> _tokens = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, RowList>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public TokenTally() => _lookup = _tokens.GetAlternateLookup<ReadOnlySpan<char>>();

    public long Count { get; private set; }

    /// <summary>Cells with other words than the first few.</summary>
    public RowList Others { get; } = new();

    /// <summary>The words and their rows, the most frequent first.</summary>
    public IEnumerable<(string Token, RowList Rows)> Tokens =>
        _tokens.OrderByDescending(entry => entry.Value.Count).Select(entry => (entry.Key, entry.Value));

    public void Add(long row, ReadOnlySpan<char> cell)
    {
        Count++;
        if (_lookup.TryGetValue(cell, out var rows))
        {
            rows.Add(row);
        }
        else if (_tokens.Count < MostTokens)
        {
            rows = new RowList();
            rows.Add(row);
            _lookup[cell] = rows;
        }
        else
        {
            Others.Add(row);
        }
    }
}
