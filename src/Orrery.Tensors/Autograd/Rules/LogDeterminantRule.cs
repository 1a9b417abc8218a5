namespace Orrery.Tensors.Autograd.Rules;

/// <summary>y = log det A for symmetric positive definite matrices A; dA += dy / A, the inverse being kept from the forward pass.</summary>
internal sealed class LogDeterminantRule : Rule
{
    private static readonly LogDeterminantRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor a)
    {
        var rank = a.Shape.Rank;
        if (rank < 2 || a.Shape[-1] != a.Shape[-2])
            throw new ArgumentException($"LogDeterminant: a {a.Shape} must be square on its last two axes.", nameof(a));
        var y = tape.Arena.Allocate(a.Shape.With(rank - 1, 1).With(rank - 2, 1));
        var records = tape.Records(a);
        var inverse = records ? tape.Arena.Allocate(a.Shape) : default;
        tape.Backend.LogDeterminant(a, y, inverse);
        if (records) y = tape.Record(Instance, y, default, a, inverse);
        return tape.Reshape(y, new AxisSet(3u << (rank - 2)).Reduce(y.Shape, keepDimensions: false));
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        var inverse = step.Operand(1);
        var share = step.Tape.Arena.Allocate(inverse.Shape);
        step.Backend.Binary(BinaryOperation.Multiply, inverse, step.OutputGradient, share);
        step.Backend.AddScaled(share, 1, step.GradientOf(0));
    }
}
