namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// y = x - mean(x) over some axes; dx += dy - mean(dy). The mean of the deviations is taken off a second time: a mean is
/// rounded to a float, and where it is large that is much of a deviation.
/// </summary>
internal sealed class CenterRule : Rule
{
    private static readonly CenterRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor x, AxisSet axes)
    {
        var y = Centered(tape, Centered(tape, x, axes), axes);
        return tape.Records(x) ? tape.Record(Instance, y, new RuleData { I0 = (int)axes.Bits }, x) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        var centered = Centered(step.Tape, step.OutputGradient, new AxisSet((uint)step.Data.I0));
        step.Backend.AddScaled(centered, 1, step.GradientOf(0));
    }

    private static Tensor Centered(Tape tape, Tensor x, AxisSet axes)
    {
        var mean = tape.Arena.Allocate(axes.Reduce(x.Shape, keepDimensions: true));
        var y = tape.Arena.Allocate(x.Shape);
        tape.Backend.Reduce(ReduceOperation.Mean, x, axes, mean);
        tape.Backend.Binary(BinaryOperation.Subtract, x, mean, y);
        return y;
    }
}
