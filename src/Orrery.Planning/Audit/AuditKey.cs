using System.Security.Cryptography;
using Orrery.Data;

namespace Orrery.Planning.Audit;

/// <summary>A secret that seals records: who can rewrite the file but does not hold it cannot seal what they wrote.</summary>
public sealed class AuditKey
{
    /// <summary>Bytes that a key has at least.</summary>
    public const int SmallestSize = 16;

    private const int LargestSize = 4096;
    private readonly byte[] _secret;

    /// <summary>A key from its bytes.</summary>
    /// <param name="secret">At least 16 bytes that nobody can guess; copied.</param>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public AuditKey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length < SmallestSize)
            throw new ArgumentException($"AuditKey: {secret.Length} bytes came; at least {SmallestSize} are needed.", nameof(secret));
        _secret = secret.ToArray();
    }

    /// <summary>Reads a key: every byte of the file counts, the last line's end too.</summary>
    /// <param name="path">The file, such as one made with <c>openssl rand -hex 32</c>.</param>
    /// <exception cref="OrreryDataException">It cannot be read or is too short or too long to be a key.</exception>
    public static AuditKey Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var length = new FileInfo(path).Length;
            if (length is < SmallestSize or > LargestSize)
                throw new OrreryDataException($"The key file '{path}' has {length:#,0} bytes; a key has {SmallestSize} to {LargestSize:#,0}. Make one with: openssl rand -hex 32 > {path}");
            return new AuditKey(File.ReadAllBytes(path));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new OrreryDataException($"The key file '{path}' cannot be read: {problem.Message}", problem);
        }
    }

    internal void Seal(ReadOnlySpan<byte> body, Span<byte> seal) => HMACSHA256.HashData(_secret, body, seal);
}
