using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels.Attention;

/// <summary>
/// What happens to one query's row of scores. A row is padded to whole registers: what lies beyond the visible keys becomes a weight
/// of 0.
/// </summary>
internal static unsafe class ScoreRow
{
    /// <summary>Scales the products and adds the mask; hides what the query does not see.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Score(float* row, int visible, int stride, float scale, float* mask, int maskKey)
    {
        int index = 0;
        Vector<float> factor = Vector.Create(scale);
        if (mask == null || maskKey == 0)
        {
            Vector<float> shift = Vector.Create(mask == null ? 0 : *mask);
            for (; index < visible; index += Vector<float>.Count)
                ((Vector.Load(row + index) * factor) + shift).Store(row + index);
        }
        else
        {
            for (; index <= visible - Vector<float>.Count; index += Vector<float>.Count)
                ((Vector.Load(row + index) * factor) + Vector.Load(mask + index)).Store(row + index);
            for (; index < visible; index++)
                row[index] = (row[index] * scale) + mask[index];
        }

        for (index = visible; index < stride; index++)
            row[index] = float.NegativeInfinity;
    }

    /// <summary>The largest score; NaN if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Largest(float* row, int visible)
    {
        Vector<float> top = Vector.Load(row);
        for (int index = Vector<float>.Count; index < visible; index += Vector<float>.Count)
            top = Vector.Max(top, Vector.Load(row + index));
        float largest = top.GetElement(0);
        for (int lane = 1; lane < Vector<float>.Count; lane++)
            largest = MathF.Max(largest, top.GetElement(lane));
        return largest;
    }

    /// <summary>Scores become e^(score - top); returns their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Exponentials(float* row, int visible, int stride, float top)
    {
        Vector<float> tops = Vector.Create(top), sum = Vector<float>.Zero;
        int index = 0;
        for (; index < visible; index += Vector<float>.Count)
        {
            Vector<float> term = VectorMath.Exp(Vector.Load(row + index) - tops);
            sum += term;
            term.Store(row + index);
        }

        for (; index < stride; index += Vector<float>.Count)
            Vector<float>.Zero.Store(row + index);
        return Vector.Sum(sum);
    }

    /// <summary>The weights again from the scores and what the forward pass kept: the same bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weights(float* row, int visible, int stride, float top, float reciprocal)
    {
        Vector<float> tops = Vector.Create(top), factor = Vector.Create(reciprocal);
        int index = 0;
        for (; index < visible; index += Vector<float>.Count)
            (VectorMath.Exp(Vector.Load(row + index) - tops) * factor).Store(row + index);
        for (; index < stride; index += Vector<float>.Count)
            Vector<float>.Zero.Store(row + index);
    }

    /// <summary>Scores become weights.</summary>
    public static void Softmax(float* row, int visible, int stride, float* statistics)
    {
        float top = Largest(row, visible);
        float reciprocal = 1 / Exponentials(row, visible, stride, top);
        SumKernel.Scale(row, reciprocal, (visible + 15) & ~15);
        if (statistics == null)
            return;
        statistics[0] = top;
        statistics[1] = reciprocal;
    }

    /// <summary>Gradients of weights become gradients of products: scale w (dw - sum(w dw)); hidden ones become 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(float* weights, float* gradient, int visible, int stride, float scale)
    {
        for (int hidden = visible; hidden < stride; hidden++)
            gradient[hidden] = 0;
        Vector<float> inner = Vector<float>.Zero;
        for (int index = 0; index < visible; index += Vector<float>.Count)
            inner = VectorMath.Fma(Vector.Load(weights + index), Vector.Load(gradient + index), inner);
        Vector<float> dot = Vector.Create(Vector.Sum(inner)), factor = Vector.Create(scale);
        for (int index = 0; index < visible; index += Vector<float>.Count)
            (Vector.Load(weights + index) * (Vector.Load(gradient + index) - dot) * factor).Store(gradient + index);
    }
}
