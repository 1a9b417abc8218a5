using System.Globalization;
using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Logs;

/// <summary>The names of a log's columns and where each is.</summary>
internal sealed class LogHeader
{
    private const int NamesToList = 40;

    private readonly string _source;
    private readonly string[] _names;

    private LogHeader(string source, string[] names, bool isRow)
    {
        _source = source;
        _names = names;
        IsRow = isRow;
    }

    /// <summary>Whether the first row holds the names, and so is not data.</summary>
    public bool IsRow { get; }

    /// <summary>Names of the columns, in the order of the file.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Number of columns, without unnamed ones at the end.</summary>
    public int Count => _names.Length;

    /// <summary>Takes the names that the source knows, else from the first row, or numbers the columns when that holds numbers.</summary>
    public static LogHeader Read(string source, RowSource first, bool? hasHeader)
    {
        if (first.Names is { } known)
            return new LogHeader(source, [.. known], isRow: false);
        var count = Math.Max(1, first.TrimmedCount());
        var cells = new string[count];
        var allNumbers = true;
        for (var i = 0; i < count; i++)
        {
            cells[i] = first.Cell(i).ToString();
            allNumbers &= cells[i].Length == 0 || first.TryNumber(i, out _);
        }

        var isRow = hasHeader ?? !allNumbers;
        for (var i = 0; i < count; i++)
        {
            if (!isRow || cells[i].Length == 0)
                cells[i] = string.Create(CultureInfo.InvariantCulture, $"c{i + 1}");
        }

        return new LogHeader(source, cells, isRow);
    }

    /// <summary>Position of a column.</summary>
    /// <exception cref="OrreryDataException">There is none, or more than one, of that name.</exception>
    public int Find(string name)
    {
        var at = Array.IndexOf(_names, name);
        if (at < 0)
        {
            var listed = string.Join(", ", _names.Take(NamesToList)) + (_names.Length > NamesToList ? $", ... ({_names.Length:N0} in all)" : "");
            throw new OrreryDataException($"{_source} has no column '{name}'.{NearestName.Suggest(name, _names)} Its columns are: {listed}.");
        }

        var again = Array.IndexOf(_names, name, at + 1);
        if (again >= 0)
        {
            throw new OrreryDataException(
                $"{_source} has more than one column '{name}' (columns {at + 1} and {again + 1}), so it is not clear which is meant. Rename one of them.");
        }

        return at;
    }

    /// <summary>Fails when a row does not have the header's cells. Empty cells beyond them are fine.</summary>
    /// <exception cref="OrreryDataException">The row is ragged.</exception>
    public void CheckRow(RowSource row)
    {
        var count = row.Count;
        if (count == _names.Length || (count > _names.Length && row.TrimmedCount() <= _names.Length))
            return;
        throw new OrreryDataException(
            $"Row {row.Row:N0} of {_source} has {count:N0} cells, but {(IsRow ? "the header has" : "the first row has")} {_names.Length:N0}. "
            + "Correct the row, or check that the separator is right.");
    }
}
