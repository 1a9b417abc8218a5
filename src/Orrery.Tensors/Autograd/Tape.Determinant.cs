using Orrery.Tensors.Autograd.Rules;

namespace Orrery.Tensors.Autograd;

/// <content>Determinants, and what is made of them.</content>
public sealed partial class Tape
{
    /// <summary>The natural logarithm of the determinant of symmetric positive definite matrices, of which the lower triangle is read.</summary>
    /// <param name="a">[..., N, N].</param>
    /// <returns>[...]; its gradient is the inverse.</returns>
    /// <exception cref="ArgumentException">a is not square, or a matrix is not positive definite.</exception>
    public Tensor LogDeterminant(Tensor a) => LogDeterminantRule.Apply(this, a);

    /// <summary>
    /// How many nats it takes to tell the rows of z apart to a precision: log det(I + D / (n epsilon^2) z^T z) / 2.
    /// Source: Yu et al., "Learning diverse and discriminative representations via maximal coding rate reduction", 2020.
    /// </summary>
    /// <param name="z">[..., n, D].</param>
    /// <param name="epsilon">The precision.</param>
    /// <returns>[...].</returns>
    /// <exception cref="ArgumentException">z has fewer than two axes or none of a length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The precision is not positive.</exception>
    public Tensor CodingRate(Tensor z, float epsilon)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        if (z.Shape.Rank < 2 || z.Shape.Count == 0)
            throw new ArgumentException($"CodingRate: z {z.Shape} must be [..., n, D] and not empty.", nameof(z));
        var (count, width) = (z.Shape[-2], z.Shape[-1]);

        // Both products have the same determinant; the smaller one is cheaper.
        var gram = count < width ? MatMul(z, z, transposeB: true) : MatMul(z, z, transposeA: true);
        var size = Math.Min(count, width);
        var identity = Table(size * size);
        for (var index = 0; index < size; index++) identity[(index * size) + index] = 1;
        var factor = (float)(width / (count * (double)epsilon * epsilon));
        return Scale(LogDeterminant(Add(Scale(gram, factor), Constant(identity, new Shape(size, size)))), 0.5f);
    }
}
