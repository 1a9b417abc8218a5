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

    /// <summary>A set of axes as bits.</summary>
    public static uint AxesMask(string operation, Shape shape, ReadOnlySpan<int> axes)
    {
        var mask = 0u;
        foreach (var axis in axes)
        {
            var bit = 1u << Axis(operation, shape, axis);
            if ((mask & bit) != 0) throw new ArgumentException($"{operation}: axis {axis} of {shape} was given twice.", nameof(axes));
            mask |= bit;
        }

        return mask;
    }

    /// <summary>All axes as bits.</summary>
    public static uint AllAxes(Shape shape) => (1u << shape.Rank) - 1;

    /// <summary>The shape after removing the axes of a mask, or making them 1 long.</summary>
    public static Shape Reduce(Shape shape, uint axesMask, bool keepDims)
    {
        Span<int> dims = stackalloc int[shape.Rank];
        var rank = 0;
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            if ((axesMask >> axis & 1) == 0) dims[rank++] = shape[axis];
            else if (keepDims) dims[rank++] = 1;
        }

        return new Shape(dims[..rank]);
    }

    /// <summary>How many elements the axes of a mask make.</summary>
    public static int CountOf(Shape shape, uint axesMask)
    {
        var count = 1;
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            if ((axesMask >> axis & 1) != 0) count *= shape[axis];
        }

        return count;
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
