using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Orrery.Data.Logs;

/// <summary>The rows of a table, cell by cell, without keeping them: of a text file, a sheet, a database's answer, an array.</summary>
internal abstract class RowSource : IDisposable
{
    /// <summary>Names of the columns where the source knows them by itself; null where the first row may hold them.</summary>
    public virtual IReadOnlyList<string>? Names => null;

    /// <summary>Row of the file that was read last, from 1.</summary>
    public abstract long Row { get; }

    /// <summary>Number of cells in the row that was read last.</summary>
    public abstract int Count { get; }

    /// <summary>Goes to the next row that is not blank.</summary>
    public abstract bool Next();

    /// <summary>A cell of the row that was read last, without white space around it; valid until the next call of any member.</summary>
    public abstract ReadOnlySpan<char> Cell(int column);

    /// <summary>Reads a cell as a number. Infinities and NaN count as numbers here; sources that hold numbers do not go through text.</summary>
    public abstract bool TryNumber(int column, out double value);

    /// <summary>Whether the source itself says that there is no value here, as null does. An empty cell of text does not say so.</summary>
    public virtual bool IsNull(int column) => false;

    public abstract void Dispose();

    /// <summary>Number of cells without the empty ones at the end.</summary>
    public int TrimmedCount()
    {
        var count = Count;
        while (count > 0 && Cell(count - 1).IsEmpty)
            count--;
        return count;
    }
}

/// <summary>Rows of cells between separators, quoted as in RFC 4180.</summary>
internal sealed class SeparatedRows : RowSource
{
    private readonly CsvParser _parser;
    private readonly LogFormat _format;
    private readonly string _source;

    public SeparatedRows(TextReader reader, char separator, LogFormat format, string source)
    {
        _format = format;
        _source = source;
        _parser = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator.ToString(),
            IgnoreBlankLines = true,
            BadDataFound = null,
            LineBreakInQuotedFieldIsBadData = false,
        });
    }

    public override long Row => _parser.RawRow;

    public override int Count => _parser.Count;

    public override bool Next()
    {
        try
        {
            while (_parser.Read())
            {
                if (Count > 1 || !Cell(0).IsEmpty)
                    return true;
            }

            return false;
        }
        catch (CsvHelperException exception)
        {
            throw new OrreryDataException($"{_source}: row {_parser.RawRow:N0} cannot be read as cells; check its quotation marks.", exception);
        }
    }

    public override ReadOnlySpan<char> Cell(int column) => _parser[column].AsSpan().Trim();

    public override bool TryNumber(int column, out double value) => _format.TryParse(Cell(column), out value);

    public override void Dispose() => _parser.Dispose();
}

/// <summary>Rows of cells with any run of white space between them.</summary>
internal sealed class SpacedRows(TextReader reader, LogFormat format) : RowSource
{
    private readonly List<Range> _cells = [];
    private string _line = "";
    private long _row;

    public override long Row => _row;

    public override int Count => _cells.Count;

    public override bool Next()
    {
        while (reader.ReadLine() is { } line)
        {
            _row++;
            _line = line;
            Split();
            if (_cells.Count > 0)
                return true;
        }

        return false;
    }

    public override ReadOnlySpan<char> Cell(int column) => _line.AsSpan(_cells[column]);

    public override bool TryNumber(int column, out double value) => format.TryParse(Cell(column), out value);

    public override void Dispose() => reader.Dispose();

    private void Split()
    {
        _cells.Clear();
        var at = 0;
        while (true)
        {
            while (at < _line.Length && char.IsWhiteSpace(_line[at]))
                at++;
            if (at == _line.Length)
                return;
            var start = at;
            while (at < _line.Length && !char.IsWhiteSpace(_line[at]))
                at++;
            _cells.Add(start..at);
        }
    }
}
