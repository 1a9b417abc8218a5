using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Orrery.Tensors.Kernels.Convolution;

/// <summary>Copies that change which numbers are neighbours.</summary>
internal static unsafe class Interleave
{
    /// <summary>A copy that is fast for short rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* source, float* target, int count)
    {
        if (count < 4)
        {
            for (int index = 0; index < count; index++)
                target[index] = source[index];
            return;
        }

        // The last vector may overlap the one before.
        for (int index = 0; index < count - 4; index += 4)
            Vector128.Load(source + index).Store(target + index);
        Vector128.Load(source + count - 4).Store(target + count - 4);
    }

    /// <summary>target += source, for short rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* source, float* target, int count)
    {
        int index = 0;
        for (; index <= count - 4; index += 4)
            (Vector128.Load(target + index) + Vector128.Load(source + index)).Store(target + index);
        for (; index < count; index++)
            target[index] += source[index];
    }

    /// <summary>even[i] = source[2 i] and odd[i] = source[2 i + 1]; the counts differ by any number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Split(float* source, float* even, int evens, float* odd, int odds)
    {
        int pairs = Math.Min(evens, odds), index = 0;
        for (; index <= pairs - 4; index += 4)
        {
            Vector128<float> a = Vector128.Load(source + (2 * index)), b = Vector128.Load(source + (2 * index) + 4);
            Evens(a, b).Store(even + index);
            Odds(a, b).Store(odd + index);
        }

        for (int rest = index; rest < evens; rest++)
            even[rest] = source[2 * rest];
        for (int rest = index; rest < odds; rest++)
            odd[rest] = source[(2 * rest) + 1];
    }

    /// <summary>target[2 i] += even[i] and target[2 i + 1] += odd[i], for a count of numbers in the target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ZipAdd(float* even, float* odd, float* target, int count)
    {
        int index = 0;
        for (; index <= (count / 2) - 4; index += 4)
        {
            Vector128<float> a = Vector128.Load(even + index), b = Vector128.Load(odd + index);
            (Vector128.Load(target + (2 * index)) + Lower(a, b)).Store(target + (2 * index));
            (Vector128.Load(target + (2 * index) + 4) + Upper(a, b)).Store(target + (2 * index) + 4);
        }

        for (int rest = 2 * index; rest < count; rest++)
            target[rest] += (rest & 1) == 0 ? even[rest / 2] : odd[rest / 2];
    }

    /// <summary>target[i, r] = source[r, i]: planes become neighbours.</summary>
    /// <param name="source">Rows, <paramref name="pitch"/> floats apart.</param>
    /// <param name="pitch">Floats between rows of the source.</param>
    /// <param name="rows">Rows of the source; the target's rows have as many numbers.</param>
    /// <param name="count">Numbers in a row of the source.</param>
    /// <param name="target">[count, rows].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* source, nint pitch, int rows, int count, float* target)
    {
        int row = 0;
        for (; row <= rows - 4; row += 4)
        {
            float* from = source + (row * pitch);
            float* to = target + row;
            int index = 0;
            for (; index <= count - 4; index += 4, from += 4, to += 4 * rows)
            {
                Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + pitch);
                Vector128<float> c = Vector128.Load(from + (2 * pitch)), d = Vector128.Load(from + (3 * pitch));
                Vector128<float> ac = Lower(a, c), bd = Lower(b, d);
                Lower(ac, bd).Store(to);
                Upper(ac, bd).Store(to + rows);
                ac = Upper(a, c);
                bd = Upper(b, d);
                Lower(ac, bd).Store(to + (2 * rows));
                Upper(ac, bd).Store(to + (3 * rows));
            }

            for (; index < count; index++, from++, to += rows)
                Vector128.Create(from[0], from[pitch], from[2 * pitch], from[3 * pitch]).Store(to);
        }

        if (rows == 2)
            Zip(source, source + pitch, target, count);
        else
            for (; row < rows; row++)
                for (int index = 0; index < count; index++)
                    target[((nint)index * rows) + row] = source[(row * pitch) + index];
    }

    private static void Zip(float* even, float* odd, float* target, int count)
    {
        int index = 0;
        for (; index <= count - 4; index += 4)
        {
            Vector128<float> a = Vector128.Load(even + index), b = Vector128.Load(odd + index);
            Lower(a, b).Store(target + (2 * index));
            Upper(a, b).Store(target + (2 * index) + 4);
        }

        for (; index < count; index++)
        {
            target[2 * index] = even[index];
            target[(2 * index) + 1] = odd[index];
        }
    }

    // a0 a2 b0 b2.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Evens(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported)
            return Sse.Shuffle(a, b, 0b10_00_10_00);
        return AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipEven(a, b) : Vector128.Create(a[0], a[2], b[0], b[2]);
    }

    // a1 a3 b1 b3.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Odds(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported)
            return Sse.Shuffle(a, b, 0b11_01_11_01);
        return AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipOdd(a, b) : Vector128.Create(a[1], a[3], b[1], b[3]);
    }

    // a0 b0 a1 b1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Lower(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported)
            return Sse.UnpackLow(a, b);
        return AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b) : Vector128.Create(a[0], b[0], a[1], b[1]);
    }

    // a2 b2 a3 b3.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Upper(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported)
            return Sse.UnpackHigh(a, b);
        return AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b) : Vector128.Create(a[2], b[2], a[3], b[3]);
    }
}
