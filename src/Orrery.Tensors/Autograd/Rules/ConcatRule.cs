namespace Orrery.Tensors.Autograd.Rules;

/// <summary>y = the operands one after the other along an axis; each gets its part of the gradient.</summary>
internal sealed class ConcatRule : Rule
{
    private static readonly ConcatRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, int axis, ReadOnlySpan<Tensor> tensors)
    {
        if (tensors.Length == 0) throw new ArgumentException("Concat: no tensor was given; give at least one.", nameof(tensors));
        var first = tensors[0].Shape;
        axis = Shapes.Axis("Concat", first, axis);
        var length = 0;
        var node = 0;
        foreach (ref readonly var tensor in tensors)
        {
            if (tensor.Shape.Rank != first.Rank || tensor.Shape.With(axis, first[axis]) != first)
                throw new ArgumentException($"Concat: the shapes {first} and {tensor.Shape} may differ along axis {axis} only.", nameof(tensors));
            length += tensor.Shape[axis];
            node |= tensor.Node;
        }

        var y = tape.Arena.Allocate(first.With(axis, length));
        var start = 0;
        foreach (ref readonly var tensor in tensors)
        {
            tape.Backend.CopyAxis(tensor, 0, y, start, axis, tensor.Shape[axis]);
            start += tensor.Shape[axis];
        }

        return tape.Recording && node != 0 ? tape.Record(Instance, y, new RuleData { I0 = axis, I1 = tensors.Length }, tensors) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        var (axis, count) = (step.Data.I0, step.Data.I1);
        var start = 0;
        for (var index = 0; index < count; index++)
        {
            var length = step.Operand(index).Shape[axis];
            if (step.Needs(index)) step.Backend.CopyAxis(step.OutputGradient, start, step.GradientOf(index), 0, axis, length, accumulate: true);
            start += length;
        }
    }
}
