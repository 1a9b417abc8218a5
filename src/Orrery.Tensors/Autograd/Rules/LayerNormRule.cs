namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// For each row, y = (x - mean) / sqrt(variance + epsilon) * gain + bias, the variance with the full count as its divisor.
/// With n the normalised row and g = gain dy: dx += (g - mean(g) - n mean(g n)) / sqrt(variance + epsilon);
/// dgain += the sum over rows of dy n; dbias += that of dy.
/// </summary>
internal sealed class LayerNormRule : Rule
{
    private static readonly LayerNormRule Instance = new();

    /// <summary>Computes and records; gain and bias may be null and have as many elements as a row.</summary>
    public static Tensor Apply(Tape tape, Tensor x, int rowLength, Tensor gain, Tensor bias, float epsilon)
    {
        var rows = tape.Reshape(x, new Shape(x.Shape.Count / Math.Max(rowLength, 1), rowLength));
        var flatGain = gain.IsNull ? gain : tape.Reshape(gain, new Shape(rowLength));
        var flatBias = bias.IsNull ? bias : tape.Reshape(bias, new Shape(rowLength));
        var y = tape.Arena.Allocate(rows.Shape);
        var mean = tape.Arena.Allocate(new Shape(rows.Shape[0]));
        var reciprocal = tape.Arena.Allocate(new Shape(rows.Shape[0]));
        tape.Backend.LayerNorm(rows, flatGain, flatBias, epsilon, y, mean, reciprocal);
        if (tape.Records(x, gain, bias)) y = tape.Record(Instance, y, default, rows, flatGain, flatBias, mean, reciprocal);
        return tape.Reshape(y, x.Shape);
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step) => step.Backend.LayerNormGradient(
        step.Operand(0), step.Operand(1), step.Operand(3), step.Operand(4), step.OutputGradient,
        step.GradientOf(0), step.GradientOf(1), step.GradientOf(2));
}
