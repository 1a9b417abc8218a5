using System.Globalization;
using Orrery.Data.Logs.Sources;

namespace Orrery.Data.Logs;

/// <summary>The names of a log's columns, their units where the names end in one, and where each column is.</summary>
internal sealed class LogHeader
{
    private const int NamesToList = 40;

    private readonly string _source;
    private readonly string[] _headers;
    private readonly string[] _names;
    private readonly string[] _units;

    private LogHeader(string source, string[] headers, bool isRow)
    {
        _source = source;
        _headers = headers;
        IsRow = isRow;
        var split = Array.ConvertAll(headers, HeaderUnit.Split);
        var uses = split.GroupBy(column => column.Name).ToDictionary(column => column.Key, column => column.Count());

        // 'temp (C)' and 'temp (F)', or 'tank (A)' and 'tank (C)', are told apart by their brackets alone, so these belong to the name.
        _names = [.. headers.Select((header, i) => uses[split[i].Name] == 1 ? split[i].Name : header)];
        _units = [.. split.Select(column => uses[column.Name] == 1 ? column.Unit : "")];
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

    /// <summary>Takes the units from a row below the header, for columns whose names do not give one.</summary>
    public void TakeUnits(RowSource row)
    {
        for (var i = 0; i < Math.Min(row.Count, Count); i++)
        {
            if (_units[i].Length == 0)
                _units[i] = HeaderUnit.Of(row.Cell(i).ToString());
        }
    }

    /// <summary>A column's name, without its unit.</summary>
    public string Name(int column) => _names[column];

    /// <summary>A column's unit as its header gives it; empty when it gives none.</summary>
    public string Unit(int column) => _units[column];

    /// <summary>Position of a column, named with or without its unit.</summary>
    /// <exception cref="OrreryDataException">There is none, or more than one, of that name.</exception>
    public int Find(string name)
    {
        var at = Find(name, 0);
        if (at < 0)
        {
            var listed = string.Join(", ", _headers.Take(NamesToList)) + (_headers.Length > NamesToList ? $", ... ({_headers.Length:N0} in all)" : "");
            throw new OrreryDataException($"{_source} has no column '{name}'.{NearestName.Suggest(name, _names)} Its columns are: {listed}.{(_headers.Length == 1 && IsRow ? " Where a title stands above the names, say in which row they are with --header-row." : "")}");
        }

        var again = Find(name, at + 1);
        if (again >= 0)
        {
            throw new OrreryDataException(
                $"{_source} has more than one column '{name}' (columns {at + 1} and {again + 1}), so it is not clear which is meant. Rename one of them.");
        }

        return at;
    }

    /// <summary>Whether a row has the header's cells. Empty cells beyond them are fine.</summary>
    public bool Fits(RowSource row)
    {
        var count = row.Count;
        return count == _headers.Length || (count > _headers.Length && row.TrimmedCount() <= _headers.Length);
    }

    /// <summary>Fails when a row does not have the header's cells. Empty cells beyond them are fine.</summary>
    /// <exception cref="OrreryDataException">The row is ragged.</exception>
    public void CheckRow(RowSource row)
    {
        if (Fits(row))
            return;
        throw new OrreryDataException(
            $"Row {row.Row:N0} of {_source} has {row.Count:N0} cells, but {(IsRow ? "the header has" : "the first row has")} {_headers.Length:N0}. "
            + $"Correct the row, or check that the separator is right; --leave-out {row.Row} leaves it out, and --header-row says which row names the columns.");
    }

    private int Find(string name, int from)
    {
        for (var i = from; i < _headers.Length; i++)
        {
            if (string.Equals(_headers[i], name, StringComparison.Ordinal) || string.Equals(_names[i], name, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }
}
