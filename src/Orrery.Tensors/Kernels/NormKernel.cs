using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>
/// The inner loops of the norms. Deviations are formed before they are scaled, and what rounding the mean to a float left behind
/// is taken off them afterwards, so that a row of equal numbers becomes exact zeros and a large offset does no harm.
/// </summary>
internal static unsafe class NormKernel
{
    // From this many deviations on, half a unit in the last place of the mean is more than a millionth of a deviation.
    private const float FarFromZero = 16;

    /// <summary>The mean of a run as a float, and what is left of it.</summary>
    public static float Mean(float* x, int count, out float rest)
    {
        float rough = (float)(SumKernel.Sum(x, count) / count);
        return Split(rough + (SumKernel.SumOfDeviations(x, rough, count) / count), out rest);
    }

    /// <summary>A number as a float, and what is left of it.</summary>
    public static float Split(double value, out float rest)
    {
        float rounded = (float)value;
        rest = (float)(value - rounded);
        return rounded;
    }

    /// <summary>Whether the rest of a mean counts; where it does not, gradients need not find it again.</summary>
    public static bool HasRest(float mean, float inverse) => MathF.Abs(mean) * inverse > FarFromZero;

    /// <summary>What rounding left of the mean of a run, where it counts.</summary>
    public static float Rest(float* x, float mean, float inverse, int count) =>
        HasRest(mean, inverse) ? (float)(SumKernel.SumOfDeviations(x, mean, count) / count) : 0;

    /// <summary>The variance about a mean, with divisor n.</summary>
    public static double Variance(float* x, float mean, float rest, int count) =>
        (SumKernel.SumOfSquaredDeviations(x, mean, count) / count) - ((double)rest * rest);

    /// <summary>y = (x - mean - rest) inverse gain + bias, gain and bias per element; either may be null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* x, float mean, float rest, float inverse, float* gain, float* bias, float* y, int count)
    {
        Vector<float> means = Vector.Create(mean), inverses = Vector.Create(inverse), rests = Vector.Create(rest);
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
        {
            Vector<float> value = (Vector.Load(x + index) - means - rests) * inverses;
            if (gain != null)
                value *= Vector.Load(gain + index);
            if (bias != null)
                value += Vector.Load(bias + index);
            value.Store(y + index);
        }

        for (; index < count; index++)
        {
            float value = (x[index] - mean - rest) * inverse;
            if (gain != null)
                value *= gain[index];
            if (bias != null)
                value += bias[index];
            y[index] = value;
        }
    }

    /// <summary>y = (x - mean - rest) scale + shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ApplyScalar(float* x, float mean, float rest, float scale, float shift, float* y, int count)
    {
        Vector<float> means = Vector.Create(mean), scales = Vector.Create(scale), shifts = Vector.Create(shift), rests = Vector.Create(rest);
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
            (((Vector.Load(x + index) - means - rests) * scales) + shifts).Store(y + index);
        for (; index < count; index++)
            y[index] = ((x[index] - mean - rest) * scale) + shift;
    }

    /// <summary>With n = (x - mean - rest) inverse: the sums of dy gain and of dy gain n; and dGain += dy n, dBias += dy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GradientSums(
        float* x, float mean, float rest, float inverse, float* gain, float* dy, float* dGain, float* dBias, int count, out float sum, out float inner)
    {
        Vector<float> means = Vector.Create(mean), inverses = Vector.Create(inverse), rests = Vector.Create(rest);
        Vector<float> sums = Vector<float>.Zero, inners = Vector<float>.Zero;
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
        {
            Vector<float> normal = (Vector.Load(x + index) - means - rests) * inverses;
            Vector<float> slope = Vector.Load(dy + index);
            if (dGain != null)
                VectorMath.Fma(slope, normal, Vector.Load(dGain + index)).Store(dGain + index);
            if (dBias != null)
                (Vector.Load(dBias + index) + slope).Store(dBias + index);
            if (gain != null)
                slope *= Vector.Load(gain + index);
            sums += slope;
            inners = VectorMath.Fma(slope, normal, inners);
        }

        float restSum = 0, restInner = 0;
        for (; index < count; index++)
        {
            float normal = (x[index] - mean - rest) * inverse;
            float slope = dy[index];
            if (dGain != null)
                dGain[index] += slope * normal;
            if (dBias != null)
                dBias[index] += slope;
            if (gain != null)
                slope *= gain[index];
            restSum += slope;
            restInner += slope * normal;
        }

        sum = Vector.Sum(sums) + restSum;
        inner = Vector.Sum(inners) + restInner;
    }

    /// <summary>dx += inverse (dy gain - meanSum - n meanInner), gain per element (null: the repeated factor).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void GradientApply(
        float* x, float mean, float rest, float inverse, float* gain, float factor, float* dy, float meanSum, float meanInner, float* dx, int count)
    {
        Vector<float> means = Vector.Create(mean), inverses = Vector.Create(inverse), factors = Vector.Create(factor);
        Vector<float> meanSums = Vector.Create(meanSum), meanInners = Vector.Create(meanInner), rests = Vector.Create(rest);
        int index = 0;
        for (; index <= count - Vector<float>.Count; index += Vector<float>.Count)
        {
            Vector<float> normal = (Vector.Load(x + index) - means - rests) * inverses;
            Vector<float> slope = Vector.Load(dy + index) * (gain == null ? factors : Vector.Load(gain + index));
            (Vector.Load(dx + index) + (inverses * (slope - meanSums - (normal * meanInners)))).Store(dx + index);
        }

        for (; index < count; index++)
        {
            float normal = (x[index] - mean - rest) * inverse;
            float slope = dy[index] * (gain == null ? factor : gain[index]);
            dx[index] += inverse * (slope - meanSum - (normal * meanInner));
        }
    }
}
