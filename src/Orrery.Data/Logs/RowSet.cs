using System.Globalization;
using Orrery.Data.Logs.Inspection;

namespace Orrery.Data.Logs;

/// <summary>Rows of a file, by their number in it: from 1, the header counted, as <see cref="LogInspection"/> numbers them.</summary>
public sealed class RowSet
{
    private readonly RowRange[] _ranges;

    private RowSet(RowRange[] ranges) => _ranges = ranges;

    /// <summary>The last row named.</summary>
    public long Last => _ranges[^1].Last;

    /// <summary>Reads rows such as <c>2502-2701</c> or <c>7</c>, each text with several between commas.</summary>
    /// <param name="texts">The texts, at least one.</param>
    /// <exception cref="OrreryDataException">One is no row and no stretch of rows.</exception>
    public static RowSet Parse(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        List<RowRange> ranges = [];
        foreach (string part in texts.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            string[] ends = part.Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length > 2 || !TryRow(ends[0], out long first) || !TryRow(ends[^1], out long last))
                throw new OrreryDataException($"'{part}' names no rows to leave out. Write a row such as 4822, or a stretch such as 2502-2701; rows are those of the file, the header counted.");
            if (last < first)
                throw new OrreryDataException($"The rows '{part}' to leave out end before they begin. Swap the two numbers.");
            ranges.Add(new RowRange(first, last));
        }

        if (ranges.Count == 0)
            throw new OrreryDataException("No rows to leave out were named. Write rows such as 4822 or 2502-2701.");
        return new RowSet(Joined(ranges));
    }

    /// <summary>Whether a row is one of them.</summary>
    /// <param name="row">Its number in the file.</param>
    public bool Contains(long row)
    {
        int low = 0, high = _ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (row < _ranges[middle].First)
                high = middle - 1;
            else if (row > _ranges[middle].Last)
                low = middle + 1;
            else
                return true;
        }

        return false;
    }

    /// <summary>The rows as they can be read again: <c>7,2502-2701</c>.</summary>
    public override string ToString() => string.Join(',', _ranges.Select(range => string.Create(
        CultureInfo.InvariantCulture, $"{range.First}{(range.IsOne ? "" : $"-{range.Last}")}")));

    private static bool TryRow(string text, out long row) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out row) && row > 0;

    /// <summary>In order, and none touching another, so that a search finds each row.</summary>
    private static RowRange[] Joined(List<RowRange> ranges)
    {
        List<RowRange> joined = [];
        foreach (RowRange range in ranges.OrderBy(range => range.First))
        {
            if (joined.Count > 0 && range.First <= joined[^1].Last + 1)
                joined[^1] = joined[^1] with { Last = Math.Max(joined[^1].Last, range.Last) };
            else
                joined.Add(range);
        }

        return [.. joined];
    }
}
