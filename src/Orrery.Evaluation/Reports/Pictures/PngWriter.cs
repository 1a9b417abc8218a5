using System.Buffers.Binary;
using System.IO.Compression;

namespace Orrery.Evaluation.Reports.Pictures;

/// <summary>
/// Writes Portable Network Graphics (W3C Recommendation, 2nd edition, 2003): 8-bit RGB, one IDAT chunk, each row with
/// the filter that leaves the smallest differences.
/// </summary>
public static class PngWriter
{
    private const int BytesPerPixel = 3;

    /// <summary>The file's bytes.</summary>
    public static byte[] Write(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8; // bits per channel
        header[9] = 2; // RGB
        header[10..].Clear();
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Compress(image));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>The picture as an address that a page can show without a file.</summary>
    public static string DataUri(RgbImage image) => "data:image/png;base64," + Convert.ToBase64String(Write(image));

    private static byte[] Compress(RgbImage image)
    {
        int stride = image.Width * BytesPerPixel;
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.SmallestSize))
        {
            var above = new byte[stride];
            var best = new byte[stride + 1];
            var trial = new byte[stride + 1];
            for (int y = 0; y < image.Height; y++)
            {
                ReadOnlySpan<byte> row = image.Pixels.AsSpan(y * stride, stride);
                long smallest = long.MaxValue;
                for (byte filter = 0; filter <= 2; filter++)
                {
                    long size = Filter(filter, row, above, trial);
                    if (size >= smallest)
                        continue;
                    smallest = size;
                    (best, trial) = (trial, best);
                }

                deflate.Write(best);
                row.CopyTo(above);
            }
        }

        return packed.ToArray();
    }

    /// <summary>Filters a row (0 none, 1 minus the left neighbour, 2 minus the one above) and says how large the rest is.</summary>
    private static long Filter(byte filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> result)
    {
        result[0] = filter;
        long size = 0;
        for (int i = 0; i < row.Length; i++)
        {
            int guess = filter switch { 1 => i >= BytesPerPixel ? row[i - BytesPerPixel] : 0, 2 => above[i], _ => 0 };
            byte rest = (byte)(row[i] - guess);
            result[i + 1] = rest;
            size += Math.Abs((int)(sbyte)rest);
        }

        return size;
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(kind);
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Finish(Crc32.Add(Crc32.Add(Crc32.Start, kind), content)));
        file.Write(number);
    }
}
