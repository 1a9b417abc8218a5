using System.Globalization;

namespace Orrery.Data.Logs;

/// <summary>Finds the row that names the columns where an export has a title, a date or a name above it.</summary>
internal static class HeaderRow
{
    /// <summary>Rows that are looked at: titles are short.</summary>
    public const int RowsToLookAt = 60;

    /// <summary>Fewer rows below do not show how wide the table is.</summary>
    private const int FewestRows = 4;

    /// <summary>So many of the rows below the header have as many cells as it.</summary>
    private const double EvenShare = 0.9;

    /// <summary>
    /// The header's row: the first that fills the table's whole width, when every row above it is narrower and it holds no number. Being wrong
    /// here would lose rows, so doubt means the first row, and the user can say otherwise. Below it, a row of units: one without any number, of
    /// which at least half of the filled cells are units, with numbers below most of these.
    /// </summary>
    /// <param name="rows">The first rows that are not blank, each with its number in the file.</param>
    /// <param name="named">The header's row as the user named it; null to find it.</param>
    public static LogOpening Find(IReadOnlyList<(long Number, string[] Cells)> rows, long? named)
    {
        int header = named is { } row ? rows.ToList().FindIndex(one => one.Number == row) : Header(rows);
        if (header < 0)
            return new LogOpening(named, null);
        return new LogOpening(named ?? (header > 0 ? rows[header].Number : null), HasUnits(rows, header) ? rows[header + 1].Number : null);
    }

    /// <summary>Finds it in lines of text, whatever separates their cells.</summary>
    public static LogOpening Find(IReadOnlyList<(long Number, string Line)> lines, string? separator, long? named)
    {
        char[] candidates = separator switch
        {
            null => [';', '\t', ','],
            "tab" or "\\t" => ['\t'],
            "comma" => [','],
            "semicolon" => [';'],
            { Length: 1 } and not " " => [separator[0]],
            _ => [],
        };
        foreach (char candidate in candidates)
        {
            if (lines.Count(line => line.Line.Contains(candidate, StringComparison.Ordinal)) > lines.Count / 2)
                return Find([.. lines.Select(line => (line.Number, Array.ConvertAll(line.Line.Split(candidate), cell => cell.Trim(' ', '"'))))], named);
        }

        return new LogOpening(named, null);
    }

    private static int Header(IReadOnlyList<(long Number, string[] Cells)> rows)
    {
        if (rows.Count < FewestRows + 2)
            return 0;
        int width = rows.Skip(rows.Count / 2).GroupBy(row => Width(row.Cells)).MaxBy(group => group.Count())!.Key;
        int header = Enumerable.Range(0, rows.Count).FirstOrDefault(index => Filled(rows[index].Cells) >= width, -1);
        if (width < 2 || header < 1 || rows.Count - header - 1 < FewestRows || rows[header].Cells.Any(IsNumber))
            return 0;
        int even = rows.Skip(header + 1).Count(row => Width(row.Cells) == width);
        return even >= EvenShare * (rows.Count - header - 1) ? header : 0;
    }

    private static bool HasUnits(IReadOnlyList<(long Number, string[] Cells)> rows, int header)
    {
        if (header + 2 >= rows.Count)
            return false;
        string[] units = rows[header + 1].Cells, below = rows[header + 2].Cells;
        int[] known = [.. Enumerable.Range(0, units.Length).Where(column => HeaderUnit.Of(units[column]).Length > 0)];
        return known.Length > 0 && known.Length * 2 >= Filled(units)
            && !rows[header].Cells.Any(IsNumber) && !units.Any(cell => cell.Length > 0 && char.IsAsciiDigit(cell[0]))
            && known.Count(column => column < below.Length && IsNumber(below[column])) * 2 > known.Length;
    }

    private static int Width(string[] cells)
    {
        int width = cells.Length;
        while (width > 0 && cells[width - 1].Length == 0)
            width--;
        return width;
    }

    private static int Filled(string[] cells) => cells.Count(cell => cell.Length > 0);

    private static bool IsNumber(string cell) =>
        cell.Length > 0 && double.TryParse(cell.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
