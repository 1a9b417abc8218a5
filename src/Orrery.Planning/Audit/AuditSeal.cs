using System.Buffers;
using System.Security.Cryptography;

namespace Orrery.Planning.Audit;

/// <summary>
/// How a record is sealed: a line is <c>BODY,"mac":"M","hash":"H"}</c>; M is the HMAC-SHA-256 of BODY and is there with a key alone, H is the
/// SHA-256 of everything before <c>,"hash"</c>. Hexadecimal digits are lower case, so that there is one way of writing a hash.
/// </summary>
internal static class AuditSeal
{
    public const int HashSize = 32;
    public const int HexSize = 2 * HashSize;

    /// <summary>What the first record of a log names as the hash before it.</summary>
    public static readonly string Beginning = new('0', HexSize);

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);

    private static ReadOnlySpan<byte> HashMark => ",\"hash\":\""u8;

    private static ReadOnlySpan<byte> MacMark => ",\"mac\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}"u8;

    /// <summary>Ends the line that a body begins, and gives its hash.</summary>
    public static string Close(ArrayBufferWriter<byte> line, AuditKey? key)
    {
        Span<byte> digest = stackalloc byte[HashSize];
        if (key is not null)
        {
            key.Seal(line.WrittenSpan, digest);
            Write(line, MacMark, digest);
            line.Write("\""u8);
        }

        SHA256.HashData(line.WrittenSpan, digest);
        Write(line, HashMark, digest);
        line.Write(End);
        line.Write("\n"u8);
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>Takes a line apart, without its end; false when it is none of ours.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> line, out SealedLine parts)
    {
        parts = default;
        var hashed = line.Length - HashMark.Length - HexSize - End.Length;
        if (hashed < 2 || line[0] != '{' || !line.EndsWith(End) || !line[hashed..].StartsWith(HashMark))
            return false;
        var hash = line.Slice(hashed + HashMark.Length, HexSize);
        if (!IsHex(hash))
            return false;
        var body = hashed - MacMark.Length - HexSize - 1;
        var hasMac = body > 1 && line[body..].StartsWith(MacMark) && line[hashed - 1] == '"' && IsHex(line.Slice(body + MacMark.Length, HexSize));
        parts = new SealedLine(line[..hashed], hash, hasMac ? line[..body] : line[..hashed], hasMac ? line.Slice(body + MacMark.Length, HexSize) : []);
        return true;
    }

    /// <summary>Whether a text is a hash as it is written here.</summary>
    public static bool IsHex(ReadOnlySpan<byte> text) => text.Length == HexSize && !text.ContainsAnyExcept(Digits);

    private static void Write(ArrayBufferWriter<byte> line, ReadOnlySpan<byte> mark, ReadOnlySpan<byte> digest)
    {
        line.Write(mark);
        Convert.TryToHexStringLower(digest, line.GetSpan(HexSize), out var written);
        line.Advance(written);
    }
}

/// <summary>A record's line, taken apart.</summary>
internal readonly ref struct SealedLine(ReadOnlySpan<byte> hashed, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> body, ReadOnlySpan<byte> mac)
{
    /// <summary>What the hash is of.</summary>
    public ReadOnlySpan<byte> Hashed { get; } = hashed;

    /// <summary>The hash that it states, hexadecimal.</summary>
    public ReadOnlySpan<byte> Hash { get; } = hash;

    /// <summary>What the seal is of.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>The seal that it states, hexadecimal, or empty.</summary>
    public ReadOnlySpan<byte> Mac { get; } = mac;

    /// <summary>Whether the hash is that of the content.</summary>
    public bool IsIntact()
    {
        Span<byte> digest = stackalloc byte[AuditSeal.HashSize];
        SHA256.HashData(Hashed, digest);
        return Matches(digest, Hash);
    }

    /// <summary>Whether the seal was made with the key.</summary>
    public bool IsSealedWith(AuditKey key)
    {
        Span<byte> digest = stackalloc byte[AuditSeal.HashSize];
        key.Seal(Body, digest);
        return Matches(digest, Mac);
    }

    private static bool Matches(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> hex)
    {
        Span<byte> text = stackalloc byte[AuditSeal.HexSize];
        return Convert.TryToHexStringLower(digest, text, out _) && CryptographicOperations.FixedTimeEquals(text, hex);
    }
}
