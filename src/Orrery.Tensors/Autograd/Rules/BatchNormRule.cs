namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// As <see cref="LayerNormRule"/>, but the elements that are normalised together are those of one channel over the whole batch.
/// While training, running statistics become (1 - momentum) old + momentum new, the new variance with divisor n - 1.
/// </summary>
internal sealed class BatchNormRule : Rule
{
    private static readonly BatchNormRule Instance = new();

    /// <summary>Computes from the batch's statistics, updates the running ones, and records.</summary>
    public static Tensor Apply(Tape tape, Tensor x, Tensor gain, Tensor bias, Tensor runningMean, Tensor runningVariance, float momentum, float epsilon)
    {
        if (x.Shape.Rank < 2) throw new ArgumentException($"BatchNorm: x {x.Shape} must have the axes [B, C, ...].", nameof(x));
        var perChannel = new Shape(x.Shape[1]);
        if (x.Shape.Count / Math.Max(1, x.Shape[1]) < 2)
            throw new ArgumentException($"BatchNorm: x {x.Shape} has a single value per channel; training needs at least two.", nameof(x));
        if (!gain.IsNull) Shapes.Require("BatchNorm", nameof(gain), gain, perChannel);
        if (!bias.IsNull) Shapes.Require("BatchNorm", nameof(bias), bias, perChannel);
        Shapes.Require("BatchNorm", nameof(runningMean), runningMean, perChannel);
        Shapes.Require("BatchNorm", nameof(runningVariance), runningVariance, perChannel);
        var y = tape.Arena.Allocate(x.Shape);
        var mean = tape.Arena.Allocate(perChannel);
        var reciprocal = tape.Arena.Allocate(perChannel);
        tape.Backend.BatchNorm(x, gain, bias, runningMean, runningVariance, momentum, epsilon, y, mean, reciprocal);
        return tape.Records(x, gain, bias) ? tape.Record(Instance, y, default, x, gain, bias, mean, reciprocal) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step) => step.Backend.BatchNormGradient(
        step.Operand(0), step.Operand(1), step.Operand(3), step.Operand(4), step.OutputGradient,
        step.GradientOf(0), step.GradientOf(1), step.GradientOf(2));
}
