using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>Softmax and its logarithm over a row, shifted by the row's maximum so that nothing overflows.</summary>
internal static unsafe class SoftmaxKernel
{
    public static void Softmax(float* x, float* y, int count)
    {
        float top = Top(x, count);
        SumKernel.Scale(y, 1 / ShiftedExp(x, y, top, count), count);
    }

    public static void LogSoftmax(float* x, float* y, int count)
    {
        float top = Top(x, count);
        float shift = (float)Math.Log(ShiftedExp(x, null, top, count));
        Vector<float> tops = Vector.Create(top), shifts = Vector.Create(shift);
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
            (Vector.Load(x + index) - tops - shifts).Store(y + index);
        for (; index < count; index++)
            y[index] = x[index] - top - shift;
    }

    /// <summary>dx += y (dy - sum(dy y)).</summary>
    public static void SoftmaxGradient(float* y, float* dy, float* dx, int count)
    {
        float inner = (float)SumKernel.Dot(y, dy, count);
        Vector<float> inners = Vector.Create(inner);
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
            (Vector.Load(dx + index) + (Vector.Load(y + index) * (Vector.Load(dy + index) - inners))).Store(dx + index);
        for (; index < count; index++)
            dx[index] += y[index] * (dy[index] - inner);
    }

    /// <summary>dx += dy - e^y sum(dy).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LogSoftmaxGradient(float* y, float* dy, float* dx, int count)
    {
        float sum = (float)SumKernel.Sum(dy, count);
        Vector<float> sums = Vector.Create(sum);
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
            (Vector.Load(dx + index) + (Vector.Load(dy + index) - (VectorMath.Exp(Vector.Load(y + index)) * sums))).Store(dx + index);
        for (; index < count; index++)
            dx[index] += dy[index] - (VectorMath.Exp(Vector.Create(y[index])).ToScalar() * sum);
    }

    // The largest number of a row without NaN; with one the row's sum is NaN whatever this is.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Top(float* x, int count)
    {
        Vector<float> first = Vector.Create(float.NegativeInfinity), second = first;
        int index = 0;
        for (; index <= count - (2 * Vector<float>.Count); index += 2 * Vector<float>.Count)
        {
            first = Vector.MaxNative(first, Vector.Load(x + index));
            second = Vector.MaxNative(second, Vector.Load(x + index + Vector<float>.Count));
        }

        float* lanes = stackalloc float[Vector<float>.Count];
        Vector.MaxNative(first, second).Store(lanes);
        float top = float.NegativeInfinity;
        for (int lane = 0; lane < Vector<float>.Count; lane++)
            top = lanes[lane] > top ? lanes[lane] : top;
        for (; index < count; index++)
            top = x[index] > top ? x[index] : top;
        return top;
    }

    // The sum of e^(x - top); the terms are kept in y where there is one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float ShiftedExp(float* x, float* y, float top, int count)
    {
        Vector<float> tops = Vector.Create(top), sum = Vector<float>.Zero;
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
        {
            Vector<float> term = VectorMath.ExpBelowZero(Vector.Load(x + index) - tops);
            sum += term;
            if (y != null)
                term.Store(y + index);
        }

        float rest = 0;
        for (; index < count; index++)
        {
            float term = VectorMath.ExpBelowZero(Vector.Create(x[index] - top)).ToScalar();
            rest += term;
            if (y != null)
                y[index] = term;
        }

        return Vector.Sum(sum) + rest;
    }
}
