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
        if (!bias.IsNull && (bias.Shape.Rank != 1 || bias.Count != outputs)) Shapes.Require("Linear", nameof(bias), bias, new Shape(outputs));

        if (x.Shape.Rank == 2) return ApplyToRows(tape, x, weight, bias, activation);
        var rows = tape.Reshape(x, new Shape(x.Count / Math.Max(inputs, 1), inputs));
        return tape.Reshape(ApplyToRows(tape, rows, weight, bias, activation), x.Shape.With(x.Shape.Rank - 1, outputs));
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        ref readonly var x = ref step.Operand(0);
        ref readonly var weight = ref step.Operand(1);
        ref readonly var dy = ref step.OutputGradient;
        if (step.Needs(0)) step.Backend.MatMul(dy, false, weight, false, step.GradientToFill(0, out var isFirst), accumulate: !isFirst);
        if (step.Needs(1)) step.Backend.MatMul(dy, true, x, false, step.GradientOf(1), accumulate: true);
        if (step.Needs(2)) step.Backend.BinaryGradient(BinaryOperation.Add, dy, step.Operand(2), dy, default, step.GradientOf(2));
    }

    private static Tensor ApplyToRows(Tape tape, in Tensor x, in Tensor weight, in Tensor bias, Activation activation)
    {
        var y = tape.Arena.Allocate(new Shape(x.Shape[0], weight.Shape[0]));
        if (tape.Records(x, weight, bias))
        {
            tape.Backend.MatMul(x, false, weight, true, y, false, bias);
            y = tape.Record(Instance, y, default, x, weight, bias);
            return activation == Activation.Identity ? y : tape.Activate(y, activation);
        }

        // A weight that was computed in this step is another one in the next.
        if (tape.Packed is { } packed && !weight.IsIn(tape.Arena))
            tape.Backend.MatMulPacked(x, packed.Of(weight), y, false, bias, activation);
        else
            tape.Backend.MatMul(x, false, weight, true, y, false, bias, activation);
        return y;
    }
}
