namespace Orrery.Tensors.Autograd.Rules;

/// <summary>y[i] = table[index[i]]; the gradient of a row is added to the table's row, as often as it was taken.</summary>
internal sealed class GatherRule : Rule
{
    private static readonly GatherRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor table, IntTensor indices)
    {
        Shapes.RequireRank("GatherRows", nameof(table), table, 2, "[rows, width]");
        foreach (var index in indices.Span)
        {
            if ((uint)index >= (uint)table.Shape[0])
                throw new ArgumentOutOfRangeException(nameof(indices), $"GatherRows: row {index} was asked of the table {table.Shape}, which has {table.Shape[0]}.");
        }

        Span<int> dims = stackalloc int[indices.Shape.Rank + 1];
        for (var axis = 0; axis < indices.Shape.Rank; axis++) dims[axis] = indices.Shape[axis];
        dims[^1] = table.Shape[1];
        var y = tape.Arena.Allocate(new Shape(dims));
        tape.Backend.GatherRows(table, indices, y);
        return tape.Records(table) ? tape.Record(Instance, y, new RuleData { I0 = tape.Keep(indices) }, table) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step) =>
        step.Backend.ScatterAddRows(step.OutputGradient, step.Tape.KeptIntegers(step.Data.I0), step.GradientOf(0));
}
