using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>
/// How to walk over a contiguous tensor "full" together with two others that broadcast to it: lengths per axis, and for each of
/// the others a stride per axis, 0 where it is repeated. Axes of length 1 are dropped and axes that all three can walk
/// over as one are merged, so that the common cases become one or two axes. The last axis is walked by kernels; its strides are 0 or 1.
/// </summary>
internal struct AxisPlan
{
    public int Rank;
    public Numbers Lengths;
    public Numbers StridesA;
    public Numbers StridesB;

    /// <summary>A plan for the shapes a and b, both of which broadcast to the shape full.</summary>
    public static AxisPlan Create(string operation, Shape full, Shape a, Shape b)
    {
        AxisPlan plan = default;
        if (a == full && b == full)
        {
            plan.Append(full.Count, 1, 1);
            return plan;
        }

        int strideA = 1, strideB = 1;
        // From the innermost axis outwards; turned around at the end.
        for (int back = 1; back <= full.Rank; back++)
        {
            int length = full[full.Rank - back];
            int lengthA = LengthOf(operation, a, back, length, full);
            int lengthB = LengthOf(operation, b, back, length, full);
            if (length != 1)
                plan.Append(length, lengthA == 1 ? 0 : strideA, lengthB == 1 ? 0 : strideB);
            strideA *= lengthA;
            strideB *= lengthB;
        }

        Check.That(a.Rank <= full.Rank && b.Rank <= full.Rank, $"{operation}: {a} and {b} have more axes than {full}.");
        if (plan.Rank == 0)
            plan.Append(1, 1, 1);
        plan.Reverse();
        return plan;
    }

    /// <summary>A plan for reducing x over axes: "a" and "b" are both the result.</summary>
    public static AxisPlan CreateReduction(Shape x, AxisSet axes)
    {
        AxisPlan plan = default;
        int stride = 1;
        for (int axis = x.Rank - 1; axis >= 0; axis--)
        {
            int length = x[axis];
            bool reduced = axes.Has(axis);
            if (length != 1)
                plan.Append(length, reduced ? 0 : stride, reduced ? 0 : stride);
            stride *= reduced ? 1 : length;
        }

        if (plan.Rank == 0)
            plan.Append(1, 1, 1);
        plan.Reverse();
        return plan;
    }

    /// <summary>Numbers below one step of the first axis.</summary>
    public readonly int Below(int axis)
    {
        int count = 1;
        for (int inner = axis + 1; inner < Rank; inner++)
            count *= Lengths[inner];
        return count;
    }

    private static int LengthOf(string operation, Shape shape, int back, int length, Shape full)
    {
        int own = back <= shape.Rank ? shape[shape.Rank - back] : 1;
        if (own != length && own != 1)
            Check.Throw($"{operation}: {shape} does not broadcast to {full}: axis -{back} must be {length} or 1.");
        return own;
    }

    private void Append(int length, int strideA, int strideB)
    {
        if (Rank > 0)
        {
            int last = Rank - 1;
            bool mergesA = strideA == StridesA[last] * Lengths[last] && (strideA != 0 || StridesA[last] == 0);
            bool mergesB = strideB == StridesB[last] * Lengths[last] && (strideB != 0 || StridesB[last] == 0);
            if (mergesA && mergesB)
            {
                Lengths[last] *= length;
                return;
            }
        }

        Lengths[Rank] = length;
        StridesA[Rank] = strideA;
        StridesB[Rank] = strideB;
        Rank++;
    }

    private void Reverse()
    {
        for (int low = 0, high = Rank - 1; low < high; low++, high--)
        {
            (Lengths[low], Lengths[high]) = (Lengths[high], Lengths[low]);
            (StridesA[low], StridesA[high]) = (StridesA[high], StridesA[low]);
            (StridesB[low], StridesB[high]) = (StridesB[high], StridesB[low]);
        }
    }

    [InlineArray(Shape.MaximumRank)]
    public struct Numbers
    {
        private int _first;
    }
}

/// <summary>Walks over the rows (runs of the last axis) of a part of the first axis.</summary>
internal struct RowWalker
{
    private AxisPlan.Numbers _index;
    private int _remaining;

    public RowWalker(in AxisPlan plan, int start, int length)
    {
        Full = start * plan.Below(0);
        A = start * plan.StridesA[0];
        B = start * plan.StridesB[0];
        if (plan.Rank == 1)
        {
            Length = length;
            _remaining = 1;
        }
        else
        {
            Length = plan.Lengths[plan.Rank - 1];
            _remaining = length * (plan.Below(0) / Math.Max(1, Length));
        }

        StrideA = plan.StridesA[plan.Rank - 1];
        StrideB = plan.StridesB[plan.Rank - 1];
    }

    /// <summary>Offset of the row in the full tensor.</summary>
    public int Full { get; private set; }

    /// <summary>Offset of the row in a.</summary>
    public int A { get; private set; }

    /// <summary>Offset of the row in b.</summary>
    public int B { get; private set; }

    /// <summary>The length of a row.</summary>
    public int Length { get; }

    /// <summary>The stride of a along a row, 0 or 1.</summary>
    public int StrideA { get; }

    /// <summary>The stride of b along a row, 0 or 1.</summary>
    public int StrideB { get; }

    /// <summary>Whether there is a row here.</summary>
    public readonly bool HasRow => _remaining > 0 && Length > 0;

    /// <summary>Goes to the next row.</summary>
    public void Next(in AxisPlan plan)
    {
        _remaining--;
        Full += Length;
        for (int axis = plan.Rank - 2; axis >= 0; axis--)
        {
            A += plan.StridesA[axis];
            B += plan.StridesB[axis];
            if (axis == 0 || ++_index[axis] < plan.Lengths[axis])
                return;
            _index[axis] = 0;
            A -= plan.StridesA[axis] * plan.Lengths[axis];
            B -= plan.StridesB[axis] * plan.Lengths[axis];
        }
    }
}
