using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>What a step of AdamW multiplies with, worked out in double precision once.</summary>
internal readonly struct AdamWCoefficients
{
    public AdamWCoefficients(in AdamWSettings settings)
    {
        Beta1 = (float)settings.Beta1;
        Beta2 = (float)settings.Beta2;
        OneMinusBeta1 = (float)(1 - settings.Beta1);
        OneMinusBeta2 = (float)(1 - settings.Beta2);
        StepSize = (float)(settings.LearningRate / (1 - Math.Pow(settings.Beta1, settings.Step)));
        InverseRootCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(settings.Beta2, settings.Step)));
        Epsilon = settings.Epsilon;
        Shrinkage = settings.LearningRate * settings.WeightDecay;
    }

    public float Beta1 { get; }

    public float Beta2 { get; }

    public float OneMinusBeta1 { get; }

    public float OneMinusBeta2 { get; }

    public float StepSize { get; }

    public float InverseRootCorrection { get; }

    public float Epsilon { get; }

    public float Shrinkage { get; }
}

/// <summary>AdamW (Loshchilov and Hutter, 2019) in one pass over values, gradients and both moments.</summary>
internal static unsafe class AdamWKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step(
        float* values, float* gradients, float* first, float* second, float* mask, int count, in AdamWCoefficients settings)
    {
        Vector<float> beta1 = Vector.Create(settings.Beta1), rest1 = Vector.Create(settings.OneMinusBeta1);
        Vector<float> beta2 = Vector.Create(settings.Beta2), rest2 = Vector.Create(settings.OneMinusBeta2);
        Vector<float> step = Vector.Create(settings.StepSize), correction = Vector.Create(settings.InverseRootCorrection);
        Vector<float> epsilon = Vector.Create(settings.Epsilon), shrinkage = Vector.Create(settings.Shrinkage);
        Vector<float> fullKeep = Vector<float>.One - shrinkage;
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
        {
            Vector<float> keep = mask == null ? fullKeep : KeepOf(Vector.Load(mask + index), fullKeep);
            Vector<float> m = Vector.Load(first + index), v = Vector.Load(second + index);
            Update(Vector.Load(values + index), Vector.Load(gradients + index), ref m, ref v, keep).Store(values + index);
            m.Store(first + index);
            v.Store(second + index);
        }

        for (; index < count; index++)
        {
            Vector<float> keep = mask == null ? fullKeep : KeepOf(Vector.Create(mask[index]), fullKeep);
            Vector<float> m = Vector.Create(first[index]), v = Vector.Create(second[index]);
            values[index] = Update(Vector.Create(values[index]), Vector.Create(gradients[index]), ref m, ref v, keep).ToScalar();
            first[index] = m.ToScalar();
            second[index] = v.ToScalar();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector<float> Update(Vector<float> value, Vector<float> gradient, ref Vector<float> m, ref Vector<float> v, Vector<float> keep)
        {
            m = (m * beta1) + (gradient * rest1);
            v = (v * beta2) + (gradient * gradient * rest2);
            Vector<float> denominator = (Vector.SquareRoot(v) * correction) + epsilon;
            return (value * keep) - (step * m / denominator);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> KeepOf(Vector<float> mask, Vector<float> full) =>
        Vector.ConditionalSelect(Vector.Equals(mask, Vector<float>.Zero), Vector<float>.One, full);
}
