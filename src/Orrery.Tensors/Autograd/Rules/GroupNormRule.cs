namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// As <see cref="LayerNormRule"/>, but the elements that are normalised together are those of one sample's group of channels,
/// and gain and bias are per channel.
/// </summary>
internal sealed class GroupNormRule : Rule
{
    private static readonly GroupNormRule Instance = new();

    /// <summary>Computes and records; gain and bias may be null.</summary>
    public static Tensor Apply(Tape tape, Tensor x, int groups, Tensor gain, Tensor bias, float epsilon)
    {
        if (x.Shape.Rank < 2) throw new ArgumentException($"GroupNorm: x {x.Shape} must have the axes [B, C, ...].", nameof(x));
        var channels = x.Shape[1];
        if (groups < 1 || channels % groups != 0)
            throw new ArgumentException($"GroupNorm: the {channels} channels of {x.Shape} do not divide into {groups} groups.", nameof(groups));
        if (!gain.IsNull) Shapes.Require("GroupNorm", nameof(gain), gain, new Shape(channels));
        if (!bias.IsNull) Shapes.Require("GroupNorm", nameof(bias), bias, new Shape(channels));
        var y = tape.Arena.Allocate(x.Shape);
        var mean = tape.Arena.Allocate(new Shape(x.Shape[0], groups));
        var reciprocal = tape.Arena.Allocate(new Shape(x.Shape[0], groups));
        tape.Backend.GroupNorm(x, groups, gain, bias, epsilon, y, mean, reciprocal);
        return tape.Records(x, gain, bias) ? tape.Record(Instance, y, new RuleData { I0 = groups }, x, gain, bias, mean, reciprocal) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step) => step.Backend.GroupNormGradient(
        step.Operand(0), step.Data.I0, step.Operand(1), step.Operand(3), step.Operand(4), step.OutputGradient,
        step.GradientOf(0), step.GradientOf(1), step.GradientOf(2));
}
