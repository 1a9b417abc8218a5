using System.Buffers.Binary;
using System.Text.Json;

namespace Orrery.Tensors.Serialization;

/// <summary>
/// Writes safetensors files: named arrays behind a JSON header, readable from Python and everything else that loads weights.
/// Source: the format description of huggingface/safetensors.
/// </summary>
public static class Safetensors
{
    /// <summary>The key of the header under which text about the file is kept.</summary>
    internal const string MetadataKey = "__metadata__";

    /// <summary>Writes or replaces a file, atomically. The same entries in the same order give the same bytes.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="entries">The arrays, in the order in which they are to be stored; names must differ.</param>
    /// <param name="metadata">Text about the file, or null.</param>
    /// <exception cref="ArgumentNullException">The path or the entries are null.</exception>
    /// <exception cref="ArgumentException">Two entries have the same name.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is untouched.</exception>
    public static void Write(string path, IReadOnlyCollection<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (!names.Add(entry.Name))
                throw new ArgumentException($"Safetensors.Write: '{path}' got two entries named '{entry.Name}'; names must differ.", nameof(entries));
        }

        var header = FormatHeader(entries, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var entry in entries) stream.Write(entry.Bytes);
        });
    }

    private static byte[] FormatHeader(IReadOnlyCollection<SafetensorsEntry> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }

            var offset = 0L;
            foreach (var entry in entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", SafetensorsTypes.Name(entry.Type));
                json.WriteStartArray("shape");
                foreach (var dimension in entry.Dimensions) json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += entry.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces bring the numbers to a multiple of 8 bytes, so that they can be mapped in place.
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }
}
