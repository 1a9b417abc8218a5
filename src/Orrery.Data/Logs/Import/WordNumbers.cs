using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Logs.Import;

/// <summary>The words that stand for numbers, such as ON for 1, in whatever letters.</summary>
internal sealed class WordNumbers
{
    private readonly Dictionary<string, double> _words;
    private readonly Dictionary<string, double>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public WordNumbers(IReadOnlyDictionary<string, double>? words)
    {
        _words = new Dictionary<string, double>(words ?? new Dictionary<string, double>(), StringComparer.OrdinalIgnoreCase);
        _lookup = _words.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Reads a cell as a number, or as a word for one.</summary>
    public bool TryRead(RowSource row, int column, out double value) =>
        row.TryNumber(column, out value) || (_words.Count > 0 && _lookup.TryGetValue(row.Cell(column), out value));
}
