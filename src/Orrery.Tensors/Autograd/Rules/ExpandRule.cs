namespace Orrery.Tensors.Autograd.Rules;

/// <summary>y = x repeated along axes of length 1 or missing in front; the gradient is summed over the repetitions.</summary>
internal sealed class ExpandRule : Rule
{
    private static readonly ExpandRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor x, Shape shape)
    {
        if (Shapes.Broadcast("Expand", x.Shape, shape) != shape)
            throw new ArgumentException($"Expand: {x.Shape} cannot be repeated to {shape}; only axes of length 1 can.", nameof(shape));
        var zeros = tape.Arena.AllocateZeroed(shape);
        var y = tape.Arena.Allocate(shape);
        tape.Backend.Binary(BinaryOperation.Add, x, zeros, y);
        return tape.Records(x) ? tape.Record(Instance, y, default, x) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step) => step.Backend.BinaryGradient(
        BinaryOperation.Add, step.Operand(0), step.Output, step.OutputGradient, step.GradientOf(0), default);
}
