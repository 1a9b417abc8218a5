using System.Text;
using System.Text.Json;

namespace Orrery.Planning.Audit;

/// <summary>What every record says of itself.</summary>
/// <param name="Sequence">Its number in the log, from 0.</param>
/// <param name="Kind">What it records.</param>
/// <param name="Previous">The hash of the record before it.</param>
/// <param name="Step">The controller's step, of a decision.</param>
/// <param name="File">The file's number, of a file's first record.</param>
/// <param name="Log">The log's name, of a file's first record.</param>
/// <param name="Keyed">Whether records are sealed, of a file's first record.</param>
internal readonly record struct AuditEnvelope(long Sequence, string Kind, string Previous, long? Step, long? File, string? Log, bool Keyed)
{
    /// <summary>Reads as much of a record as the envelope needs.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out AuditEnvelope envelope)
    {
        envelope = default;
        var reader = new Utf8JsonReader(line);
        try
        {
            long? sequence = null, step = null, file = null;
            string? kind = null, previous = null, log = null;
            var keyed = false;
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName && !(kind is not null && IsDone(kind, ref reader)))
            {
                if (Is(ref reader, "seq"u8))
                    sequence = reader.GetInt64();
                else if (Is(ref reader, "kind"u8))
                    kind = reader.GetString();
                else if (Is(ref reader, "previous"u8))
                    previous = reader.GetString();
                else if (Is(ref reader, "step"u8))
                    step = reader.GetInt64();
                else if (Is(ref reader, "file"u8))
                    file = reader.GetInt64();
                else if (Is(ref reader, "log"u8))
                    log = reader.GetString();
                else if (Is(ref reader, "keyed"u8))
                    keyed = reader.GetBoolean();
                else
                    reader.Skip();
            }

            if (sequence is null || kind is null || previous is null || !AuditSeal.IsHex(Encoding.UTF8.GetBytes(previous)))
                return false;
            envelope = new AuditEnvelope(sequence.Value, kind, previous, step, file, log, keyed);
            return true;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    // An observation can be large, and nothing of the envelope comes after it.
    private static bool IsDone(string kind, ref Utf8JsonReader reader) => kind == AuditKinds.Decision && reader.ValueTextEquals("observation"u8);

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueTextEquals(name) && reader.Read();
}

/// <summary>The kinds of records.</summary>
internal static class AuditKinds
{
    public const string File = "file";
    public const string Session = "session";
    public const string Goal = "goal";
    public const string Decision = "decision";
    public const string Recovered = "recovered";
    public const string Gap = "gap";
    public const string Closed = "closed";
}
