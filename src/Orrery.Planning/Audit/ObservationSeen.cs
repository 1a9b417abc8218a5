using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Orrery.Planning.Audit;

/// <summary>What perception encoded at a step: pictures, with proprioception behind each where it is read, or the last rows of a log. Its hash is over the bytes: those of the pictures, or the observations' and then the actions' numbers, float32 little-endian.</summary>
internal sealed class ObservationSeen
{
    private byte[] _bytes = [];
    private int _length;
    private int _observations;
    private bool _isPicture;

    /// <summary>Whether anything was seen at this step.</summary>
    public bool Any { get; private set; }

    private ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Forget() => Any = false;

    public void See(ReadOnlySpan<byte> pixels)
    {
        (Any, _isPicture) = (true, true);
        pixels.CopyTo(Room(pixels.Length));
    }

    public void See(ReadOnlySpan<float> observations, ReadOnlySpan<float> actions)
    {
        (Any, _isPicture, _observations) = (true, false, observations.Length);
        var room = MemoryMarshal.Cast<byte, float>(Room((observations.Length + actions.Length) * sizeof(float)));
        observations.CopyTo(room);
        actions.CopyTo(room[observations.Length..]);
    }

    public void Write(Utf8JsonWriter json, AuditLogOptions options)
    {
        if (!Any)
        {
            json.WriteNull("observation"u8);
            return;
        }

        Span<byte> digest = stackalloc byte[AuditSeal.HashSize];
        SHA256.HashData(Bytes, digest);
        json.WriteStartObject("observation"u8);
        json.WriteString("sha256"u8, Convert.ToHexStringLower(digest));
        json.WriteNumber("bytes"u8, _length);
        if (!options.KeepObservations)
            json.WriteString("leftOut"u8, "observations are not kept"u8);
        else if (_length > options.LargestObservation)
            json.WriteString("leftOut"u8, "larger than what is kept"u8);
        else if (_isPicture)
            json.WriteBase64String("pixels"u8, Bytes);
        else
            WriteRows(json);
        json.WriteEndObject();
    }

    /// <summary>Reads back what was kept; false when only the hash was.</summary>
    public bool TryRead(JsonElement observation)
    {
        Forget();
        if (observation.ValueKind != JsonValueKind.Object)
            return false;
        if (observation.TryGetProperty("pixels", out var pixels))
            See(pixels.GetBytesFromBase64());
        else if (observation.TryGetProperty("rows", out var rows))
            See(rows.Floats(), observation.Need("actions").Floats());
        return Any;
    }

    public void Encode(ReplayModel model, Span<float> latent)
    {
        if (_isPicture)
            model.Encode(Bytes, latent);
        else
            model.Encode(Numbers[.._observations], Numbers[_observations..], latent);
    }

    private ReadOnlySpan<float> Numbers => MemoryMarshal.Cast<byte, float>(Bytes);

    private void WriteRows(Utf8JsonWriter json)
    {
        var rows = Numbers[.._observations];
        var actions = Numbers[_observations..];
        // Numbers that are none have more bits than a name: to be exact these are kept as bits.
        if (Finite(rows) && Finite(actions))
        {
            json.Numbers("rows"u8, rows);
            json.Numbers("actions"u8, actions);
            return;
        }

        json.Bits("rows"u8, rows);
        json.Bits("actions"u8, actions);
    }

    private static bool Finite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }

        return true;
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length < length)
            _bytes = new byte[length];
        _length = length;
        return _bytes.AsSpan(0, length);
    }
}
