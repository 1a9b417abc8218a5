using System.Security.Cryptography;
using System.Text;
using Orrery.Data;

namespace Orrery.Planning.Audit;

/// <summary>Where a file that was written before ends, and what stands after its last whole record.</summary>
/// <param name="Last">Its last whole record; null when it has none.</param>
/// <param name="Hash">That record's hash.</param>
/// <param name="End">Where that record ends, in bytes from the file's beginning.</param>
/// <param name="Torn">Bytes after it: a record whose writing was broken off.</param>
/// <param name="IsSealFit">Whether the last whole record is sealed with the key, or there is none.</param>
internal sealed record AuditTail(AuditEnvelope? Last, string Hash, long End, byte[] Torn, bool IsSealFit = true)
{
    // A torn record is a beginning of one, so it cannot be longer than the longest.
    private const int Longest = AuditLines.Longest;

    /// <summary>SHA-256 of the torn bytes, hexadecimal.</summary>
    public string TornHash => Convert.ToHexStringLower(SHA256.HashData(Torn));

    /// <summary>Looks at the end of a file, from the back.</summary>
    /// <exception cref="OrreryDataException">What stands there is more than one torn record.</exception>
    public static AuditTail Read(FileStream file, AuditKey? key)
    {
        var length = file.Length;
        var bytes = Back(file, length, out var from);
        var lineEnd = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        if (lineEnd == 0)
            return new AuditTail(null, AuditSeal.Beginning, 0, Whole(file, bytes, from));
        if (Intact(bytes.AsSpan(0, lineEnd), key) is { } last)
            return last with { End = from + lineEnd, Torn = bytes[lineEnd..] };

        // A power failure can leave a last line that has its end but not its middle.
        var before = bytes.AsSpan(0, lineEnd - 1).LastIndexOf((byte)'\n') + 1;
        if (before == 0 && from == 0)
            return new AuditTail(null, AuditSeal.Beginning, 0, bytes);
        return lineEnd == bytes.Length && Intact(bytes.AsSpan(0, before), key) is { } second
            ? second with { End = from + before, Torn = bytes[before..] }
            : throw new OrreryDataException(
                $"The audit log '{file.Name}' cannot be gone on with: its last records do not match their hashes. "
                + "Look at it with 'orrery audit verify', and begin a new log in another folder.");
    }

    /// <summary>Reads the first record of a file; null when it has no whole one.</summary>
    public static AuditEnvelope? First(string path)
    {
        using var lines = AuditLines.Open(path);
        return lines.Next() && lines.IsComplete && AuditEnvelope.TryRead(lines.Line.Span, out var envelope) && envelope.Kind == AuditKinds.File ? envelope : null;
    }

    /// <summary>The last bytes of a file: at least the two last lines, if they are not longer than records can be.</summary>
    private static byte[] Back(FileStream file, long length, out long from)
    {
        for (long size = 1 << 16; ; size *= 2)
        {
            from = Math.Max(0, length - size);
            var bytes = new byte[length - from];
            file.Position = from;
            file.ReadExactly(bytes);
            if (from == 0 || size >= 2L * Longest || bytes.AsSpan().Count((byte)'\n') >= 3)
                return bytes;
        }
    }

    private static byte[] Whole(FileStream file, byte[] bytes, long from) => from == 0 ? bytes : throw new OrreryDataException(
        $"The audit log '{file.Name}' cannot be gone on with: it ends in {bytes.Length:#,0} bytes without a line's end. Begin a new log in another folder.");

    /// <summary>The last line of some, if it is a whole record.</summary>
    private static AuditTail? Intact(ReadOnlySpan<byte> lines, AuditKey? key)
    {
        if (lines.Length < 2)
            return null;
        var line = lines[(lines[..^1].LastIndexOf((byte)'\n') + 1)..^1];
        if (!AuditSeal.TryOpen(line, out var parts) || !parts.IsIntact() || !AuditEnvelope.TryRead(line, out var envelope))
            return null;
        return new AuditTail(envelope, Encoding.ASCII.GetString(parts.Hash), 0, [], key is null || parts.IsSealedWith(key));
    }
}
