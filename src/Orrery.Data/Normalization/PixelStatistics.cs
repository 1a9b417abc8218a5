using System.Numerics;
using System.Runtime.InteropServices;

namespace Orrery.Data.Normalization;

/// <summary>Gathers <see cref="ColumnStatistics"/> of pictures, one entry per channel, exactly, in integers.</summary>
internal sealed class PixelStatistics(int channels, int pixelsPerChannel)
{
    /// <summary>Vectors that can be added up in 16 bits before a lane overflows.</summary>
    private const int SafeBatch = 128;

    private readonly ulong[] _sum = new ulong[channels];
    private readonly ulong[] _squares = new ulong[channels];
    private readonly byte[] _minimum = [.. Enumerable.Repeat(byte.MaxValue, channels)];
    private readonly byte[] _maximum = new byte[channels];
    private long _pictures;

    /// <summary>Takes one picture, [Channels, Height * Width].</summary>
    public void Add(ReadOnlySpan<byte> picture)
    {
        _pictures++;
        for (var channel = 0; channel < channels; channel++)
            AddChannel(channel, picture.Slice(channel * pixelsPerChannel, pixelsPerChannel));
    }

    /// <summary>The statistics of the pictures seen so far; zeros when there are none.</summary>
    public ColumnStatistics ToStatistics()
    {
        var mean = new double[channels];
        var deviation = new double[channels];
        var count = (double)_pictures * pixelsPerChannel;
        for (var channel = 0; channel < channels && _pictures > 0; channel++)
        {
            mean[channel] = _sum[channel] / count;
            deviation[channel] = Math.Sqrt(Math.Max(0, (_squares[channel] / count) - (mean[channel] * mean[channel])));
        }

        double[] minimum = [.. _minimum.Select(value => _pictures > 0 ? (double)value : 0)];
        return new ColumnStatistics(mean, deviation, minimum, [.. _maximum.Select(value => (double)value)]);
    }

    private void AddChannel(int channel, ReadOnlySpan<byte> pixels)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(pixels);
        var low = new Vector<byte>(byte.MaxValue);
        var high = Vector<byte>.Zero;
        ulong sum = 0;
        ulong squares = 0;
        for (var start = 0; start < vectors.Length; start += SafeBatch)
        {
            var sums = Vector<ushort>.Zero;
            var squared = Vector<uint>.Zero;
            foreach (var vector in vectors[start..Math.Min(vectors.Length, start + SafeBatch)])
            {
                low = Vector.Min(low, vector);
                high = Vector.Max(high, vector);
                Vector.Widen(vector, out var first, out var second);
                sums += first + second;
                Vector.Widen(first * first, out var a, out var b);
                Vector.Widen(second * second, out var c, out var d);
                squared += a + b + c + d;
            }

            Vector.Widen(sums, out var lower, out var upper);
            sum += Vector.Sum(lower + upper);
            squares += Vector.Sum(squared);
        }

        var least = byte.MaxValue;
        var most = byte.MinValue;
        for (var lane = 0; lane < Vector<byte>.Count && !vectors.IsEmpty; lane++)
            (least, most) = (Math.Min(least, low[lane]), Math.Max(most, high[lane]));
        foreach (var pixel in pixels[(vectors.Length * Vector<byte>.Count)..])
        {
            (least, most) = (Math.Min(least, pixel), Math.Max(most, pixel));
            sum += pixel;
            squares += (uint)(pixel * pixel);
        }

        _sum[channel] += sum;
        _squares[channel] += squares;
        _minimum[channel] = Math.Min(_minimum[channel], least);
        _maximum[channel] = Math.Max(_maximum[channel], most);
    }
}
