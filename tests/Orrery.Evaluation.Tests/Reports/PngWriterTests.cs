using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Orrery.Evaluation.Reports.Pictures;

namespace Orrery.Evaluation.Tests.Reports;

public sealed class PngWriterTests
{
    [Fact]
    public void What_is_written_reads_back_to_the_same_pixels()
    {
        var random = new Random(1);
        var image = new RgbImage(37, 23);
        for (int y = 0; y < 23; y++)
            for (int x = 0; x < 37; x++)
                image.Set(x, y, ((byte)(x * 6), (byte)(y * 11), y > 11 ? (byte)random.Next(256) : (byte)0));
        Assert.Equal(image.Pixels, Read(PngWriter.Write(image), 37, 23));
    }

    [Fact]
    public void Chunks_carry_the_published_checksum()
    {
        // The empty IEND chunk is the same in every PNG file.
        byte[] file = PngWriter.Write(new RgbImage(1, 1));
        Assert.Equal([0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82], file[^12..]);
    }

    [Fact]
    public void A_picture_without_pixels_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(0, 4));

    private static byte[] Read(byte[] file, int width, int height)
    {
        using var packed = new MemoryStream();
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            if (Encoding.ASCII.GetString(file, at + 4, 4) == "IDAT")
                packed.Write(file, at + 8, length);
            at += 12 + length;
        }

        packed.Position = 0;
        using var inflate = new ZLibStream(packed, CompressionMode.Decompress);
        int stride = width * 3;
        var pixels = new byte[stride * height];
        for (int y = 0; y < height; y++)
        {
            int filter = inflate.ReadByte();
            inflate.ReadExactly(pixels.AsSpan(y * stride, stride));
            for (int i = 0; i < stride; i++)
                pixels[(y * stride) + i] += filter switch
                {
                    1 when i >= 3 => pixels[(y * stride) + i - 3],
                    2 when y > 0 => pixels[((y - 1) * stride) + i],
                    _ => 0,
                };
        }

        return pixels;
    }
}
