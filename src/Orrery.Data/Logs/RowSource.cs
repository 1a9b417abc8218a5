using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Orrery.Data.Logs;

/// <summary>The rows of a text file, cell by cell, without keeping them.</summary>
internal abstract class RowSource : IDisposable
{
    /// <summary>Row of the file that was read last, from 1.</summary>
    public abstract long Row { get; }

    /// <summary>Number of cells in the row that was read last.</summary>
    public abstract int Count { get; }

    /// <summary>Goes to the next row that is not blank.</summary>
    public abstract bool Next();

    /// <summary>A cell of the row that was read last, without white space around it.</summary>
    public abstract ReadOnlySpan<char> Cell(int column);

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
    private readonly string _source;

    public SeparatedRows(TextReader reader, char separator, string source)
    {
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

    public override void Dispose() => _parser.Dispose();
}

/// <summary>Rows of cells with any run of white space between them.</summary>
internal sealed class SpacedRows(TextReader reader) : RowSource
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
