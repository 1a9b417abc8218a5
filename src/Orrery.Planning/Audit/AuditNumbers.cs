using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orrery.Data;

namespace Orrery.Planning.Audit;

/// <summary>
/// Numbers in records: the shortest decimals that give the same bits back; what is not finite by name. Long rows of them are base64 of
/// their bits, little-endian.
/// </summary>
internal static class AuditNumbers
{
    public static void Number(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double value)
    {
        json.WritePropertyName(name);
        Value(json, value);
    }

    public static void Numbers(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<float> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            if (float.IsFinite(value))
                json.WriteNumberValue(value);
            else
                json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }

        json.WriteEndArray();
    }

    public static void Numbers(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<float> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            Value(json, value);
        json.WriteEndArray();
    }

    public static void Bits(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            json.WriteBase64String(name, MemoryMarshal.AsBytes(values));
            return;
        }

        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            BitConverter.TryWriteBytes(bytes.AsSpan(i * sizeof(float)), System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(BitConverter.SingleToUInt32Bits(values[i])));
        json.WriteBase64String(name, bytes);
    }

    public static void Texts(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    public static double Double(this JsonElement element) => element.ValueKind == JsonValueKind.String
        ? double.Parse(element.GetString()!, CultureInfo.InvariantCulture)
        : element.GetDouble();

    public static float[] Floats(this JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
            return FromBits(element.GetBytesFromBase64());
        return [.. element.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.String
            ? float.Parse(value.GetString()!, CultureInfo.InvariantCulture)
            : value.GetSingle())];
    }

    /// <summary>A member that has to be there.</summary>
    public static JsonElement Need(this JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
        ? value
        : throw new OrreryDataException($"a '{name}' is missing");

    public static string Text(this JsonElement element, string name) => element.Need(name).GetString() ?? throw new OrreryDataException($"'{name}' is null");

    private static float[] FromBits(byte[] bytes)
    {
        var values = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            values[i] = System.Buffers.Binary.BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        return values;
    }

    private static void Value(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    private static void Value(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }
}
