namespace Orrery.Tensors.Autograd.Rules;

/// <summary>y = a value worked out from x in steps that have no useful gradient; dx += dy, as if y were x.</summary>
internal sealed class StraightThroughRule : Rule
{
    private static readonly StraightThroughRule Instance = new();

    /// <summary>Records; the value's memory is shared.</summary>
    public static Tensor Apply(Tape tape, Tensor x, Tensor value)
    {
        Shapes.Require("StraightThrough", nameof(value), value, x.Shape);
        return tape.Records(x) ? tape.Record(Instance, value, default, x) : tape.Detach(value);
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step) => step.Backend.AddScaled(step.OutputGradient, 1, step.GradientOf(0));
}
