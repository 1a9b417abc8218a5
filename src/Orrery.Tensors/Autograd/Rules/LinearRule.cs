namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// y = x W^T + b for rows x of any number, W being [out, in].
/// dx += dy W; dW += dy^T x; db += the sum of the rows of dy.
/// </summary>
internal sealed class LinearRule : Rule
{
    private static readonly LinearRule Instance = new();

    /// <summary>Computes and records. The activation is fused where nothing has to be kept for gradients.</summary>
    public static Tensor Apply(Tape tape, Tensor x, Tensor weight, Tensor bias, Activation activation)
    {
        Shapes.RequireRank("Linear", nameof(weight), weight, 2, "[out, in]");
        var (outputs, inputs) = (weight.Shape[0], weight.Shape[1]);
        if (x.Shape.Rank == 0 || x.Shape[-1] != inputs)
            throw new ArgumentException($"Linear: x {x.Shape} must end in the {inputs} inputs of the weight {weight.Shape}.", nameof(x));
        if (!bias.IsNull) Shapes.Require("Linear", nameof(bias), bias, new Shape(outputs));

        var rows = tape.Reshape(x, new Shape(x.Shape.Count / Math.Max(inputs, 1), inputs));
        var y = tape.Arena.Allocate(new Shape(rows.Shape[0], outputs));
        var records = tape.Records(x, weight, bias);
        if (!records && tape.Packed is { } packed)
            tape.Backend.MatMulPacked(rows, packed.Of(weight), y, false, bias, activation);
        else
            tape.Backend.MatMul(rows, false, weight, true, y, false, bias, records ? Activation.Identity : activation);
        if (records) y = tape.Activate(tape.Record(Instance, y, default, rows, weight, bias), activation);
        return tape.Reshape(y, x.Shape.With(x.Shape.Rank - 1, outputs));
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        var (x, weight, dy) = (step.Operand(0), step.Operand(1), step.OutputGradient);
        if (step.Needs(0)) step.Backend.MatMul(dy, false, weight, false, step.GradientOf(0), accumulate: true);
        if (step.Needs(1)) step.Backend.MatMul(dy, true, x, false, step.GradientOf(1), accumulate: true);
        if (step.Needs(2)) step.Backend.BinaryGradient(BinaryOperation.Add, dy, step.Operand(2), dy, default, step.GradientOf(2));
    }
}
