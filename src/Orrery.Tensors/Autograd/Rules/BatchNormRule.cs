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
        var variance = tape.Arena.Allocate(perChannel);
        tape.Backend.BatchNorm(x, gain, bias, epsilon, y, mean, variance);
        var count = x.Shape.Count / x.Shape[1];
        Follow(tape.Backend, runningMean, mean, momentum, 1);
        Follow(tape.Backend, runningVariance, variance, momentum, (float)count / (count - 1));
        return tape.Records(x, gain, bias) ? tape.Record(Instance, y, new RuleData { F0 = epsilon }, x, gain, bias, mean, variance) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step) => step.Backend.BatchNormGradient(
        step.Operand(0), step.Operand(1), step.Operand(3), step.Operand(4), step.Data.F0, step.OutputGradient,
        step.GradientOf(0), step.GradientOf(1), step.GradientOf(2));

    private static void Follow(Backend backend, Tensor running, Tensor current, float momentum, float factor)
    {
        backend.ScaleInPlace(running, 1 - momentum);
        backend.AddScaled(current, momentum * factor, running);
    }
}
