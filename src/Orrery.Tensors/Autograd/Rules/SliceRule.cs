namespace Orrery.Tensors.Autograd.Rules;

/// <summary>y = x[start .. start + length - 1] along an axis; the gradient is added to that part of x's.</summary>
internal sealed class SliceRule : Rule
{
    private static readonly SliceRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor x, int axis, int start, int length)
    {
        axis = Shapes.Axis("Slice", x.Shape, axis);
        if (start < 0 || length < 0 || start > x.Shape[axis] - length)
            throw new ArgumentOutOfRangeException(nameof(start), $"Slice: {length} entries from {start} were asked of axis {axis} of {x.Shape}, which has {x.Shape[axis]}.");
        var y = tape.Arena.Allocate(x.Shape.With(axis, length));
        tape.Backend.CopyAxis(x, start, y, 0, axis, length);
        return tape.Records(x) ? tape.Record(Instance, y, new RuleData { I0 = axis, I1 = start, I2 = length }, x) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        ref readonly var data = ref step.Data;
        step.Backend.CopyAxis(step.OutputGradient, 0, step.GradientOf(0), data.I1, data.I0, data.I2, accumulate: true);
    }
}
