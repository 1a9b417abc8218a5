using System.Globalization;
using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Logs.Import;

/// <summary>The cells that mean "no value here". A number means any way of writing it: -999 is -999.0 too.</summary>
internal sealed class MissingCells
{
    /// <summary>Words that loggers write where there is no value.</summary>
    private static readonly HashSet<string> Usual = new(
        ["nan", "n/a", "na", "#n/a", "null", "none", "nil", "no data", "nodata", "bad", "bad input", "i/o timeout", "error", "-", "--", "?"], StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _texts;
    private readonly double[] _numbers;

    public MissingCells(IReadOnlyList<string>? tokens)
    {
        tokens ??= [];
        _texts = new HashSet<string>(tokens, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _numbers = [.. tokens
            .Select(token => double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : (double?)null)
            .OfType<double>()];
    }

    /// <summary>Whether a word is one that loggers write where there is no value.</summary>
    public static bool SeemsMissing(string word) => Usual.Contains(word);

    /// <summary>Whether a number means that there is none.</summary>
    public bool Contains(double number) => _numbers.Length > 0 && _numbers.AsSpan().Contains(number);

    /// <summary>Whether a text means that there is no number.</summary>
    public bool Contains(ReadOnlySpan<char> text) => _texts.Contains(text);

    /// <summary>Whether a cell has no value.</summary>
    public bool Matches(RowSource row, int column)
    {
        if (row.IsNull(column))
            return true;
        if (_texts.Set.Count == 0)
            return false;
        return row.TryNumber(column, out double number) ? Contains(number) : Contains(row.Cell(column));
    }
}
