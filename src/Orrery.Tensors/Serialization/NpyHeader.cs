using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Orrery.Tensors.Serialization;

/// <summary>
/// The head of an .npy file: the kind of number and the dimensions.
/// Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
/// </summary>
/// <param name="Type">The kind of number.</param>
/// <param name="Dimensions">The dimensions, outermost first; none for a single number.</param>
/// <param name="ByteLength">Where the numbers start in the file.</param>
internal sealed partial record NpyHeader(NpyType Type, long[] Dimensions, int ByteLength)
{
    /// <summary>Room for a header that may be rewritten when the number of rows is known.</summary>
    public const int PatchableLength = 192;

    private const int LongestHeader = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>How many numbers the dimensions make.</summary>
    public long Count
    {
        get
        {
            var count = 1L;
            foreach (var dimension in Dimensions) count = checked(count * dimension);
            return count;
        }
    }

    /// <summary>The bytes of a header of version 1.0.</summary>
    /// <param name="type">The kind of number.</param>
    /// <param name="dimensions">The dimensions.</param>
    /// <param name="minimumLength">The least length, a multiple of 64.</param>
    public static byte[] Format(NpyType type, ReadOnlySpan<long> dimensions, int minimumLength = 64)
    {
        var shape = new StringBuilder("(");
        foreach (var dimension in dimensions) shape.Append(CultureInfo.InvariantCulture, $"{dimension}, ");
        if (dimensions.Length > 1) shape.Length -= 2;
        else if (dimensions.Length == 1) shape.Length -= 1;
        shape.Append(')');
        var text = $"{{'descr': '{NpyTypes.Description(type)}', 'fortran_order': False, 'shape': {shape}, }}";
        var length = Math.Max(minimumLength, (10 + text.Length + 1 + 63) / 64 * 64);
        var bytes = new byte[length];
        bytes.AsSpan().Fill((byte)' ');
        Magic.CopyTo(bytes);
        bytes[6] = 1;
        bytes[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(length - 10));
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(10));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    /// <summary>Reads and checks a header, and that the file is exactly as long as it says.</summary>
    /// <param name="stream">The file, at its start.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="InvalidDataException">The file is no .npy file, or not one that can be read here.</exception>
    public static NpyHeader Read(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[12];
        var got = stream.ReadAtLeast(start, 10, throwOnEndOfStream: false);
        if (got < 10 || !start[..6].SequenceEqual(Magic))
            throw Invalid(path, $"it does not start with the .npy signature; it is not an .npy file or was cut off after {got} bytes");
        int major = start[6];
        if (major is < 1 or > 3) throw Invalid(path, $"its format version is {major}; versions 1 to 3 can be read");
        var prefix = major == 1 ? 10 : 12;
        if (got < prefix) throw Invalid(path, "it was cut off inside its header");
        var length = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > LongestHeader) throw Invalid(path, $"its header claims {length} bytes; at most {LongestHeader} are sensible");
        var text = new byte[length];
        stream.Position = prefix;
        if (stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length) throw Invalid(path, "it was cut off inside its header");
        var header = Parse(Encoding.UTF8.GetString(text), prefix + (int)length, path);
        CheckLength(header, stream.Length, path);
        return header;
    }

    private static NpyHeader Parse(string text, int byteLength, string path)
    {
        var match = Pattern().Match(text);
        if (!match.Success) throw Invalid(path, $"its header is not understood: {text.Trim()}");
        var description = match.Groups["descr"].Value;
        if (!NpyTypes.TryParse(description, out var type))
            throw Invalid(path, $"its numbers are of type '{description}'; use one of |u1, <i4, <i8, <f4, <f8 (numpy: array.astype('<f4'))");
        var parts = match.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var dimensions = new long[parts.Length];
        for (var index = 0; index < parts.Length; index++)
        {
            if (!long.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out dimensions[index]))
                throw Invalid(path, $"its shape ({match.Groups["shape"].Value}) is not understood");
        }

        if (match.Groups["order"].Value == "True" && dimensions.Length > 1)
            throw Invalid(path, "its numbers are in Fortran order; save them with numpy.ascontiguousarray");
        return new NpyHeader(type, dimensions, byteLength);
    }

    private static void CheckLength(NpyHeader header, long actual, string path)
    {
        long needed;
        try
        {
            needed = checked((header.Count * NpyTypes.Size(header.Type)) + header.ByteLength);
        }
        catch (OverflowException)
        {
            throw Invalid(path, "its shape is larger than any file can be");
        }

        if (actual != needed)
            throw Invalid(path, $"it has {actual} bytes but its header needs {needed}; it was cut off or appended to, write it again");
    }

    private static InvalidDataException Invalid(string path, string reason) => new($"Npy: '{path}' cannot be read: {reason}.");

    [GeneratedRegex(
        @"^\{\s*'descr':\s*'(?<descr>[^']*)',\s*'fortran_order':\s*(?<order>True|False),\s*'shape':\s*\((?<shape>[^()]*)\),?\s*\}\s*$",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
