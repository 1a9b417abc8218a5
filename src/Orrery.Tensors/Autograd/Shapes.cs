namespace Orrery.Tensors.Autograd;

/// <summary>What shape an operation's result has, and what it says when its operands do not fit.</summary>
internal static class Shapes
{
    /// <summary>An axis counted from the front.</summary>
    public static int Axis(string operation, Shape shape, int axis)
    {
        var index = axis < 0 ? axis + shape.Rank : axis;
        return (uint)index < (uint)shape.Rank
            ? index
            : throw new ArgumentOutOfRangeException(nameof(axis), $"{operation}: axis {axis} was asked of {shape}, which has {shape.Rank} axes; use {-shape.Rank} .. {shape.Rank - 1}.");
    }

    /// <summary>A set of axes.</summary>
    public static AxisSet Axes(string operation, Shape shape, ReadOnlySpan<int> axes)
    {
        var bits = 0u;
        foreach (var axis in axes)
        {
            var bit = 1u << Axis(operation, shape, axis);
            if ((bits & bit) != 0) throw new ArgumentException($"{operation}: axis {axis} of {shape} was given twice.", nameof(axes));
            bits |= bit;
        }

        return new AxisSet(bits);
    }

    /// <summary>How many elements the axes of a set make.</summary>
    public static int CountOf(Shape shape, AxisSet axes)
    {
        var count = 1;
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            if (axes.Has(axis)) count *= shape[axis];
        }

        return count;
    }

    /// <summary>The shape that two broadcast to, aligned from the right; axes of length 1 are repeated.</summary>
    public static Shape Broadcast(string operation, Shape a, Shape b)
    {
        var rank = Math.Max(a.Rank, b.Rank);
        Span<int> lengths = stackalloc int[rank];
        for (var back = 1; back <= rank; back++)
        {
            var left = back <= a.Rank ? a[-back] : 1;
            var right = back <= b.Rank ? b[-back] : 1;
            if (left != right && left != 1 && right != 1)
                throw new ArgumentException($"{operation}: the shapes {a} and {b} do not broadcast: {left} and {right} at axis -{back} must be equal, or one of them 1.");
            lengths[^back] = left == 1 ? right : left;
        }

        return new Shape(lengths);
    }

    /// <summary>Throws unless a tensor has the shape that an operation needs.</summary>
    public static void Require(string operation, string name, Tensor tensor, Shape needed)
    {
        if (tensor.Shape != needed)
            throw new ArgumentException($"{operation}: {name} has shape {tensor.Shape} but {needed} is needed.", name);
    }

    /// <summary>Throws unless a tensor has a number of axes.</summary>
    public static void RequireRank(string operation, string name, Tensor tensor, int rank, string axes)
    {
        if (tensor.Shape.Rank != rank)
            throw new ArgumentException($"{operation}: {name} has shape {tensor.Shape} but {rank} axes {axes} are needed.", name);
    }
}
