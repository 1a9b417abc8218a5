using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Orrery.Tensors.Autograd.Rules;

namespace Orrery.Tensors.Autograd;

/// <content>Rearranging without arithmetic.</content>
public sealed partial class Tape
{
    private IntTensor[] _integers = new IntTensor[16];
    private int _integerCount;

    /// <summary>The same numbers in another shape. Costs nothing: memory and gradient are shared.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="shape">A shape with as many elements.</param>
    /// <returns>The value in the new shape.</returns>
    /// <exception cref="ArgumentException">The counts differ.</exception>
    [SuppressMessage("Performance", "CA1822", Justification = "Reads as an operation of the tape, like all others.")]
    public Tensor Reshape(Tensor x, Shape shape) => x.Reshape(shape).WithNode(x.Node);

    /// <summary>The axes in another order.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="permutation">For each axis of the result, which axis of <paramref name="x"/> it is.</param>
    /// <returns>The rearranged copy.</returns>
    /// <exception cref="ArgumentException">The axes are not a permutation.</exception>
    public Tensor Permute(Tensor x, params ReadOnlySpan<int> permutation) => PermuteRule.Apply(this, x, permutation);

    /// <summary>Two axes swapped.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis1">One axis.</param>
    /// <param name="axis2">The other axis.</param>
    /// <returns>The rearranged copy.</returns>
    /// <exception cref="ArgumentException">An axis does not exist.</exception>
    public Tensor Transpose(Tensor x, int axis1 = -2, int axis2 = -1)
    {
        Span<int> permutation = stackalloc int[x.Shape.Rank];
        for (var index = 0; index < permutation.Length; index++) permutation[index] = index;
        axis1 = Shapes.Axis("Transpose", x.Shape, axis1);
        axis2 = Shapes.Axis("Transpose", x.Shape, axis2);
        (permutation[axis1], permutation[axis2]) = (axis2, axis1);
        return PermuteRule.Apply(this, x, permutation);
    }

    /// <summary>A part of an axis.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="start">The first entry.</param>
    /// <param name="length">How many entries.</param>
    /// <returns>The part; the axis stays.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The axis or the entries do not exist.</exception>
    public Tensor Slice(Tensor x, int axis, int start, int length) => SliceRule.Apply(this, x, axis, start, length);

    /// <summary>One entry of an axis.</summary>
    /// <param name="x">Any shape with at least one axis.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="index">The entry; negative counts from the end.</param>
    /// <returns>The entry; the axis disappears.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The axis or the entry does not exist.</exception>
    public Tensor Select(Tensor x, int axis, int index)
    {
        axis = Shapes.Axis("Select", x.Shape, axis);
        var slice = SliceRule.Apply(this, x, axis, index < 0 ? index + x.Shape[axis] : index, 1);
        return Reshape(slice, new AxisSet(1u << axis).Reduce(slice.Shape, keepDimensions: false));
    }

    /// <summary>Values one after the other along an axis.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="tensors">The values; their shapes may differ along the axis only.</param>
    /// <returns>The joined copy.</returns>
    /// <exception cref="ArgumentException">There is no tensor or the shapes do not fit.</exception>
    public Tensor Concat(int axis, params ReadOnlySpan<Tensor> tensors) => ConcatRule.Apply(this, axis, tensors);

    /// <summary>Values of one shape along a new axis.</summary>
    /// <param name="axis">Where the new axis stands in the result.</param>
    /// <param name="tensors">The values, all of the same shape.</param>
    /// <returns>The joined copy, with one more axis.</returns>
    /// <exception cref="ArgumentException">There is no tensor or the shapes differ.</exception>
    public Tensor Stack(int axis, params ReadOnlySpan<Tensor> tensors)
    {
        if (tensors.Length == 0) throw new ArgumentException("Stack: no tensor was given; give at least one.", nameof(tensors));
        var shape = tensors[0].Shape;
        var at = axis < 0 ? axis + shape.Rank + 1 : axis;
        if ((uint)at > (uint)shape.Rank) throw new ArgumentOutOfRangeException(nameof(axis), $"Stack: there is no axis {axis} in a stack of {shape}.");
        Span<int> dims = stackalloc int[shape.Rank + 1];
        for (var index = 0; index < dims.Length; index++) dims[index] = index < at ? shape[index] : index == at ? 1 : shape[index - 1];
        var single = new Shape(dims);
        if (tensors.Length <= 16)
        {
            StackBuffer buffer = default;
            Span<Tensor> views = buffer;
            for (var index = 0; index < tensors.Length; index++) views[index] = Single(tensors[index]);
            return ConcatRule.Apply(this, at, views[..tensors.Length]);
        }

        // Longer stacks join halves, which keeps the call free of allocation.
        var middle = tensors.Length / 2;
        return ConcatRule.Apply(this, at, [Stack(at, tensors[..middle]), Stack(at, tensors[middle..])]);

        Tensor Single(Tensor tensor) => tensor.Shape == shape
            ? Reshape(tensor, single)
            : throw new ArgumentException($"Stack: the shapes {shape} and {tensor.Shape} must be equal.", nameof(tensors));
    }

    /// <summary>x repeated along axes of length 1 or missing in front.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="shape">The shape to repeat to.</param>
    /// <returns>The repeated copy.</returns>
    /// <exception cref="ArgumentException">The shape cannot be reached by repeating.</exception>
    public Tensor Expand(Tensor x, Shape shape) => ExpandRule.Apply(this, x, shape);

    /// <summary>Rows of a table by their numbers.</summary>
    /// <param name="table">[rows, width].</param>
    /// <param name="indices">Row numbers, any shape; they must stay unchanged until the backward pass.</param>
    /// <returns>[..., width].</returns>
    /// <exception cref="ArgumentException">The table has not two axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Tensor GatherRows(Tensor table, IntTensor indices) => GatherRule.Apply(this, table, indices);

    /// <summary>Keeps an integer tensor for a rule.</summary>
    /// <returns>The number to get it back with.</returns>
    internal int Keep(IntTensor tensor)
    {
        if (_integerCount == _integers.Length) Array.Resize(ref _integers, 2 * _integers.Length);
        _integers[_integerCount] = tensor;
        return _integerCount++;
    }

    /// <summary>An integer tensor that was kept.</summary>
    internal IntTensor KeptIntegers(int number) => _integers[number];

    [InlineArray(16)]
    private struct StackBuffer
    {
        private Tensor _first;
    }
}
