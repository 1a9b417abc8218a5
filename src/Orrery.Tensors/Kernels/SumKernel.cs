using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>Sums of runs of numbers. Long runs are summed in blocks whose sums meet in double precision.</summary>
internal static unsafe class SumKernel
{
    private const int Block = 2048;

    public static double Sum(float* x, int count)
    {
        double total = 0;
        for (int start = 0; start < count; start += Block)
            total += BlockSum(x + start, Math.Min(Block, count - start));
        return total;
    }

    public static double SumOfSquares(float* x, int count)
    {
        double total = 0;
        for (int start = 0; start < count; start += Block)
            total += BlockSquares(x + start, Math.Min(Block, count - start));
        return IsSafe(total) ? total : SquaresInDouble(x, 0, count);
    }

    /// <summary>The sum of x - center.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumOfDeviations(float* x, float center, int count)
    {
        Vector<float> middle = Vector.Create(center);
        double total = 0;
        int index = 0;
        while (index <= count - Vector<float>.Count)
        {
            Vector<float> sum = Vector<float>.Zero;
            int end = Math.Min(count - Vector<float>.Count, index + Block);
            for (; index <= end; index += Vector<float>.Count)
                sum += Vector.Load(x + index) - middle;
            total += Vector.Sum(sum);
        }

        for (; index < count; index++)
            total += x[index] - center;
        return total;
    }

    /// <summary>The sum of (x - center)^2.</summary>
    public static double SumOfSquaredDeviations(float* x, float center, int count)
    {
        double total = 0;
        for (int start = 0; start < count; start += Block)
            total += BlockDeviations(x + start, center, Math.Min(Block, count - start));
        return IsSafe(total) ? total : SquaresInDouble(x, center, count);
    }

    public static double Dot(float* x, float* y, int count)
    {
        double total = 0;
        for (int start = 0; start < count; start += Block)
            total += BlockDot(x + start, y + start, Math.Min(Block, count - start));
        return total;
    }

    /// <summary>y += x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* x, float* y, int count)
    {
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
            (Vector.Load(y + index) + Vector.Load(x + index)).Store(y + index);
        for (; index < count; index++)
            y[index] += x[index];
    }

    /// <summary>y += scale x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float* x, float scale, float* y, int count)
    {
        Vector<float> factor = Vector.Create(scale);
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
            VectorMath.Fma(factor, Vector.Load(x + index), Vector.Load(y + index)).Store(y + index);
        for (; index < count; index++)
            y[index] = VectorMath.Fma(factor, Vector.Create(x[index]), Vector.Create(y[index])).ToScalar();
    }

    /// <summary>x *= factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* x, float factor, int count)
    {
        Vector<float> factors = Vector.Create(factor);
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
            (Vector.Load(x + index) * factors).Store(x + index);
        for (; index < count; index++)
            x[index] *= factor;
    }

    // Whether squares that are summed as floats can be trusted: those of huge numbers are infinite, those of tiny ones zero.
    private static bool IsSafe(double total) => total is 0 or (> 1e-30 and < double.PositiveInfinity);

    private static double SquaresInDouble(float* x, float center, int count)
    {
        double total = 0;
        for (int index = 0; index < count; index++)
        {
            double deviation = (double)x[index] - center;
            total += deviation * deviation;
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float BlockSum(float* x, int count)
    {
        int width = Vector<float>.Count;
        Vector<float> s0 = Vector<float>.Zero, s1 = s0, s2 = s0, s3 = s0;
        int index = 0;
        for (; index <= count - (4 * width); index += 4 * width)
        {
            s0 += Vector.Load(x + index);
            s1 += Vector.Load(x + index + width);
            s2 += Vector.Load(x + index + (2 * width));
            s3 += Vector.Load(x + index + (3 * width));
        }

        for (; index <= count - width; index += width)
            s0 += Vector.Load(x + index);
        float rest = 0;
        for (; index < count; index++)
            rest += x[index];
        return Vector.Sum(s0 + s1 + (s2 + s3)) + rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double BlockSquares(float* x, int count)
    {
        int width = Vector<float>.Count;
        Vector<float> s0 = Vector<float>.Zero, s1 = s0, s2 = s0, s3 = s0;
        int index = 0;
        for (; index <= count - (4 * width); index += 4 * width)
        {
            Vector<float> x0 = Vector.Load(x + index), x1 = Vector.Load(x + index + width);
            Vector<float> x2 = Vector.Load(x + index + (2 * width)), x3 = Vector.Load(x + index + (3 * width));
            s0 = VectorMath.Fma(x0, x0, s0);
            s1 = VectorMath.Fma(x1, x1, s1);
            s2 = VectorMath.Fma(x2, x2, s2);
            s3 = VectorMath.Fma(x3, x3, s3);
        }

        double rest = 0;
        for (; index < count; index++)
            rest += (double)x[index] * x[index];
        return Vector.Sum(s0 + s1 + (s2 + s3)) + rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double BlockDeviations(float* x, float center, int count)
    {
        int width = Vector<float>.Count;
        Vector<float> middle = Vector.Create(center);
        Vector<float> s0 = Vector<float>.Zero, s1 = s0;
        int index = 0;
        for (; index <= count - (2 * width); index += 2 * width)
        {
            Vector<float> x0 = Vector.Load(x + index) - middle, x1 = Vector.Load(x + index + width) - middle;
            s0 = VectorMath.Fma(x0, x0, s0);
            s1 = VectorMath.Fma(x1, x1, s1);
        }

        double rest = 0;
        for (; index < count; index++)
            rest += (double)(x[index] - center) * (x[index] - center);
        return Vector.Sum(s0 + s1) + rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double BlockDot(float* x, float* y, int count)
    {
        int width = Vector<float>.Count;
        Vector<float> s0 = Vector<float>.Zero, s1 = s0, s2 = s0, s3 = s0;
        int index = 0;
        for (; index <= count - (4 * width); index += 4 * width)
        {
            s0 = VectorMath.Fma(Vector.Load(x + index), Vector.Load(y + index), s0);
            s1 = VectorMath.Fma(Vector.Load(x + index + width), Vector.Load(y + index + width), s1);
            s2 = VectorMath.Fma(Vector.Load(x + index + (2 * width)), Vector.Load(y + index + (2 * width)), s2);
            s3 = VectorMath.Fma(Vector.Load(x + index + (3 * width)), Vector.Load(y + index + (3 * width)), s3);
        }

        double rest = 0;
        for (; index < count; index++)
            rest += (double)x[index] * y[index];
        return Vector.Sum(s0 + s1 + (s2 + s3)) + rest;
    }
}
