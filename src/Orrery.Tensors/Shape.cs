using System.Runtime.CompilerServices;
using System.Text;

namespace Orrery.Tensors;

/// <summary>The lengths of a tensor's axes, outermost first; row-major, at most six axes, no heap memory.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>The largest number of axes.</summary>
    public const int MaximumRank = 6;

    private readonly Axes _axes;
    private readonly int _count;

    /// <summary>A shape with the given axis lengths; none gives a scalar, which holds one number.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaximumRank"/> axes, a negative length, or more than 2^31 - 1 numbers.</exception>
    public Shape(params ReadOnlySpan<int> lengths)
    {
        if (lengths.Length > MaximumRank)
            throw new ArgumentException($"Shape: {lengths.Length} axes given; at most {MaximumRank} are possible.", nameof(lengths));
        long count = 1;
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            if (lengths[axis] < 0)
                throw new ArgumentException($"Shape: axis {axis} has length {lengths[axis]}; it must not be negative.", nameof(lengths));
            _axes[axis] = lengths[axis];
            count *= lengths[axis];
            if (count > int.MaxValue)
                throw new ArgumentException("Shape: more than 2^31 - 1 numbers; split the tensor.", nameof(lengths));
        }

        Rank = lengths.Length;
        _count = (int)count;
    }

    /// <summary>The shape of a matrix; the same as with the general constructor, at less cost.</summary>
    /// <param name="rows">Length of the first axis.</param>
    /// <param name="columns">Length of the second axis.</param>
    /// <exception cref="ArgumentException">A negative length, or more than 2^31 - 1 numbers.</exception>
    public Shape(int rows, int columns)
    {
        long count = (long)rows * columns;
        if ((rows | columns) < 0 || count > int.MaxValue)
        {
            this = new Shape([rows, columns]); // Says what is wrong.
            return;
        }

        _axes[0] = rows;
        _axes[1] = columns;
        Rank = 2;
        _count = (int)count;
    }

    /// <summary>Number of axes.</summary>
    public int Rank { get; }

    /// <summary>How many numbers a tensor of this shape holds.</summary>
    public int Count => Rank == 0 ? 1 : _count; // default(Shape) is a scalar too.

    /// <summary>Length of an axis; negative positions count from the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public int this[int axis]
    {
        get
        {
            int position = axis < 0 ? axis + Rank : axis;
            if ((uint)position >= (uint)Rank)
                throw new ArgumentOutOfRangeException(nameof(axis), axis, $"Shape {this} has {Rank} axes.");
            return _axes[position];
        }
    }

    /// <summary>Position of an axis from the front.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public int Axis(int axis)
    {
        int position = axis < 0 ? axis + Rank : axis;
        if ((uint)position >= (uint)Rank)
            throw new ArgumentOutOfRangeException(nameof(axis), axis, $"Shape {this} has {Rank} axes.");
        return position;
    }

    /// <summary>Product of the lengths of the axes in [<paramref name="start"/>, <paramref name="end"/>).</summary>
    public int CountOf(int start, int end)
    {
        int count = 1;
        for (int axis = start; axis < end; axis++)
            count *= _axes[axis];
        return count;
    }

    /// <summary>The same shape with one axis of another length.</summary>
    public Shape With(int axis, int length)
    {
        Span<int> lengths = stackalloc int[Rank];
        for (int position = 0; position < Rank; position++)
            lengths[position] = _axes[position];
        lengths[Axis(axis)] = length;
        return new Shape(lengths);
    }

    /// <inheritdoc/>
    public bool Equals(Shape other)
    {
        if (Rank != other.Rank || Count != other.Count)
            return false;
        for (int axis = 0; axis < Rank; axis++)
            if (_axes[axis] != other._axes[axis])
                return false;
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Rank);
        for (int axis = 0; axis < Rank; axis++)
            hash.Add(_axes[axis]);
        return hash.ToHashCode();
    }

    /// <summary>Whether both have the same axes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The lengths in brackets, such as <c>[32, 128]</c>.</summary>
    public override string ToString()
    {
        StringBuilder text = new("[");
        for (int axis = 0; axis < Rank; axis++)
            text.Append(axis == 0 ? "" : ", ").Append(_axes[axis]);
        return text.Append(']').ToString();
    }

    [InlineArray(MaximumRank)]
    private struct Axes
    {
        private int _first;
    }
}
