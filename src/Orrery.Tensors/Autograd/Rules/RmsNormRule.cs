namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// For each row, y = x r gain with r = 1 / sqrt(mean(x^2) + epsilon). With g = gain dy:
/// dx += r (g - x r^2 mean(g x)); dgain += the sum over rows of dy x r.
/// </summary>
internal sealed class RmsNormRule : Rule
{
    private static readonly RmsNormRule Instance = new();

    /// <summary>Computes and records; the gain may be null.</summary>
    public static Tensor Apply(Tape tape, Tensor x, Tensor gain, float epsilon)
    {
        var width = x.Shape[-1];
        if (!gain.IsNull) Shapes.Require("RmsNorm", nameof(gain), gain, new Shape(width));
        var rows = tape.Reshape(x, new Shape(x.Shape.Count / Math.Max(width, 1), width));
        var y = tape.Arena.Allocate(rows.Shape);
        var reciprocal = tape.Arena.Allocate(new Shape(rows.Shape[0]));
        tape.Backend.RmsNorm(rows, gain, epsilon, y, reciprocal);
        if (tape.Records(x, gain)) y = tape.Record(Instance, y, default, rows, gain, reciprocal);
        return tape.Reshape(y, x.Shape);
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step) => step.Backend.RmsNormGradient(
        step.Operand(0), step.Operand(1), step.Operand(2), step.OutputGradient, step.GradientOf(0), step.GradientOf(1));
}
