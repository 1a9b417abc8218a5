namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// Along the last axis, y = x - max - log(sum(e^(x - max))); dx += dy - e^y sum(dy).
/// </summary>
internal sealed class LogSoftmaxRule : Rule
{
    private static readonly LogSoftmaxRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor x)
    {
        var y = tape.Arena.Allocate(x.Shape);
        tape.Backend.LogSoftmax(x, y);
        return tape.Records(x) ? tape.Record(Instance, y, default, x) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step) => step.Backend.LogSoftmaxGradient(step.Output, step.OutputGradient, step.GradientOf(0));
}
