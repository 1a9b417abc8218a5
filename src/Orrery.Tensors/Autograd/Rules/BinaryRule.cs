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
    public override void Backward(in Backpropagation step) => step.Backend.BinaryGradient(
        (BinaryOperation)step.Data.I0, step.Operand(0), step.Operand(1), step.OutputGradient, step.GradientOf(0), step.GradientOf(1));

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
