using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>
/// Batch norm of x [B, C] on a few neighbouring columns, a vector of them at a time; sums are kept in double precision. The columns
/// that are left over are computed one by one with the same operations, so that a column's bits do not depend on its neighbours.
/// </summary>
internal static unsafe class ColumnNormKernel
{
    public static void Forward(
        float* x, int stride, int rows, int columns, float epsilon, float* gain, float* bias, float* y, float* mean, float* variance)
    {
        double* sums = stackalloc double[ChannelNormJob.ChannelChunk];
        float* scale = stackalloc float[2 * ChannelNormJob.ChannelChunk];
        float* rest = scale + ChannelNormJob.ChannelChunk;
        Sum(x, stride, rows, columns, sums);
        for (int column = 0; column < columns; column++)
            mean[column] = NormKernel.Split(sums[column] / rows, out rest[column]);
        SumSquares(x, stride, rows, columns, mean, rest, sums);
        for (int column = 0; column < columns; column++)
        {
            variance[column] = (float)(sums[column] / rows);
            scale[column] = (gain == null ? 1 : gain[column]) / MathF.Sqrt(variance[column] + epsilon);
        }

        for (int row = 0; row < rows; row++, x += stride, y += stride)
            Apply(x, columns, mean, rest, scale, bias, y);
    }

    public static void Backward(
        float* x, int stride, int rows, int columns, float epsilon, float* gain, float* mean, float* variance,
        float* dy, float* dx, float* dGain, float* dBias)
    {
        double* sums = stackalloc double[2 * ChannelNormJob.ChannelChunk];
        float* settings = stackalloc float[5 * ChannelNormJob.ChannelChunk];
        double* inners = sums + ChannelNormJob.ChannelChunk;
        float* inverse = settings, factor = settings + 16, meanSum = settings + 32, meanInner = settings + 48, rest = settings + 64;
        bool hasRest = false;
        for (int column = 0; column < columns; column++)
        {
            inverse[column] = 1 / MathF.Sqrt(variance[column] + epsilon);
            factor[column] = (gain == null ? 1 : gain[column]) * inverse[column];
            hasRest |= NormKernel.HasRest(mean[column], inverse[column]);
        }

        if (hasRest)
            Sum(x, stride, rows, columns, sums);
        for (int column = 0; column < columns; column++)
            rest[column] = hasRest ? (float)((sums[column] / rows) - mean[column]) : 0;

        Sum(dy, stride, rows, columns, sums);
        SumProducts(x, dy, stride, rows, columns, mean, rest, inverse, inners);
        for (int column = 0; column < columns; column++)
        {
            if (dGain != null)
                dGain[column] += (float)inners[column];
            if (dBias != null)
                dBias[column] += (float)sums[column];
            meanSum[column] = (float)(sums[column] / rows);
            meanInner[column] = (float)(inners[column] / rows);
        }

        for (int row = 0; row < rows && dx != null; row++, x += stride, dy += stride, dx += stride)
            ApplyGradient(x, dy, columns, mean, rest, inverse, factor, meanSum, meanInner, dx);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(float* x, int stride, int rows, int columns, double* sums)
    {
        int column = 0;
        for (; column <= columns - Vector<float>.Count; column += Vector<float>.Count)
        {
            Vector<double> low = Vector<double>.Zero, high = low;
            float* from = x + column;
            for (int row = 0; row < rows; row++, from += stride)
                Add(Vector.Load(from), ref low, ref high);
            low.Store(sums + column);
            high.Store(sums + column + Vector<double>.Count);
        }

        for (; column < columns; column++)
        {
            double sum = 0;
            for (int row = 0; row < rows; row++)
                sum += x[((long)row * stride) + column];
            sums[column] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumSquares(float* x, int stride, int rows, int columns, float* mean, float* rest, double* sums)
    {
        int column = 0;
        for (; column <= columns - Vector<float>.Count; column += Vector<float>.Count)
        {
            Vector<double> low = Vector<double>.Zero, high = low;
            Vector<float> means = Vector.Load(mean + column), rests = Vector.Load(rest + column);
            float* from = x + column;
            for (int row = 0; row < rows; row++, from += stride)
            {
                Vector<float> deviation = Vector.Load(from) - means - rests;
                AddProduct(deviation, deviation, ref low, ref high);
            }

            low.Store(sums + column);
            high.Store(sums + column + Vector<double>.Count);
        }

        for (; column < columns; column++)
        {
            double sum = 0;
            for (int row = 0; row < rows; row++)
            {
                float deviation = x[((long)row * stride) + column] - mean[column] - rest[column];
                sum += (double)deviation * deviation;
            }

            sums[column] = sum;
        }
    }

    // The sums of dy (x - mean) / deviation.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumProducts(
        float* x, float* dy, int stride, int rows, int columns, float* mean, float* rest, float* inverse, double* sums)
    {
        int column = 0;
        for (; column <= columns - Vector<float>.Count; column += Vector<float>.Count)
        {
            Vector<double> low = Vector<double>.Zero, high = low;
            Vector<float> means = Vector.Load(mean + column), rests = Vector.Load(rest + column), inverses = Vector.Load(inverse + column);
            long place = column;
            for (int row = 0; row < rows; row++, place += stride)
                AddProduct(Vector.Load(dy + place), (Vector.Load(x + place) - means - rests) * inverses, ref low, ref high);
            low.Store(sums + column);
            high.Store(sums + column + Vector<double>.Count);
        }

        for (; column < columns; column++)
        {
            double sum = 0;
            long place = column;
            for (int row = 0; row < rows; row++, place += stride)
                sum += (double)dy[place] * ((x[place] - mean[column] - rest[column]) * inverse[column]);
            sums[column] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply(float* x, int columns, float* mean, float* rest, float* scale, float* bias, float* y)
    {
        int column = 0;
        for (; column <= columns - Vector<float>.Count; column += Vector<float>.Count)
        {
            Vector<float> scaled = (Vector.Load(x + column) - Vector.Load(mean + column) - Vector.Load(rest + column)) * Vector.Load(scale + column);
            (scaled + (bias == null ? Vector<float>.Zero : Vector.Load(bias + column))).Store(y + column);
        }

        for (; column < columns; column++)
            y[column] = ((x[column] - mean[column] - rest[column]) * scale[column]) + (bias == null ? 0 : bias[column]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ApplyGradient(
        float* x, float* dy, int columns, float* mean, float* rest, float* inverse, float* factor, float* meanSum, float* meanInner, float* dx)
    {
        int column = 0;
        for (; column <= columns - Vector<float>.Count; column += Vector<float>.Count)
        {
            Vector<float> normal = (Vector.Load(x + column) - Vector.Load(mean + column) - Vector.Load(rest + column)) * Vector.Load(inverse + column);
            Vector<float> slope = Vector.Load(dy + column) - Vector.Load(meanSum + column) - (normal * Vector.Load(meanInner + column));
            (Vector.Load(dx + column) + (Vector.Load(factor + column) * slope)).Store(dx + column);
        }

        for (; column < columns; column++)
        {
            float normal = (x[column] - mean[column] - rest[column]) * inverse[column];
            dx[column] += factor[column] * (dy[column] - meanSum[column] - (normal * meanInner[column]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector<float> x, ref Vector<double> low, ref Vector<double> high)
    {
        Vector.Widen(x, out Vector<double> lower, out Vector<double> upper);
        low += lower;
        high += upper;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(Vector<float> x, Vector<float> y, ref Vector<double> low, ref Vector<double> high)
    {
        Vector.Widen(x, out Vector<double> lowerX, out Vector<double> upperX);
        Vector.Widen(y, out Vector<double> lowerY, out Vector<double> upperY);
        low += lowerX * lowerY;
        high += upperX * upperY;
    }
}
