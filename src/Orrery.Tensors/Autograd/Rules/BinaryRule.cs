namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// y = a (op) b for each element, broadcast from the right; the gradient of each side is summed over the axes along which it
/// was repeated.
/// </summary>
internal sealed class BinaryRule : Rule
{
    private static readonly BinaryRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, BinaryOperation operation, Tensor a, Tensor b)
    {
        var y = tape.Arena.Allocate(Broadcast(operation, a.Shape, b.Shape));
        tape.Backend.Binary(operation, a, b, y);
        return tape.Records(a, b) ? tape.Record(Instance, y, new RuleData { I0 = (int)operation }, a, b) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        var operation = (BinaryOperation)step.Data.I0;
        var takesFirst = operation is BinaryOperation.Add or BinaryOperation.Subtract && Passes(step, 0);
        var takesSecond = operation == BinaryOperation.Add && Passes(step, 1);
        if (takesFirst && takesSecond) return;
        step.Backend.BinaryGradient(
            operation, step.Operand(0), step.Operand(1), step.OutputGradient, takesFirst ? default : step.GradientOf(0), takesSecond ? default : step.GradientOf(1));
    }

    // A gradient that passes through unchanged is copied where it is the first to arrive: half the traffic of adding it to zeros.
    private static bool Passes(in Backpropagation step, int index)
    {
        ref readonly var operand = ref step.Operand(index);
        if (operand.Node == 0 || operand.Shape != step.OutputGradient.Shape || !step.IsFirstGradientOf(index)) return false;
        step.Backend.Copy(step.OutputGradient, step.GradientToFill(index, out _));
        return true;
    }

    // An enum's own ToString would allocate in every step.
    private static Shape Broadcast(BinaryOperation operation, Shape a, Shape b) => a == b ? a : Shapes.Broadcast(
        operation switch
        {
            BinaryOperation.Add => "Add",
            BinaryOperation.Subtract => "Subtract",
            BinaryOperation.Multiply => "Multiply",
            _ => "Divide",
        },
        a,
        b);
}
