using Orrery.Tensors.Autograd.Rules;

namespace Orrery.Tensors.Autograd;

/// <content>Over axes. Negative axes count from the end; reduced axes disappear unless they are kept with length 1.</content>
public sealed partial class Tape
{
    /// <summary>The sum of all elements.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>A single number, shape [].</returns>
    public Tensor Sum(Tensor x) => ReduceRule.Apply(this, ReduceOperation.Sum, x, AxisSet.All(x.Shape), keepDims: false);

    /// <summary>The mean of all elements.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>A single number, shape [].</returns>
    public Tensor Mean(Tensor x) => ReduceRule.Apply(this, ReduceOperation.Mean, x, AxisSet.All(x.Shape), keepDims: false);

    /// <summary>The sum over axes.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    /// <returns>The sums.</returns>
    /// <exception cref="ArgumentException">An axis does not exist or is given twice.</exception>
    public Tensor Sum(Tensor x, ReadOnlySpan<int> axes, bool keepDims = false) =>
        ReduceRule.Apply(this, ReduceOperation.Sum, x, Shapes.Axes("Sum", x.Shape, axes), keepDims);

    /// <summary>The mean over axes.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    /// <returns>The means.</returns>
    /// <exception cref="ArgumentException">An axis does not exist or is given twice.</exception>
    public Tensor Mean(Tensor x, ReadOnlySpan<int> axes, bool keepDims = false) =>
        ReduceRule.Apply(this, ReduceOperation.Mean, x, Shapes.Axes("Mean", x.Shape, axes), keepDims);

    /// <summary>The largest element over axes; its gradient goes to the first of equals.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    /// <returns>The maxima.</returns>
    /// <exception cref="ArgumentException">An axis does not exist or is given twice.</exception>
    public Tensor Max(Tensor x, ReadOnlySpan<int> axes, bool keepDims = false) =>
        ReduceRule.Apply(this, ReduceOperation.Max, x, Shapes.Axes("Max", x.Shape, axes), keepDims);

    /// <summary>The smallest element over axes; its gradient goes to the first of equals.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    /// <returns>The minima.</returns>
    /// <exception cref="ArgumentException">An axis does not exist or is given twice.</exception>
    public Tensor Min(Tensor x, ReadOnlySpan<int> axes, bool keepDims = false) =>
        ReduceRule.Apply(this, ReduceOperation.Min, x, Shapes.Axes("Min", x.Shape, axes), keepDims);

    /// <summary>x minus its mean over axes, to the last digit of the deviations also where the mean is large.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">The axes.</param>
    /// <returns>The deviations, in the shape of <paramref name="x"/>.</returns>
    /// <exception cref="ArgumentException">An axis does not exist or is given twice.</exception>
    public Tensor Center(Tensor x, ReadOnlySpan<int> axes) => CenterRule.Apply(this, x, Shapes.Axes("Center", x.Shape, axes));

    /// <summary>The variance over axes, from the deviations from the mean, so that a large common offset does no harm.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    /// <param name="correction">Subtracted from the count in the divisor: 1 for the unbiased estimate, 0 for the mean square deviation.</param>
    /// <returns>The variances.</returns>
    /// <exception cref="ArgumentException">An axis does not exist or is given twice, or there are too few elements.</exception>
    public Tensor Variance(Tensor x, ReadOnlySpan<int> axes, bool keepDims = false, int correction = 1)
    {
        var count = Shapes.CountOf(x.Shape, Shapes.Axes("Variance", x.Shape, axes));
        if (count <= correction)
            throw new ArgumentException($"Variance: {x.Shape} has {count} elements over the axes; more than the correction {correction} are needed.", nameof(axes));
        return Scale(Sum(Square(Center(x, axes)), axes, keepDims), 1f / (count - correction));
    }

    /// <summary>The square root of <see cref="Variance"/>.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    /// <param name="correction">Subtracted from the count in the divisor.</param>
    /// <returns>The standard deviations.</returns>
    /// <exception cref="ArgumentException">An axis does not exist or is given twice, or there are too few elements.</exception>
    public Tensor StandardDeviation(Tensor x, ReadOnlySpan<int> axes, bool keepDims = false, int correction = 1) =>
        Sqrt(Variance(x, axes, keepDims, correction));

    /// <summary>(x - mean) / sqrt(variance + epsilon) over axes, the variance with the full count as its divisor.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>The standardised values, in the shape of <paramref name="x"/>.</returns>
    /// <exception cref="ArgumentException">An axis does not exist or is given twice.</exception>
    public Tensor Standardize(Tensor x, ReadOnlySpan<int> axes, float epsilon = 1e-5f)
    {
        var centered = Center(x, axes);
        return Multiply(centered, Rsqrt(AddScalar(Mean(Square(centered), axes, keepDims: true), epsilon)));
    }

    /// <summary>
    /// x / max(norm, epsilon) along an axis, the norm being Euclidean. Where the norm is below epsilon the gradient is that of
    /// a division by epsilon.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="epsilon">The least divisor, at least 1e-18 (its square must be a float).</param>
    /// <returns>The normalised values, in the shape of <paramref name="x"/>.</returns>
    /// <exception cref="ArgumentException">The axis does not exist.</exception>
    public Tensor L2Normalize(Tensor x, int axis = -1, float epsilon = 1e-12f)
    {
        ReadOnlySpan<int> axes = [axis];
        // The limit is set before the root, whose gradient at 0 would be infinite.
        return Divide(x, Sqrt(Clamp(Sum(Square(x), axes, keepDims: true), epsilon * epsilon, null)));
    }

    /// <summary>log(sum(e^x)) over axes, without overflow; -inf where all elements are.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    /// <returns>The logarithms of the sums.</returns>
    /// <exception cref="ArgumentException">An axis does not exist or is given twice.</exception>
    public Tensor LogSumExp(Tensor x, ReadOnlySpan<int> axes, bool keepDims = false)
    {
        // The shift cancels exactly, so it needs no gradient; it must be finite for -inf - shift to be -inf and not NaN.
        var shift = Clamp(Max(Detach(x), axes, keepDims: true), float.MinValue, float.MaxValue);
        var sum = Log(Sum(Exp(Subtract(x, shift)), axes, keepDims));
        return Add(sum, keepDims ? shift : Reshape(shift, sum.Shape));
    }
}
