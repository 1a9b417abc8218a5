using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>Rounding to few whole numbers, and sums of products of signed bytes.</summary>
internal static unsafe class Int8Kernel
{
    /// <summary>The longest row whose sum of products surely fits into an int: each is at most 2^14.</summary>
    public const int LongestRow = int.MaxValue >> 14;

    /// <summary>y = round(x / scale), limited.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(float* x, float scale, float low, float high, float* y, int count)
    {
        Vector<float> scales = Vector.Create(scale), lows = Vector.Create(low), highs = Vector.Create(high);
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
            Vector.Min(Vector.Max(Vector.Round(Vector.Load(x + index) / scales), lows), highs).Store(y + index);
        for (; index < count; index++)
            y[index] = MathF.Min(MathF.Max(MathF.Round(x[index] / scale), low), high);
    }

    /// <summary>y = round(x / scale) as signed bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(float* x, float scale, sbyte* y, int count)
    {
        int width = Vector<float>.Count, index = 0;
        for (; index <= count - (4 * width); index += 4 * width)
        {
            Vector<short> first = Vector.Narrow(Whole(x + index, scale), Whole(x + index + width, scale));
            Vector<short> second = Vector.Narrow(Whole(x + index + (2 * width), scale), Whole(x + index + (3 * width), scale));
            Vector.Narrow(first, second).Store(y + index);
        }

        for (; index < count; index++)
        {
            float rounded = MathF.Round(x[index] / scale);
            y[index] = float.IsNaN(rounded) ? (sbyte)0 : (sbyte)Math.Clamp(rounded, -128, 127);
        }
    }

    /// <summary>y = x scale.</summary>
    public static void Unpack(sbyte* x, float scale, float* y, int count)
    {
        int width = Vector<float>.Count, index = 0;
        for (; index <= count - (4 * width); index += 4 * width)
        {
            Vector<sbyte> levels = Vector.Load(x + index);
            Vector<short> low = Vector.WidenLower(levels), high = Vector.WidenUpper(levels);
            Vector<int> first = Vector.WidenLower(low), second = Vector.WidenUpper(low);
            Vector<int> third = Vector.WidenLower(high), fourth = Vector.WidenUpper(high);
            (Vector.ConvertToSingle(first) * scale).Store(y + index);
            (Vector.ConvertToSingle(second) * scale).Store(y + index + width);
            (Vector.ConvertToSingle(third) * scale).Store(y + index + (2 * width));
            (Vector.ConvertToSingle(fourth) * scale).Store(y + index + (3 * width));
        }

        for (; index < count; index++)
            y[index] = x[index] * scale;
    }

    /// <summary>The sums of products of a row with two rows of a matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dot(sbyte* a, sbyte* first, sbyte* second, int count, out int firstSum, out int secondSum)
    {
        Vector<int> first0 = Vector<int>.Zero, first1 = first0, second0 = first0, second1 = first0;
        int index = 0;
        for (; index <= count - Vector<sbyte>.Count; index += Vector<sbyte>.Count)
        {
            Vector<sbyte> left = Vector.Load(a + index), right = Vector.Load(first + index);
            Vector<short> aLow = Vector.WidenLower(left), aHigh = Vector.WidenUpper(left);
            Add(aLow * Vector.WidenLower(right), aHigh * Vector.WidenUpper(right), ref first0, ref first1);
            right = Vector.Load(second + index);
            Add(aLow * Vector.WidenLower(right), aHigh * Vector.WidenUpper(right), ref second0, ref second1);
        }

        firstSum = Vector.Sum(first0 + first1);
        secondSum = Vector.Sum(second0 + second1);
        for (; index < count; index++)
        {
            firstSum += a[index] * first[index];
            secondSum += a[index] * second[index];
        }
    }

    // A product of two signed bytes fits into a short, the sum of two does not always.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector<short> low, Vector<short> high, ref Vector<int> first, ref Vector<int> second)
    {
        first += Vector.WidenLower(low) + Vector.WidenLower(high);
        second += Vector.WidenUpper(low) + Vector.WidenUpper(high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Whole(float* x, float scale)
    {
        Vector<float> rounded = Vector.Round(Vector.Load(x) / Vector.Create(scale));
        rounded = Vector.Min(Vector.Max(rounded, Vector.Create(-128f)), Vector.Create(127f));
        return Vector.ConvertToInt32(Vector.ConditionalSelect(Vector.Equals(rounded, rounded), rounded, Vector<float>.Zero));
    }
}
