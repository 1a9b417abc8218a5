using Orrery.Tensors.Kernels;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void Reduce(ReduceOperation operation, Tensor x, AxisSet axes, Tensor y)
    {
        float* result = y.For("Reduce", "y");
        ReduceJob job = CreateReduction("Reduce", operation, x, axes, y);
        job.Y = result;
        Check.Apart("Reduce", "y", y, x);
        bool ordered = operation is ReduceOperation.Max or ReduceOperation.Min;
        float identity = !ordered ? 0 : operation == ReduceOperation.Max ? float.NegativeInfinity : float.PositiveInfinity;
        if (x.Count == 0)
        {
            Check.That(!ordered || y.Count == 0, $"Reduce: the {operation} of no numbers was asked for (x {x.Shape}); there is none.");
            new Span<float>(job.Y, y.Count).Fill(operation == ReduceOperation.Mean ? float.NaN : 0);
            return;
        }

        job.Identity = identity;
        RunReduction(job, y);
        if (operation == ReduceOperation.Mean)
            ScaleInPlace(y, 1f / (x.Count / y.Count));
    }

    /// <inheritdoc/>
    public override void ReduceGradient(ReduceOperation operation, Tensor x, Tensor y, AxisSet axes, Tensor dy, Tensor dx)
    {
        float* upstream = dy.For("ReduceGradient", "dy");
        ReduceJob job = CreateReduction("ReduceGradient", operation, x, axes, dy);
        job.Y = y.For("ReduceGradient", "y");
        job.DY = upstream;
        job.DX = dx.For("ReduceGradient", "dx");
        Check.SameShape("ReduceGradient", "x", x, "dx", dx);
        Check.SameCount("ReduceGradient", "y", y, "dy", dy);
        Check.Apart("ReduceGradient", "dx", dx, x, y, dy);
        if (x.Count == 0)
            return;
        if (operation is ReduceOperation.Max or ReduceOperation.Min)
        {
            using Lock.Scope turn = _pool.TakeTurn();
            ReduceKernel.WinnersGradient(job.Plan, job.X, job.Y, job.DY, job.DX, y.Count, (bool*)_pool.Shared.Take((y.Count / 4) + 1));
            return;
        }

        job.Scale = operation == ReduceOperation.Mean ? 1f / (x.Count / dy.Count) : 1;
        _pool.Run(&ReduceJob.Spread, &job, Partition.Chunks(job.Plan.Lengths[0], job.Chunk));
    }

    /// <inheritdoc/>
    public override double SumOfSquares(Tensor x)
    {
        using Lock.Scope turn = _pool.TakeTurn();
        int chunks = Partition.Chunks(x.Count, CheapChunk);
        SumJob job = new() { X = x.For("SumOfSquares", "x"), Count = x.Count, Sums = (double*)_pool.Shared.Take(2L * Math.Max(1, chunks)) };
        _pool.Run(&SumJob.Squares, &job, chunks);
        double total = 0;
        for (int chunk = 0; chunk < chunks; chunk++)
            total += job.Sums[chunk];
        return total;
    }

    /// <inheritdoc/>
    public override bool IsFinite(Tensor x)
    {
        SumJob job = new() { X = x.For("IsFinite", "x"), Count = x.Count };
        _pool.Run(&SumJob.Finite, &job, Partition.Chunks(x.Count, CheapChunk));
        return job.NonFinite == 0;
    }

    private static ReduceJob CreateReduction(string operation, ReduceOperation reduction, in Tensor x, AxisSet axes, in Tensor result)
    {
        float* address = x.For(operation, "x");
        int expected = axes.Reduce(x.Shape, keepDimensions: true).Count;
        Check.That(
            result.Count == expected,
            $"{operation}: x {x.Shape} reduced over axes {axes.Bits} (as bits) leaves {expected} numbers but the result {result.Shape} has {result.Count}.");
        AxisPlan plan = AxisPlan.CreateReduction(x.Shape, axes);
        return new ReduceJob { Operation = reduction, X = address, Plan = plan, Chunk = LeadChunk(plan, CheapChunk), Scale = 1 };
    }

    // As with gradients of broadcast operands: chunks of a kept first axis are independent, chunks of a reduced one are partial.
    private void RunReduction(ReduceJob job, in Tensor y)
    {
        int chunks = Partition.Chunks(job.Plan.Lengths[0], job.Chunk);
        if (job.Plan.StridesA[0] != 0 || chunks == 1)
        {
            new Span<float>(job.Y, y.Count).Fill(job.Identity);
            _pool.Run(&ReduceJob.Whole, &job, chunks);
            return;
        }

        if (chunks > MaximumPartials)
            job.Chunk = Partition.Chunks(job.Plan.Lengths[0], MaximumPartials);
        chunks = Partition.Chunks(job.Plan.Lengths[0], job.Chunk);
        using Lock.Scope turn = _pool.TakeTurn();
        job.ResultCount = y.Count;
        job.Partials = _pool.Shared.Take((long)chunks * y.Count);
        _pool.Run(&ReduceJob.Part, &job, chunks);
        new Span<float>(job.Y, y.Count).Fill(job.Identity);
        for (int chunk = 0; chunk < chunks; chunk++)
            ReduceKernel.Combine(job.Operation, job.Partials + ((long)chunk * y.Count), job.Y, y.Count);
    }

    private struct ReduceJob
    {
        public ReduceOperation Operation;
        public AxisPlan Plan;
        public float* X;
        public float* Y;
        public float* DY;
        public float* DX;
        public float* Partials;
        public int ResultCount;
        public int Chunk;
        public float Identity;
        public float Scale;

        public static void Whole(void* data, int chunk, float* scratch) => Walk((ReduceJob*)data, chunk, ((ReduceJob*)data)->Y);

        public static void Part(void* data, int chunk, float* scratch)
        {
            ReduceJob* job = (ReduceJob*)data;
            float* partial = job->Partials + ((long)chunk * job->ResultCount);
            new Span<float>(partial, job->ResultCount).Fill(job->Identity);
            Walk(job, chunk, partial);
        }

        public static void Spread(void* data, int chunk, float* scratch)
        {
            ReduceJob* job = (ReduceJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Plan.Lengths[0]);
            RowWalker walker = new(job->Plan, start, length);
            for (; walker.HasRow; walker.Next(job->Plan))
            {
                if (walker.StrideA == 0)
                    ReduceKernel.AddConstant(job->DY[walker.A] * job->Scale, job->DX + walker.Full, walker.Length);
                else
                    SumKernel.AddScaled(job->DY + walker.A, job->Scale, job->DX + walker.Full, walker.Length);
            }
        }

        private static void Walk(ReduceJob* job, int chunk, float* result)
        {
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Plan.Lengths[0]);
            RowWalker walker = new(job->Plan, start, length);
            for (; walker.HasRow; walker.Next(job->Plan))
            {
                if (walker.StrideA == 0)
                    ReduceKernel.Fold(job->Operation, job->X + walker.Full, result + walker.A, walker.Length);
                else
                    ReduceKernel.Combine(job->Operation, job->X + walker.Full, result + walker.A, walker.Length);
            }
        }
    }

    private struct SumJob
    {
        public float* X;
        public int Count;
        public double* Sums;
        public int NonFinite;

        public static void Squares(void* data, int chunk, float* scratch)
        {
            SumJob* job = (SumJob*)data;
            (int start, int length) = Partition.Range(chunk, CheapChunk, job->Count);
            job->Sums[chunk] = SumKernel.SumOfSquares(job->X + start, length);
        }

        public static void Finite(void* data, int chunk, float* scratch)
        {
            SumJob* job = (SumJob*)data;
            (int start, int length) = Partition.Range(chunk, CheapChunk, job->Count);
            if (!ReduceKernel.IsFinite(job->X + start, length))
                Volatile.Write(ref job->NonFinite, 1);
        }
    }
}
