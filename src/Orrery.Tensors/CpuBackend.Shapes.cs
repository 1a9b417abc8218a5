using Orrery.Tensors.Kernels;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void Permute(Tensor x, ReadOnlySpan<int> permutation, Tensor y, bool accumulate = false)
    {
        PermuteJob job = new() { X = x.For("Permute", "x"), Y = y.For("Permute", "y"), Accumulate = accumulate };
        Check.That(
            permutation.Length == x.Shape.Rank && y.Shape.Rank == x.Shape.Rank,
            $"Permute: x {x.Shape} and y {y.Shape} must both have as many axes as the permutation, {permutation.Length}.");
        Check.Apart("Permute", "y", y, x);
        uint seen = 0;
        for (int axis = 0; axis < permutation.Length; axis++)
        {
            int source = permutation[axis];
            Check.That(
                (uint)source < (uint)x.Shape.Rank && y.Shape[axis] == x.Shape[source],
                $"Permute: axis {axis} of y {y.Shape} must be axis {source} of x {x.Shape}.");
            seen |= 1u << source;
            job.Plan.Append(y.Shape[axis], x.Shape.CountOf(source + 1, x.Shape.Rank));
        }

        Check.That(seen == (1u << x.Shape.Rank) - 1, $"Permute: the permutation of x {x.Shape} must name every axis once.");
        if (x.Count == 0)
            return;
        job.Plan.Finish();
        job.Chunk = Partition.RowsPerChunk(job.Plan.Lengths[0], job.Plan.Below(0), CheapChunk / 2);
        _pool.Run(&PermuteJob.Run, &job, Partition.Chunks(job.Plan.Lengths[0], job.Chunk));
    }

    /// <inheritdoc/>
    public override void CopyAxis(Tensor x, int xStart, Tensor y, int yStart, int axis, int length, bool accumulate = false)
    {
        CopyAxisJob job = new() { X = x.For("CopyAxis", "x"), Y = y.For("CopyAxis", "y"), Accumulate = accumulate };
        Check.That(
            axis >= -x.Shape.Rank && axis < x.Shape.Rank, $"CopyAxis: x {x.Shape} (to y {y.Shape}) has no axis {axis}.");
        int position = x.Shape.Axis(axis);
        Check.That(
            y.Shape.Rank == x.Shape.Rank && y.Shape == x.Shape.With(position, y.Shape[position]),
            $"CopyAxis: x {x.Shape} and y {y.Shape} may only differ along axis {axis}.");
        Check.That(
            length >= 0 && xStart >= 0 && yStart >= 0 && xStart <= x.Shape[position] - length && yStart <= y.Shape[position] - length,
            $"CopyAxis: {length} from {xStart} of x {x.Shape} to {yStart} of y {y.Shape} do not fit along axis {axis}.");
        int inner = x.Shape.CountOf(position + 1, x.Shape.Rank);
        Check.Apart("CopyAxis", "y", y, x);
        job.X += (long)xStart * inner;
        job.Y += (long)yStart * inner;
        job.XStride = x.Shape[position] * inner;
        job.YStride = y.Shape[position] * inner;
        job.Length = length * inner;
        job.Rows = x.Shape.CountOf(0, position);
        if (job.Length == 0)
            return;
        job.Chunk = Partition.RowsPerChunk(job.Rows, job.Length, CheapChunk);
        _pool.Run(&CopyAxisJob.Run, &job, Partition.Chunks(job.Rows, job.Chunk));
    }

    /// <inheritdoc/>
    public override void GatherRows(Tensor table, IntTensor rows, Tensor y)
    {
        float* source = table.For("GatherRows", "the table"), target = y.For("GatherRows", "y");
        int* index = rows.For("GatherRows", "rows");
        int length = RowLength("GatherRows", table, rows, index, y);
        Check.Apart("GatherRows", "y", y, table);
        for (int row = 0; row < rows.Shape.Count; row++)
            new ReadOnlySpan<float>(source + ((long)index[row] * length), length).CopyTo(new Span<float>(target + ((long)row * length), length));
    }

    /// <inheritdoc/>
    public override void ScatterAddRows(Tensor y, IntTensor rows, Tensor table)
    {
        float* source = y.For("ScatterAddRows", "y"), target = table.For("ScatterAddRows", "the table");
        int* index = rows.For("ScatterAddRows", "rows");
        int length = RowLength("ScatterAddRows", table, rows, index, y);
        Check.Apart("ScatterAddRows", "the table", table, y);
        for (int row = 0; row < rows.Shape.Count; row++)
            SumKernel.Add(source + ((long)row * length), target + ((long)index[row] * length), length);
    }

    private static int RowLength(string operation, in Tensor table, in IntTensor rows, int* index, in Tensor y)
    {
        Check.That(table.Shape.Rank > 0, $"{operation}: the table {table.Shape} has no rows.");
        int length = table.Shape.CountOf(1, table.Shape.Rank);
        Check.That(
            y.Count == (long)rows.Shape.Count * length,
            $"{operation}: {rows.Shape} rows of a table {table.Shape} hold {(long)rows.Shape.Count * length} numbers but y {y.Shape} holds {y.Count}.");
        Check.That(
            Check.AreBelow(index, rows.Shape.Count, table.Shape[0], out int wrong),
            $"{operation}: row {wrong} was asked for, but the table {table.Shape} has {table.Shape[0]} rows.");
        return length;
    }

    private struct PermuteJob
    {
        public float* X;
        public float* Y;
        public PermutePlan Plan;
        public int Chunk;
        public bool Accumulate;

        public static void Run(void* data, int chunk, float* scratch)
        {
            PermuteJob* job = (PermuteJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Plan.Lengths[0]);
            PermuteKernel.Run(ref job->Plan, job->X, job->Y, start, length, job->Accumulate);
        }
    }

    private struct CopyAxisJob
    {
        public float* X;
        public float* Y;
        public int XStride;
        public int YStride;
        public int Length;
        public int Rows;
        public int Chunk;
        public bool Accumulate;

        public static void Run(void* data, int chunk, float* scratch)
        {
            CopyAxisJob* job = (CopyAxisJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Rows);
            for (int row = start; row < start + length; row++)
            {
                float* source = job->X + ((long)row * job->XStride);
                float* target = job->Y + ((long)row * job->YStride);
                if (job->Accumulate)
                    SumKernel.Add(source, target, job->Length);
                else
                    new ReadOnlySpan<float>(source, job->Length).CopyTo(new Span<float>(target, job->Length));
            }
        }
    }
}
