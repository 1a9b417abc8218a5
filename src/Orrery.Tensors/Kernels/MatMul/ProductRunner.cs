namespace Orrery.Tensors.Kernels.MatMul;

/// <summary>Spreads matrix products over the threads.</summary>
internal sealed unsafe class ProductRunner(WorkerPool pool)
{
    // Twice the products of numbers below which handing over costs more than it saves.
    private const long WorthwhileFlops = 1_000_000;

    public void Run(in Product product)
    {
        RowsJob job = new() { Product = product, Chunk = product.Rows };
        long flops = 2L * product.Rows * product.Columns * product.Depth;
        if (pool.Threads > 1 && flops >= WorthwhileFlops)
        {
            int pieces = Math.Min(4 * pool.Threads, (int)Math.Min(flops / (WorthwhileFlops / 2), int.MaxValue));
            job.Chunk = Math.Max(1, ((product.Rows / pieces) + 23) / 24 * 24);
        }

        pool.Run(&RowsJob.Run, &job, Partition.Chunks(product.Rows, job.Chunk), BlockedProduct.ScratchFor(product.Depth, product.Columns));
    }

    public void RunBatch(in Product product, in MatMulPlan plan)
    {
        long flops = 2L * product.Rows * product.Columns * Math.Max(1, product.Depth);
        BatchJob job = new() { Product = product, Plan = plan, Chunk = (int)Math.Clamp(WorthwhileFlops / 2 / flops, 1, plan.Batches) };
        pool.Run(
            &BatchJob.Run, &job, Partition.Chunks(plan.Batches, job.Chunk), BlockedProduct.ScratchFor(product.Depth, product.Columns));
    }

    private struct RowsJob
    {
        public Product Product;
        public int Chunk;

        public static void Run(void* data, int chunk, float* scratch)
        {
            RowsJob* job = (RowsJob*)data;
            Product part = job->Product;
            (int start, int length) = Partition.Range(chunk, job->Chunk, part.Rows);
            part.A += (long)start * part.ARow;
            part.C += (long)start * part.CRow;
            if (part.RowBias != null)
                part.RowBias += start;
            part.Rows = length;
            BlockedProduct.Run(part, scratch);
        }
    }

    private struct BatchJob
    {
        public Product Product;
        public MatMulPlan Plan;
        public int Chunk;

        public static void Run(void* data, int chunk, float* scratch)
        {
            BatchJob* job = (BatchJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Plan.Batches);
            for (int batch = start; batch < start + length; batch++)
            {
                job->Plan.Offsets(batch, out long a, out long b, out long y);
                Product part = job->Product;
                part.A += a;
                part.B += b;
                part.C += y;
                BlockedProduct.Run(part, scratch);
            }
        }
    }
}
