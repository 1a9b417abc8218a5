using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Orrery.Data.Logs.Sources;

/// <summary>Rows of a file with one JSON object a line. Objects within are columns a.b; what is null or not there has no value.</summary>
internal sealed class JsonRows : RowSource
{
    /// <summary>The columns are those of the first rows.</summary>
    private const int RowsToFindNamesIn = 1000;

    private readonly Utf8Lines _lines;
    private readonly string _source;
    private readonly JsonNames _names;
    private Value[] _values;
    private string _text = "";
    private long _row;

    private JsonRows(Utf8Lines lines, JsonNames names, string source)
    {
        _lines = lines;
        _names = names;
        _source = source;
        _values = new Value[names.Count];
    }

    public override IReadOnlyList<string> Names => _names.Names;

    public override long Row => _row;

    public override int Count => _names.Count;

    public override double Share => _lines.Share;

    /// <summary>Opens a file; its columns are the names in the first 1,000 objects.</summary>
    public static JsonRows Open(string path, string source)
    {
        JsonNames names = new();
        using (JsonRows first = new(Utf8Lines.Open(path, source), names, source))
        {
            while (first._row < RowsToFindNamesIn && first.Next())
            {
            }
        }

        if (names.Count == 0)
            throw new OrreryDataException($"{source} is empty. Give a log with at least one row of numbers.");
        names.Close();
        return new JsonRows(Utf8Lines.Open(path, source), names, source);
    }

    public override bool Next()
    {
        while (_lines.Next())
        {
            _row = _lines.Count;
            if (_lines.Line.Trim(" \t\r"u8).IsEmpty)
                continue;
            Read();
            return true;
        }

        return false;
    }

    public override ReadOnlySpan<char> Cell(int column)
    {
        Value value = _values[column];
        _text = value.Kind switch
        {
            JsonTokenType.None or JsonTokenType.Null => "",
            JsonTokenType.String => Unescaped(value),
            _ => Encoding.UTF8.GetString(_lines.Line.Slice(value.Start, value.Length)),
        };
        return _text;
    }

    public override bool TryNumber(int column, out double value)
    {
        Value cell = _values[column];
        switch (cell.Kind)
        {
            case JsonTokenType.Number:
                value = cell.Number;
                return true;
            case JsonTokenType.True or JsonTokenType.False:
                value = cell.Kind == JsonTokenType.True ? 1 : 0;
                return true;
            case JsonTokenType.String:
                return TypedCell.TryNumber(Unescaped(cell), out value);
            default:
                value = 0;
                return false;
        }
    }

    public override bool IsNull(int column) => _values[column].Kind is JsonTokenType.None or JsonTokenType.Null;

    public override void Dispose() => _lines.Dispose();

    private void Read()
    {
        Array.Clear(_values);
        Utf8JsonReader reader = new(_lines.Line);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw NoObject("an object in braces was needed");
            ReadObject(ref reader, _names.Root);
            if (reader.Read())
                throw NoObject("one object a line was needed");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw NoObject("it breaks off or is damaged");
        }
    }

    private void ReadObject(ref Utf8JsonReader reader, JsonNames.Node names)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            JsonNames.Node? node = _names.Find(names, ref reader);
            reader.Read();
            if (node is null)
            {
                reader.Skip();
                continue;
            }

            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadObject(ref reader, node);
                continue;
            }

            int column = _names.Column(node);
            int start = (int)reader.TokenStartIndex;
            Value value = new() { Kind = reader.TokenType, Start = start };
            if (reader.TokenType == JsonTokenType.Number)
                value.Number = reader.GetDouble();
            else
                reader.Skip();
            value.Length = (int)reader.BytesConsumed - start;
            if (column < 0)
                continue;
            if (column >= _values.Length)
                Array.Resize(ref _values, Math.Max(16, column * 2));
            _values[column] = value;
        }
    }

    private string Unescaped(Value value)
    {
        Utf8JsonReader reader = new(_lines.Line.Slice(value.Start, value.Length));
        reader.Read();
        return (reader.GetString() ?? "").Trim();
    }

    private OrreryDataException NoObject(string what) =>
        new($"Row {_row:N0} of {_source} is no JSON object: {what}. Write one {{\"name\": number, ...}} a line, or correct that row.");

    private struct Value
    {
        public JsonTokenType Kind;
        public int Start;
        public int Length;
        public double Number;
    }
}
