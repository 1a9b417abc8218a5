using Orrery.Tensors.Autograd.Rules;

namespace Orrery.Tensors.Autograd;

/// <content>How far predictions are from targets. Gradients flow to both sides; detach the target where that is not wanted.</content>
public sealed partial class Tape
{
    private const float SmallestNormal = 1.17549435e-38f;

    /// <summary>The mean square of the differences.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="target">The same shape.</param>
    /// <param name="reduction">How single losses become one.</param>
    /// <returns>A single number, or the squares.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Tensor MeanSquaredError(Tensor x, Tensor target, Reduction reduction = Reduction.Mean) =>
        Reduced(Square(Difference("MeanSquaredError", x, target)), reduction);

    /// <summary>The mean absolute difference.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="target">The same shape.</param>
    /// <param name="reduction">How single losses become one.</param>
    /// <returns>A single number, or the absolute differences.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Tensor L1(Tensor x, Tensor target, Reduction reduction = Reduction.Mean) =>
        Reduced(Abs(Difference("L1", x, target)), reduction);

    /// <summary>With e = |x - target|: e^2 / (2 beta) below beta, e - beta / 2 above. Source: Girshick, "Fast R-CNN", 2015.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="target">The same shape.</param>
    /// <param name="beta">Where the square turns into a line; positive.</param>
    /// <param name="reduction">How single losses become one.</param>
    /// <returns>A single number, or the single losses.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">beta is not positive.</exception>
    public Tensor SmoothL1(Tensor x, Tensor target, float beta = 1, Reduction reduction = Reduction.Mean)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        // With m = min(e, beta), m (e - m / 2) / beta is both branches, and its gradient too.
        var error = Abs(Difference("SmoothL1", x, target));
        var limited = Clamp(error, null, beta);
        return Reduced(Scale(Multiply(limited, Subtract(error, Scale(limited, 0.5f))), 1 / beta), reduction);
    }

    /// <summary>The mean over rows of 1 - x.y / max(|x| |y|, epsilon).</summary>
    /// <param name="x">[..., D].</param>
    /// <param name="target">The same shape.</param>
    /// <param name="epsilon">The least divisor.</param>
    /// <param name="reduction">How the rows' losses become one.</param>
    /// <returns>A single number, or one per row.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Tensor CosineDistance(Tensor x, Tensor target, float epsilon = 1e-8f, Reduction reduction = Reduction.Mean)
    {
        Shapes.Require("CosineDistance", nameof(target), target, x.Shape);
        ReadOnlySpan<int> last = [-1];
        // The product of the norms is that of the square sums' roots, each limited before its root so that zero rows have a gradient.
        var norms = Multiply(Sqrt(Clamp(Sum(Square(x), last), SmallestNormal, null)), Sqrt(Clamp(Sum(Square(target), last), SmallestNormal, null)));
        var cosine = Divide(Sum(Multiply(x, target), last), Clamp(norms, epsilon, null));
        return Reduced(AddScalar(Negate(cosine), 1), reduction);
    }

    /// <summary>Minus the logarithm of the probability that a softmax gives to the labels.</summary>
    /// <param name="logits">[N, K].</param>
    /// <param name="labels">[N], each in 0 .. K - 1.</param>
    /// <param name="labelSmoothing">s: the target is (1 - s) one-hot + s / K.</param>
    /// <param name="reduction">How the rows' losses become one.</param>
    /// <returns>A single number, or one per row.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public Tensor CrossEntropy(Tensor logits, IntTensor labels, float labelSmoothing = 0, Reduction reduction = Reduction.Mean)
    {
        Shapes.RequireRank("CrossEntropy", nameof(logits), logits, 2, "[N, K]");
        var (rows, classes) = (logits.Shape[0], logits.Shape[1]);
        if (labels.Shape.Count != rows)
            throw new ArgumentException($"CrossEntropy: {labels.Shape.Count} labels were given for logits {logits.Shape}; one per row is needed.", nameof(labels));
        var values = Table(rows * classes);
        values.Fill(labelSmoothing / classes);
        var label = labels.Span;
        for (var row = 0; row < rows; row++)
        {
            if ((uint)label[row] >= (uint)classes)
                throw new ArgumentOutOfRangeException(nameof(labels), $"CrossEntropy: the label {label[row]} of row {row} is not among {classes} classes.");
            values[(row * classes) + label[row]] += 1 - labelSmoothing;
        }

        var target = Constant(values, logits.Shape);
        return Reduced(Negate(Sum(Multiply(LogSoftmax(logits), target), [-1])), reduction);
    }

    /// <summary>The cross entropy of independent yes-or-no targets: softplus(x) - x target.</summary>
    /// <param name="logits">Any shape.</param>
    /// <param name="target">The same shape, in [0, 1].</param>
    /// <param name="reduction">How single losses become one.</param>
    /// <returns>A single number, or the single losses.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Tensor BceWithLogits(Tensor logits, Tensor target, Reduction reduction = Reduction.Mean)
    {
        Shapes.Require("BceWithLogits", nameof(target), target, logits.Shape);
        return Reduced(Subtract(Softplus(logits), Multiply(logits, target)), reduction);
    }

    /// <summary>
    /// How far each column is from the standard normal distribution: the Epps-Pulley statistic with 17 knots up to 3. Its
    /// expectation is 1.0525 for normal columns; for a collapsed column it grows with B.
    /// Source: Balestriero and LeCun, "LeJEPA", 2025.
    /// </summary>
    /// <param name="x">[T, B, M]: B values of each of T M columns.</param>
    /// <returns>[T, M].</returns>
    /// <exception cref="ArgumentException">x has not three axes.</exception>
    public Tensor NormalityStatistic(Tensor x) => NormalityStatisticRule.Apply(this, x);

    private Tensor Difference(string operation, Tensor x, Tensor target)
    {
        Shapes.Require(operation, nameof(target), target, x.Shape);
        return Subtract(x, target);
    }

    private Tensor Reduced(Tensor losses, Reduction reduction) => reduction switch
    {
        Reduction.Mean => Mean(losses),
        Reduction.Sum => Sum(losses),
        Reduction.None => losses,
        _ => throw new ArgumentOutOfRangeException(nameof(reduction), $"There is no reduction {reduction}."),
    };
}
