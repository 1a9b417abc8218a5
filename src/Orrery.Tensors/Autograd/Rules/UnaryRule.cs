namespace Orrery.Tensors.Autograd.Rules;

/// <summary>y = f(x) for each element; dx += f'(x) dy. The formulas are those of <see cref="UnaryOperation"/>.</summary>
internal sealed class UnaryRule : Rule
{
    private static readonly UnaryRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, UnaryOperation operation, Tensor x, float p0 = 0, float p1 = 0)
    {
        var y = tape.Arena.Allocate(x.Shape);
        tape.Backend.Unary(operation, x, y, p0, p1);
        return tape.Records(x) ? tape.Record(Instance, y, new RuleData { I0 = (int)operation, F0 = p0, F1 = p1 }, x) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        ref readonly var data = ref step.Data;
        step.Backend.UnaryGradient((UnaryOperation)data.I0, step.Operand(0), step.Output, step.OutputGradient, step.GradientOf(0), data.F0, data.F1);
    }
}
