using System.Text;
using System.Text.Unicode;

namespace Orrery.Data.Logs.Sources;

/// <summary>
/// Rows of a text file: cells between separators, quoted as in RFC 4180 where they need it, or between runs of white space. Blank
/// lines and lines that begin with # or % are passed over.
/// </summary>
internal sealed class TextRows : RowSource
{
    private const int LinesToGuessFrom = 100;

    private readonly Utf8Lines _lines;
    private readonly TextFormat _format;
    private readonly string _source;
    private Extent[] _cells = new Extent[16];
    private char[] _text = new char[64];
    private int _count;
    private long _row;

    public TextRows(Utf8Lines lines, TextFormat format, string source)
    {
        _lines = lines;
        _format = format;
        _source = source;
    }

    public override long Row => _row;

    public override int Count => _count;

    public override double Share => _lines.Share;

    /// <summary>Whether numbers are written 1,5, as the user said or as was found out.</summary>
    public bool DecimalComma => _format.DecimalComma;

    /// <summary>The first lines that are neither blank nor comments, each with its number in the file.</summary>
    public static IReadOnlyList<(long Number, string Line)> FirstLines(string path, string source, int most, long? from = null)
    {
        List<(long, string)> first = [];
        using Utf8Lines begin = Utf8Lines.Open(path, source);
        while (first.Count < most && begin.Next())
        {
            if (!IsPassedOver(begin.Line) && begin.Count >= (from ?? 0))
                first.Add((begin.Count, Encoding.UTF8.GetString(begin.Line)));
        }

        return first;
    }

    /// <summary>Opens a file, finding out how it is written from its first lines, those above its header aside.</summary>
    public static TextRows Open(string path, string source, LogOptions options, long? headerRow = null)
    {
        string[] first = [.. FirstLines(path, source, LinesToGuessFrom, headerRow).Select(line => line.Line)];
        if (first.Length == 0 && headerRow is null)
            throw new OrreryDataException($"{source} is empty. Give a log with at least one row of numbers.");
        TextFormat format = TextFormat.Find(options, first.Length > 0 ? first : [""]);
        return new TextRows(Utf8Lines.Open(path, source), format, source);
    }

    public override bool Next()
    {
        while (_lines.Next())
        {
            _row = _lines.Count;
            if (IsPassedOver(_lines.Line))
                continue;
            if (_format.Separator == TextFormat.Spaces)
                SplitAtSpaces();
            else
                SplitAtSeparators();
            if (_count > 1 || _cells[0].Length > 0)
                return true;
        }

        _count = 0;
        return false;
    }

    public override ReadOnlySpan<char> Cell(int column)
    {
        ReadOnlySpan<byte> bytes = Bytes(column);
        if (_text.Length < bytes.Length)
            _text = new char[bytes.Length * 2];
        // Loggers of Windows write letters such as the degree sign in one byte.
        int length = Utf8.IsValid(bytes) ? Encoding.UTF8.GetChars(bytes, _text) : Encoding.Latin1.GetChars(bytes, _text);
        return _cells[column].HasQuotes ? Unquote(length) : _text.AsSpan(0, length);
    }

    public override bool TryNumber(int column, out double value) => _format.Numbers.TryParse(Bytes(column), out value);

    public override void Dispose() => _lines.Dispose();

    private static bool IsPassedOver(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> text = line.TrimStart(" \t"u8);
        return text.IsEmpty || text[0] is (byte)'#' or (byte)'%';
    }

    private ReadOnlySpan<byte> Bytes(int column)
    {
        Extent cell = _cells[column];
        return _lines.Line.Slice(cell.Start, cell.Length);
    }

    private ReadOnlySpan<char> Unquote(int length)
    {
        int kept = 0;
        for (int at = 0; at < length; at++)
        {
            _text[kept++] = _text[at];
            if (_text[at] == '"')
                at++; // The second of two marks that stand for one.
        }

        return _text.AsSpan(0, kept);
    }

    private void SplitAtSeparators()
    {
        _count = 0;
        ReadOnlySpan<byte> line = _lines.Line;
        int start = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = line[start..];
            int length = rest.IndexOfAny(_format.Separator, (byte)'"');
            if (length >= 0 && rest[length] == '"')
            {
                if (rest[..length].Trim(" \t"u8).IsEmpty)
                {
                    start = Quoted(start + length, out bool more);
                    line = _lines.Line;
                    if (!more)
                        return;
                    continue;
                }

                length = rest.IndexOf(_format.Separator);
            }

            Add(start, length < 0 ? rest.Length : length);
            if (length < 0)
                return;
            start += length + 1;
        }
    }

    private void SplitAtSpaces()
    {
        _count = 0;
        ReadOnlySpan<byte> line = _lines.Line;
        int at = 0;
        while (true)
        {
            while (at < line.Length && IsSpace(line[at]))
                at++;
            if (at == line.Length)
                return;
            if (line[at] == '"')
            {
                at = Quoted(at, out bool more);
                line = _lines.Line;
                if (!more)
                    return;
                continue;
            }

            int start = at;
            while (at < line.Length && !IsSpace(line[at]))
                at++;
            Add(start, at - start);
        }
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\v' or (byte)'\f';

    /// <summary>Takes a cell in quotation marks, over several lines if need be; returns where the next cell begins.</summary>
    private int Quoted(int mark, out bool more)
    {
        int at = mark + 1;
        bool doubled = false;
        while (true)
        {
            int found = _lines.Line[at..].IndexOf((byte)'"');
            if (found < 0)
            {
                at = _lines.Line.Length;
                if (!_lines.Extend())
                    throw BadQuotes();
                continue;
            }

            at += found + 1;
            if (at >= _lines.Line.Length || _lines.Line[at] != '"')
                break;
            doubled = true;
            at++;
        }

        Add(mark + 1, at - 1 - (mark + 1));
        _cells[_count - 1].HasQuotes = doubled;
        ReadOnlySpan<byte> after = _lines.Line[at..];
        int gap = _format.Separator == TextFormat.Spaces ? Spaces(after) : after.IndexOf(_format.Separator);
        if (!(gap < 0 ? after : after[..gap]).Trim(" \t"u8).IsEmpty)
            throw BadQuotes();
        more = gap >= 0;
        return at + gap + 1;

        static int Spaces(ReadOnlySpan<byte> text) => text.IsEmpty ? -1 : IsSpace(text[0]) ? 0 : -1;
    }

    private OrreryDataException BadQuotes() => new($"{_source}: row {_row:N0} cannot be read as cells; check its quotation marks.");

    private void Add(int start, int length)
    {
        ReadOnlySpan<byte> line = _lines.Line;
        while (length > 0 && line[start] is (byte)' ' or (byte)'\t')
        {
            start++;
            length--;
        }

        while (length > 0 && line[start + length - 1] is (byte)' ' or (byte)'\t')
            length--;
        if (_count == _cells.Length)
            Array.Resize(ref _cells, _count * 2);
        _cells[_count++] = new Extent { Start = start, Length = length };
    }

    private struct Extent
    {
        public int Start;
        public int Length;

        /// <summary>Whether two marks stand for one in it.</summary>
        public bool HasQuotes;
    }
}
