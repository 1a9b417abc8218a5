using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Optim;

/// <summary>Limits gradients.</summary>
public static class GradientClipping
{
    /// <summary>
    /// Multiplies all gradients of a block by min(1, maximumNorm / (norm + epsilon)), the norm being that of all together. Gradients
    /// that are not finite stay as they are, for the caller to see by the norm.
    /// </summary>
    /// <param name="block">The parameters.</param>
    /// <param name="maximumNorm">The largest norm that stays.</param>
    /// <param name="epsilon">Added to the norm in the divisor.</param>
    /// <returns>The norm before clipping.</returns>
    /// <exception cref="ArgumentNullException">The block is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not positive.</exception>
    public static float ClipGlobalNorm(ParameterBlock block, float maximumNorm, float epsilon = 1e-6f)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumNorm);
        var norm = Math.Sqrt(block.Backend.SumOfSquares(block.Gradients));
        var factor = maximumNorm / (norm + epsilon);
        if (double.IsFinite(norm) && factor < 1) block.Backend.ScaleInPlace(block.Gradients, (float)factor);
        return (float)norm;
    }
}
