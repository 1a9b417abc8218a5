using Orrery.Tensors.Kernels;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    // Numbers per chunk: small for functions that cost much per number, so that both threads get some.
    private const int CheapChunk = 32768;
    private const int DearChunk = 4096;

    // The most partial sums of one reduction; their number depends on the shape only.
    private const int MaximumPartials = 32;

    /// <inheritdoc/>
    public override void Unary(UnaryOperation operation, Tensor x, Tensor y, float p0 = 0, float p1 = 0)
    {
        UnaryJob job = new()
        {
            Operation = operation,
            X = x.For("Unary", "x"),
            Y = y.For("Unary", "y"),
            Count = x.Count,
            Chunk = ChunkOf(operation),
            P0 = p0,
            P1 = p1,
        };
        Check.SameCount("Unary", "x", x, "y", y);
        Check.SameOrApart("Unary", "y", y, x);
        _pool.Run(&UnaryJob.Forward, &job, Partition.Chunks(x.Count, job.Chunk));
    }

    /// <inheritdoc/>
    public override void UnaryGradient(UnaryOperation operation, Tensor x, Tensor y, Tensor dy, Tensor dx, float p0 = 0, float p1 = 0)
    {
        UnaryJob job = new()
        {
            Operation = operation,
            X = x.For("UnaryGradient", "x"),
            Y = y.For("UnaryGradient", "y"),
            DY = dy.For("UnaryGradient", "dy"),
            DX = dx.For("UnaryGradient", "dx"),
            Count = x.Count,
            Chunk = ChunkOf(operation),
            P0 = p0,
            P1 = p1,
        };
        Check.SameCount("UnaryGradient", "x", x, "y", y);
        Check.SameCount("UnaryGradient", "x", x, "dy", dy);
        Check.SameCount("UnaryGradient", "x", x, "dx", dx);
        Check.Apart("UnaryGradient", "dx", dx, x, y, dy);
        _pool.Run(&UnaryJob.Backward, &job, Partition.Chunks(x.Count, job.Chunk));
    }

    /// <inheritdoc/>
    public override void Binary(BinaryOperation operation, Tensor a, Tensor b, Tensor y)
    {
        BinaryJob job = new()
        {
            Operation = operation,
            A = a.For("Binary", "a"),
            B = b.For("Binary", "b"),
            Y = y.For("Binary", "y"),
            Plan = AxisPlan.Create("Binary", y.Shape, a.Shape, b.Shape),
        };
        Check.Apart("Binary", "y", y, a, b);
        if (y.Count == 0)
            return;
        job.Chunk = LeadChunk(job.Plan, CheapChunk);
        _pool.Run(&BinaryJob.Forward, &job, Partition.Chunks(job.Plan.Lengths[0], job.Chunk));
    }

    /// <inheritdoc/>
    public override void BinaryGradient(BinaryOperation operation, Tensor a, Tensor b, Tensor dy, Tensor da, Tensor db)
    {
        BinaryJob job = new()
        {
            Operation = operation,
            A = a.For("BinaryGradient", "a"),
            B = b.For("BinaryGradient", "b"),
            Y = dy.For("BinaryGradient", "dy"),
            Plan = AxisPlan.Create("BinaryGradient", dy.Shape, a.Shape, b.Shape),
        };
        if (!da.IsNull)
        {
            Check.SameShape("BinaryGradient", "a", a, "da", da);
            Check.Apart("BinaryGradient", "da", da, a, b, dy);
            job.AlongA = true;
            job.Target = da.For("BinaryGradient", "da");
            Accumulate(job, da.Count);
        }

        if (!db.IsNull)
        {
            Check.SameShape("BinaryGradient", "b", b, "db", db);
            Check.Apart("BinaryGradient", "db", db, a, b, dy);
            job.AlongA = false;
            job.Target = db.For("BinaryGradient", "db");
            Accumulate(job, db.Count);
        }
    }

    /// <inheritdoc/>
    public override void AddScaled(Tensor x, float scale, Tensor y)
    {
        UnaryJob job = new() { X = x.For("AddScaled", "x"), Y = y.For("AddScaled", "y"), Count = x.Count, Chunk = CheapChunk, P0 = scale };
        Check.SameCount("AddScaled", "x", x, "y", y);
        Check.Apart("AddScaled", "y", y, x);
        _pool.Run(&UnaryJob.AddScaled, &job, Partition.Chunks(x.Count, CheapChunk));
    }

    /// <inheritdoc/>
    public override void ScaleInPlace(Tensor x, float factor)
    {
        UnaryJob job = new() { X = x.For("ScaleInPlace", "x"), Count = x.Count, Chunk = CheapChunk, P0 = factor };
        _pool.Run(&UnaryJob.Scale, &job, Partition.Chunks(x.Count, CheapChunk));
    }

    private static int ChunkOf(UnaryOperation operation) => operation is UnaryOperation.Negate or UnaryOperation.Square
        or UnaryOperation.Abs or UnaryOperation.Relu or UnaryOperation.LeakyRelu or UnaryOperation.Clamp or UnaryOperation.Affine
            ? CheapChunk
            : DearChunk;

    private static int LeadChunk(in AxisPlan plan, int numbers) => Partition.RowsPerChunk(plan.Lengths[0], plan.Below(0), numbers);

    // Where the first axis is kept, chunks of it write to places of their own. Where it is summed over, each chunk sums into
    // a copy of the target, and the copies are added up in order.
    private void Accumulate(BinaryJob job, int count)
    {
        if (job.Plan.Lengths[0] == 0 || job.Plan.Below(0) == 0)
            return;
        job.Chunk = LeadChunk(job.Plan, CheapChunk);
        int chunks = Partition.Chunks(job.Plan.Lengths[0], job.Chunk);
        bool kept = (job.AlongA ? job.Plan.StridesA[0] : job.Plan.StridesB[0]) != 0;
        if (kept || chunks == 1)
        {
            _pool.Run(&BinaryJob.Backward, &job, chunks);
            return;
        }

        if (chunks > MaximumPartials)
            job.Chunk = Partition.Chunks(job.Plan.Lengths[0], MaximumPartials);
        chunks = Partition.Chunks(job.Plan.Lengths[0], job.Chunk);
        using Lock.Scope turn = _pool.TakeTurn();
        job.TargetCount = count;
        job.Partials = _pool.Shared.Take((long)chunks * count);
        _pool.Run(&BinaryJob.BackwardPartial, &job, chunks);
        for (int chunk = 0; chunk < chunks; chunk++)
            SumKernel.Add(job.Partials + ((long)chunk * count), job.Target, count);
    }

    private struct UnaryJob
    {
        public UnaryOperation Operation;
        public float* X;
        public float* Y;
        public float* DY;
        public float* DX;
        public int Count;
        public int Chunk;
        public float P0;
        public float P1;

        public static void Forward(void* data, int chunk, float* scratch)
        {
            UnaryJob* job = (UnaryJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Count);
            UnaryKernel.Value(job->Operation, job->X + start, job->Y + start, length, job->P0, job->P1);
        }

        public static void Backward(void* data, int chunk, float* scratch)
        {
            UnaryJob* job = (UnaryJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Count);
            UnaryKernel.Gradient(
                job->Operation, job->X + start, job->Y + start, job->DY + start, job->DX + start, length, job->P0, job->P1);
        }

        public static void AddScaled(void* data, int chunk, float* scratch)
        {
            UnaryJob* job = (UnaryJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Count);
            SumKernel.AddScaled(job->X + start, job->P0, job->Y + start, length);
        }

        public static void Scale(void* data, int chunk, float* scratch)
        {
            UnaryJob* job = (UnaryJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Count);
            SumKernel.Scale(job->X + start, job->P0, length);
        }
    }

    private struct BinaryJob
    {
        public BinaryOperation Operation;
        public AxisPlan Plan;
        public float* A;
        public float* B;
        public float* Y;
        public float* Target;
        public float* Partials;
        public int TargetCount;
        public int Chunk;
        public bool AlongA;

        public static void Forward(void* data, int chunk, float* scratch)
        {
            BinaryJob* job = (BinaryJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Plan.Lengths[0]);
            RowWalker walker = new(job->Plan, start, length);
            for (; walker.HasRow; walker.Next(job->Plan))
                BinaryKernel.Value(
                    job->Operation, job->A + walker.A, walker.StrideA, job->B + walker.B, walker.StrideB, job->Y + walker.Full, walker.Length);
        }

        public static void Backward(void* data, int chunk, float* scratch)
        {
            BinaryJob* job = (BinaryJob*)data;
            Walk(job, chunk, job->Target);
        }

        public static void BackwardPartial(void* data, int chunk, float* scratch)
        {
            BinaryJob* job = (BinaryJob*)data;
            float* partial = job->Partials + ((long)chunk * job->TargetCount);
            new Span<float>(partial, job->TargetCount).Clear();
            Walk(job, chunk, partial);
        }

        private static void Walk(BinaryJob* job, int chunk, float* target)
        {
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Plan.Lengths[0]);
            RowWalker walker = new(job->Plan, start, length);
            for (; walker.HasRow; walker.Next(job->Plan))
            {
                float* place = target + (job->AlongA ? walker.A : walker.B);
                BinaryKernel.Gradient(
                    job->Operation, job->AlongA, job->A + walker.A, walker.StrideA, job->B + walker.B, walker.StrideB,
                    job->Y + walker.Full, place, walker.Length);
            }
        }
    }
}
