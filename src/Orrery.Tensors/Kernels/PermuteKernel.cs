namespace Orrery.Tensors.Kernels;

/// <summary>The axes of a permutation's result: lengths, and the stride of each in the source. Neighbours that stay neighbours are merged.</summary>
internal struct PermutePlan
{
    public int Rank;
    public AxisPlan.Numbers Lengths;
    public AxisPlan.Numbers Strides;

    public void Append(int length, int stride)
    {
        if (length == 1)
            return;
        if (Rank > 0 && Strides[Rank - 1] == stride * length)
        {
            Lengths[Rank - 1] *= length;
            Strides[Rank - 1] = stride;
            return;
        }

        Lengths[Rank] = length;
        Strides[Rank] = stride;
        Rank++;
    }

    public void Finish()
    {
        if (Rank > 0)
            return;
        Lengths[0] = 1;
        Strides[0] = 1;
        Rank = 1;
    }

    /// <summary>Numbers below one step of an axis.</summary>
    public readonly int Below(int axis)
    {
        int count = 1;
        for (int inner = axis + 1; inner < Rank; inner++)
            count *= Lengths[inner];
        return count;
    }
}

/// <summary>Reorders axes. The result is written in order; where its innermost axis is strided in the source, blocks keep both in cache.</summary>
internal static unsafe class PermuteKernel
{
    private const int Tile = 16;

    public static void Run(ref PermutePlan plan, float* x, float* y, int start, int length, bool accumulate)
    {
        y += (long)start * plan.Below(0);
        x += (long)start * plan.Strides[0];
        if (plan.Rank == 1)
            Row(x, plan.Strides[0], y, length, accumulate);
        else
            Walk(ref plan, x, y, 0, length, accumulate);
    }

    private static void Walk(ref PermutePlan plan, float* x, float* y, int axis, int length, bool accumulate)
    {
        int below = plan.Below(axis);
        if (axis == plan.Rank - 2)
        {
            Plane(x, plan.Strides[axis], plan.Strides[axis + 1], y, length, plan.Lengths[axis + 1], accumulate);
            return;
        }

        for (int index = 0; index < length; index++)
            Walk(
                ref plan, x + ((long)index * plan.Strides[axis]), y + ((long)index * below), axis + 1, plan.Lengths[axis + 1], accumulate);
    }

    private static void Plane(float* x, int strideRow, int strideColumn, float* y, int rows, int columns, bool accumulate)
    {
        if (strideColumn == 1)
        {
            for (int row = 0; row < rows; row++)
                Row(x + ((long)row * strideRow), 1, y + ((long)row * columns), columns, accumulate);
            return;
        }

        for (int row = 0; row < rows; row += Tile)
        {
            int lastRow = Math.Min(rows, row + Tile);
            for (int column = 0; column < columns; column += Tile)
            {
                int count = Math.Min(Tile, columns - column);
                for (int line = row; line < lastRow; line++)
                    Row(
                        x + ((long)line * strideRow) + ((long)column * strideColumn), strideColumn,
                        y + ((long)line * columns) + column, count, accumulate);
            }
        }
    }

    private static void Row(float* x, int stride, float* y, int count, bool accumulate)
    {
        if (stride == 1)
        {
            if (accumulate)
                SumKernel.Add(x, y, count);
            else
                new ReadOnlySpan<float>(x, count).CopyTo(new Span<float>(y, count));
            return;
        }

        if (accumulate)
        {
            for (int index = 0; index < count; index++)
                y[index] += x[(long)index * stride];
        }
        else
        {
            for (int index = 0; index < count; index++)
                y[index] = x[(long)index * stride];
        }
    }
}
