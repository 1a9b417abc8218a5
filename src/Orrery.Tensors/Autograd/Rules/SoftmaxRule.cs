namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// Along the last axis, y = e^(x - max) / sum(e^(x - max)); dx += y (dy - sum(y dy)).
/// </summary>
internal sealed class SoftmaxRule : Rule
{
    private static readonly SoftmaxRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor x)
    {
        var y = tape.Arena.Allocate(x.Shape);
        tape.Backend.Softmax(x, y);
        return tape.Records(x) ? tape.Record(Instance, y, default, x) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step) => step.Backend.SoftmaxGradient(step.Output, step.OutputGradient, step.GradientOf(0));
}
