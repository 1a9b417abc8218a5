namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// y = A B on the last two axes, where A and B may be stored transposed; leading axes broadcast.
/// dA += dy B^T, dB += A^T dy, summed over the leading axes along which an operand was repeated.
/// </summary>
internal sealed class MatMulRule : Rule
{
    private static readonly MatMulRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor a, bool transposeA, Tensor b, bool transposeB)
    {
        if (a.Shape.Rank < 2 || b.Shape.Rank < 2)
            throw new ArgumentException($"MatMul: a {a.Shape} and b {b.Shape} need at least two axes; reshape a vector to [1, n] or [n, 1].", nameof(a));
        var columns = transposeA ? a.Shape[-2] : a.Shape[-1];
        var rows = transposeB ? b.Shape[-1] : b.Shape[-2];
        if (columns != rows)
            throw new ArgumentException($"MatMul: a {a.Shape} has {columns} columns{Note(transposeA)} but b {b.Shape} has {rows} rows{Note(transposeB)}; they must be equal.", nameof(b));

        // One product over all rows of a batch is faster than a product for each entry, forwards and backwards.
        if (b.Shape.Rank == 2 && a.Shape.Rank > 2 && !transposeA)
        {
            var flat = tape.Reshape(a, new Shape(a.Shape.Count / Math.Max(columns, 1), columns));
            var result = Apply(tape, flat, false, b, transposeB);
            return tape.Reshape(result, a.Shape.With(a.Shape.Rank - 1, result.Shape[-1]));
        }

        var y = tape.Arena.Allocate(ResultShape(a.Shape, transposeA, b.Shape, transposeB));
        tape.Backend.MatMul(a, transposeA, b, transposeB, y);
        return tape.Records(a, b) ? tape.Record(Instance, y, new RuleData { I0 = transposeA ? 1 : 0, I1 = transposeB ? 1 : 0 }, a, b) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        var (a, b, dy) = (step.Operand(0), step.Operand(1), step.OutputGradient);
        var (transposeA, transposeB) = (step.Data.I0 != 0, step.Data.I1 != 0);
        if (step.Needs(0))
        {
            if (transposeA) step.Backend.MatMul(b, transposeB, dy, true, step.GradientOf(0), accumulate: true);
            else step.Backend.MatMul(dy, false, b, !transposeB, step.GradientOf(0), accumulate: true);
        }

        if (step.Needs(1))
        {
            if (transposeB) step.Backend.MatMul(dy, true, a, transposeA, step.GradientOf(1), accumulate: true);
            else step.Backend.MatMul(a, !transposeA, dy, false, step.GradientOf(1), accumulate: true);
        }
    }

    private static Shape ResultShape(Shape a, bool transposeA, Shape b, bool transposeB)
    {
        var rank = Math.Max(a.Rank, b.Rank);
        Span<int> dims = stackalloc int[rank];
        for (var back = 3; back <= rank; back++)
        {
            var left = back <= a.Rank ? a[-back] : 1;
            var right = back <= b.Rank ? b[-back] : 1;
            if (left != right && left != 1 && right != 1)
                throw new ArgumentException($"MatMul: the leading axes of a {a} and b {b} do not broadcast: {left} and {right} at axis -{back} must be equal, or one of them 1.");
            dims[^back] = left == 1 ? right : left;
        }

        dims[^2] = transposeA ? a[-1] : a[-2];
        dims[^1] = transposeB ? b[-2] : b[-1];
        return new Shape(dims);
    }

    private static string Note(bool transposed) => transposed ? " (transposed)" : "";
}
