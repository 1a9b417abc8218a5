namespace Orrery.Tensors.Autograd.Rules;

/// <summary>y's axis i is x's axis p[i]; the gradient goes back through the inverse permutation.</summary>
internal sealed class PermuteRule : Rule
{
    private static readonly PermuteRule Instance = new();

    /// <summary>Computes and records.</summary>
    public static Tensor Apply(Tape tape, Tensor x, ReadOnlySpan<int> permutation)
    {
        var rank = x.Shape.Rank;
        if (permutation.Length != rank)
            throw new ArgumentException($"Permute: {permutation.Length} axes were given for {x.Shape}, which has {rank}.", nameof(permutation));
        Span<int> dims = stackalloc int[rank];
        Span<int> order = stackalloc int[rank];
        Span<int> inverse = stackalloc int[6];
        Shapes.Axes("Permute", x.Shape, permutation);
        for (var index = 0; index < rank; index++)
        {
            order[index] = Shapes.Axis("Permute", x.Shape, permutation[index]);
            dims[index] = x.Shape[order[index]];
            inverse[order[index]] = index;
        }

        var y = tape.Arena.Allocate(new Shape(dims));
        tape.Backend.Permute(x, order, y);
        if (!tape.Records(x)) return y;
        var data = new RuleData { I0 = inverse[0], I1 = inverse[1], I2 = inverse[2], I3 = inverse[3], I4 = inverse[4], I5 = inverse[5] };
        return tape.Record(Instance, y, data, x);
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        ref readonly var data = ref step.Data;
        ReadOnlySpan<int> inverse = [data.I0, data.I1, data.I2, data.I3, data.I4, data.I5];
        step.Backend.Permute(step.OutputGradient, inverse[..step.Output.Shape.Rank], step.GradientOf(0), accumulate: true);
    }
}
