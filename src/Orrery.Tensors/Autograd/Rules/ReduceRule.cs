namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// y = sum, mean, maximum or minimum of x over some axes. The gradient of a sum is repeated, that of a mean is divided by the
/// count, that of an extreme goes to the element that won (the first of equals).
/// </summary>
internal sealed class ReduceRule : Rule
{
    private static readonly ReduceRule Instance = new();

    /// <summary>Computes and records; the axes of <paramref name="axes"/> keep length 1 if <paramref name="keepDims"/>.</summary>
    public static Tensor Apply(Tape tape, ReduceOperation operation, Tensor x, AxisSet axes, bool keepDims)
    {
        var y = tape.Arena.Allocate(axes.Reduce(x.Shape, keepDimensions: true));
        tape.Backend.Reduce(operation, x, axes, y);
        if (tape.Records(x)) y = tape.Record(Instance, y, new RuleData { I0 = (int)operation, I1 = (int)axes.Bits }, x);
        return keepDims ? y : tape.Reshape(y, axes.Reduce(x.Shape, keepDimensions: false));
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        ref readonly var data = ref step.Data;
        step.Backend.ReduceGradient((ReduceOperation)data.I0, step.Operand(0), step.Output, new AxisSet((uint)data.I1), step.OutputGradient, step.GradientOf(0));
    }
}
