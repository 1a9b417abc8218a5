using System.Buffers.Binary;
using System.Text.Json;

namespace Orrery.Tensors.Serialization;

/// <summary>
/// The content of a safetensors file. Reading is strict: a file that is cut off by one byte, claims overlapping or missing
/// ranges, or anything else that a correct writer does not produce, is refused.
/// </summary>
public sealed class SafetensorsFile
{
    private const long LongestHeader = 100_000_000;

    private readonly string _path;
    private readonly Dictionary<string, SafetensorsEntry> _byName = new(StringComparer.Ordinal);
    private readonly List<SafetensorsEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsFile(string path) => _path = path;

    /// <summary>The arrays, in the order of the file's data.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _entries;

    /// <summary>Text about the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>The array of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="InvalidDataException">The file has no such array.</exception>
    public SafetensorsEntry this[string name] => _byName.TryGetValue(name, out var entry)
        ? entry
        : throw new InvalidDataException($"Safetensors: '{_path}' has no '{name}'; it has {_entries.Count} other tensors.");

    /// <summary>Whether the file has an array of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>True if it has.</returns>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Reads and checks a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its content.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, or holds a type that cannot be read here.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
            throw Invalid(path, $"it has {stream.Length} bytes, fewer than the 8 that every file starts with");
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > LongestHeader)
            throw Invalid(path, $"its header claims {headerLength} bytes; at most {LongestHeader} are allowed, so it is no safetensors file");
        var dataLength = stream.Length - 8 - (long)headerLength;
        if (dataLength < 0) throw Invalid(path, $"its header claims {headerLength} bytes but {stream.Length - 8} follow; it was cut off");
        var header = new byte[(int)headerLength];
        stream.ReadExactly(header);
        var file = new SafetensorsFile(path);
        foreach (var range in file.ParseHeader(header, dataLength))
        {
            var bytes = new byte[range.Length];
            stream.ReadExactly(bytes);
            var entry = new SafetensorsEntry(range.Name, range.Type, range.Dimensions, bytes);
            file._entries.Add(entry);
            file._byName.Add(entry.Name, entry);
        }

        return file;
    }

    private static InvalidDataException Invalid(string path, string reason) => new($"Safetensors: '{path}' cannot be read: {reason}.");

    // The ranges in the order of the data, which they cover without gap or overlap.
    private List<Range> ParseHeader(byte[] header, long dataLength)
    {
        var ranges = new List<Range>();
        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw Invalid(_path, "its header is not a JSON object");
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.NameEquals(Safetensors.MetadataKey)) ParseMetadata(property.Value);
                else ranges.Add(ParseRange(property.Name, property.Value));
            }
        }
        catch (JsonException error)
        {
            throw Invalid(_path, $"its header is not valid JSON ({error.Message.TrimEnd('.')})");
        }

        ranges.Sort((left, right) => left.Start != right.Start ? left.Start.CompareTo(right.Start) : left.Length.CompareTo(right.Length));
        var next = 0L;
        foreach (var range in ranges)
        {
            if (range.Start != next)
                throw Invalid(_path, $"'{range.Name}' starts at byte {range.Start} but the tensor before it ends at {next}; ranges must neither overlap nor leave gaps");
            next = range.Start + range.Length;
        }

        if (next != dataLength)
            throw Invalid(_path, $"its tensors need {next} bytes but {dataLength} follow the header; it was cut off or appended to");
        return ranges;
    }

    private void ParseMetadata(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Invalid(_path, "its metadata is not a JSON object");
        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String) throw Invalid(_path, $"its metadata '{property.Name}' is not text");
            _metadata.Add(property.Name, property.Value.GetString()!);
        }
    }

    private Range ParseRange(string name, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty("dtype", out var typeElement) || typeElement.ValueKind != JsonValueKind.String
            || !element.TryGetProperty("shape", out var shapeElement) || shapeElement.ValueKind != JsonValueKind.Array
            || !element.TryGetProperty("data_offsets", out var offsetsElement) || offsetsElement.ValueKind != JsonValueKind.Array)
            throw Invalid(_path, $"'{name}' lacks dtype, shape or data_offsets");
        if (!SafetensorsTypes.TryParse(typeElement.GetString(), out var type))
            throw Invalid(_path, $"'{name}' is of type {typeElement.GetString()}; U8, I32, I64, F32 and F64 can be read");
        var dimensions = ParseNumbers(name, shapeElement);
        var offsets = ParseNumbers(name, offsetsElement);
        if (offsets.Length != 2 || offsets[1] < offsets[0]) throw Invalid(_path, $"'{name}' has no valid data_offsets");
        try
        {
            long bytes = SafetensorsTypes.Size(type);
            foreach (var dimension in dimensions) bytes = checked(bytes * dimension);
            if (bytes != offsets[1] - offsets[0])
                throw Invalid(_path, $"'{name}' needs {bytes} bytes by its shape but its offsets span {offsets[1] - offsets[0]}");
            if (bytes > Array.MaxLength) throw Invalid(_path, $"'{name}' has {bytes} bytes; at most {Array.MaxLength} can be read");
        }
        catch (OverflowException)
        {
            throw Invalid(_path, $"'{name}' has a shape larger than any file can be");
        }

        return new Range(name, type, dimensions, offsets[0], offsets[1] - offsets[0]);
    }

    private long[] ParseNumbers(string name, JsonElement array)
    {
        var numbers = new long[array.GetArrayLength()];
        var index = 0;
        foreach (var element in array.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out numbers[index]) || numbers[index] < 0)
                throw Invalid(_path, $"'{name}' has a shape or offset that is not a whole number");
            index++;
        }

        return numbers;
    }

    private sealed record Range(string Name, SafetensorsType Type, long[] Dimensions, long Start, long Length);
}
