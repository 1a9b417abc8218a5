using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>The inner loops of reductions. Maxima and minima of NaN are NaN.</summary>
internal static unsafe class ReduceKernel
{
    /// <summary>result = result op (all of a run).</summary>
    public static void Fold(ReduceOperation operation, float* x, float* result, int count)
    {
        switch (operation)
        {
            case ReduceOperation.Max: *result = MathF.Max(*result, Max(x, count)); break;
            case ReduceOperation.Min: *result = MathF.Min(*result, Min(x, count)); break;
            default: *result += (float)SumKernel.Sum(x, count); break;
        }
    }

    /// <summary>result[i] = result[i] op x[i].</summary>
    public static void Combine(ReduceOperation operation, float* x, float* result, int count)
    {
        switch (operation)
        {
            case ReduceOperation.Max:
                for (int index = 0; index < count; index++)
                    result[index] = MathF.Max(result[index], x[index]);
                break;
            case ReduceOperation.Min:
                for (int index = 0; index < count; index++)
                    result[index] = MathF.Min(result[index], x[index]);
                break;
            default:
                SumKernel.Add(x, result, count);
                break;
        }
    }

    /// <summary>y += value.</summary>
    public static void AddConstant(float value, float* y, int count)
    {
        Vector<float> repeated = Vector.Create(value);
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
            (Vector.Load(y + index) + repeated).Store(y + index);
        for (; index < count; index++)
            y[index] += value;
    }

    /// <summary>The largest of a run that is not empty; NaN if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Max(float* x, int count)
    {
        float best = float.NegativeInfinity;
        int index = 0;
        if (count >= Vector<float>.Count)
        {
            Vector<float> bests = Vector.Load(x);
            for (index = Vector<float>.Count; index <= count - Vector<float>.Count; index += Vector<float>.Count)
                bests = Vector.Max(bests, Vector.Load(x + index));
            for (int lane = 0; lane < Vector<float>.Count; lane++)
                best = MathF.Max(best, bests.GetElement(lane));
        }

        for (; index < count; index++)
            best = MathF.Max(best, x[index]);
        return best;
    }

    public static bool IsFinite(float* x, int count)
    {
        // x - x is 0 for finite numbers and NaN for others, and NaN survives addition.
        Vector<float> witness = Vector<float>.Zero;
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
        {
            Vector<float> value = Vector.Load(x + index);
            witness += value - value;
        }

        float rest = Vector.Sum(witness);
        for (; index < count; index++)
            rest += x[index] - x[index];
        return !float.IsNaN(rest);
    }

    /// <summary>dx += dy at the first number of each group that equals the result.</summary>
    public static void WinnersGradient(in AxisPlan plan, float* x, float* y, float* dy, float* dx, int results, bool* taken)
    {
        new Span<bool>(taken, results).Clear();
        RowWalker walker = new(plan, 0, plan.Lengths[0]);
        for (; walker.HasRow; walker.Next(plan))
        {
            for (int index = 0; index < walker.Length; index++)
            {
                int place = walker.A + (index * walker.StrideA);
                if (taken[place] || x[walker.Full + index] != y[place])
                    continue;
                taken[place] = true;
                dx[walker.Full + index] += dy[place];
            }
        }
    }

    private static float Min(float* x, int count)
    {
        float best = float.PositiveInfinity;
        for (int index = 0; index < count; index++)
            best = MathF.Min(best, x[index]);
        return best;
    }
}
