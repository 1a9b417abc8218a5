namespace Orrery.Tensors.Kernels.MatMul;

/// <summary>
/// Spreads matrix products over the threads. Rows and columns may be split as the number of threads suggests, since that changes
/// no bit; a long sum over k is split as the shape alone suggests, since that does.
/// </summary>
internal sealed unsafe class ProductRunner(WorkerPool pool)
{
    // Floating-point operations below which handing over costs more than it saves.
    private const long WorthwhileFlops = 1_000_000;
    private const long SmallestTask = 400_000;

    // Rows or columns of a part below which the other side is cut as well: each part packs what it reads.
    private const int SmallestPart = 96;

    // A product of few elements and many steps is cut along k, each piece summing into a matrix of its own.
    private const int LongDepth = 2048;
    private const int PieceDepth = 1024;
    private const int MostPieces = 8;
    private const int FewElements = 1 << 16;

    public void Run(in Product product)
    {
        long flops = 2L * product.Rows * product.Columns * product.Depth;
        if (product.Depth >= LongDepth && product.Panel == 0 && (long)product.Rows * product.Columns <= FewElements
            && !DotProduct.Suits(product))
            RunPieces(product);
        else if (pool.Threads == 1 || flops < WorthwhileFlops)
            RunAlone(product);
        else
            RunSplit(product, flops);
    }

    public void RunBatch(in Product product, in MatMulPlan plan)
    {
        long flops = 2L * product.Rows * product.Columns * Math.Max(1, product.Depth);
        BatchJob job = new() { Product = product, Plan = plan, Chunk = (int)Math.Clamp(SmallestTask / Math.Max(1, flops), 1, plan.Batches) };
        pool.Run(
            &BatchJob.Run, &job, Partition.Chunks(plan.Batches, job.Chunk), BlockedProduct.ScratchFor(product.Depth, product.Columns));
    }

    private static void RunOne(in Product product, float* scratch)
    {
        if (DotProduct.Suits(product))
            DotProduct.Run(product);
        else
            BlockedProduct.Run(product, scratch);
    }

    private void RunAlone(in Product product)
    {
        Product copy = product;
        pool.Run(&Alone, &copy, 1, BlockedProduct.ScratchFor(product.Depth, product.Columns));

        static void Alone(void* data, int chunk, float* scratch) => RunOne(*(Product*)data, scratch);
    }

    // The longer side is cut first, so that what every part packs for itself is the smaller factor. Packing once for all was
    // slower: the threads wait for each other in between, and then fetch half of it from the other's cache.
    private void RunSplit(in Product product, long flops)
    {
        int parts = flops < 40 * SmallestTask ? pool.Threads : 2 * pool.Threads;
        parts = (int)Math.Min(parts, Math.Max(2, flops / SmallestTask));
        SplitJob job = new() { Product = product };
        int rowStep = BlockedProduct.TileRowsOf(product), columnStep = product.Panel > 0 ? product.Panel : BlockedProduct.PanelFor(product.Columns);
        if (product.Columns > product.Rows)
        {
            job.ColumnsPerPart = PerPart(product.Columns, parts, columnStep, out int columnParts);
            job.RowsPerPart = PerPart(product.Rows, (parts + columnParts - 1) / columnParts, rowStep, out _);
        }
        else
        {
            job.RowsPerPart = PerPart(product.Rows, parts, rowStep, out int rowParts);
            job.ColumnsPerPart = PerPart(product.Columns, (parts + rowParts - 1) / rowParts, columnStep, out _);
        }

        pool.Run(
            &SplitJob.Run, &job, job.RowParts * Partition.Chunks(product.Columns, job.ColumnsPerPart),
            BlockedProduct.ScratchFor(product.Depth, job.ColumnsPerPart));
    }

    private int PerPart(int length, int parts, int step, out int actual)
    {
        int most = Math.Max(Math.Min(parts, pool.Threads), length / SmallestPart);
        int perPart = Partition.Chunks(Partition.Chunks(length, Math.Min(parts, most)), step) * step;
        actual = Partition.Chunks(length, perPart);
        return perPart;
    }

    private void RunPieces(in Product product)
    {
        PiecesJob job = new() { Product = product, Elements = product.Rows * product.Columns };
        int pieces = Math.Min(MostPieces, product.Depth / PieceDepth);
        job.PieceDepth = Partition.Chunks(product.Depth, pieces);
        pieces = Partition.Chunks(product.Depth, job.PieceDepth);
        using Lock.Scope turn = pool.TakeTurn();
        job.Sums = pool.Shared.Take((long)pieces * job.Elements);
        pool.Run(&PiecesJob.Run, &job, pieces, BlockedProduct.ScratchFor(job.PieceDepth, product.Columns));
        for (int piece = 1; piece < pieces; piece++)
            SumKernel.Add(job.Sums + ((long)piece * job.Elements), job.Sums, job.Elements);
        for (int row = 0; row < product.Rows; row++)
        {
            float* c = product.C + ((long)row * product.CRow);
            float* sum = job.Sums + ((long)row * product.Columns);
            if (product.Bias != null)
                SumKernel.Add(product.Bias, sum, product.Columns);
            if (product.Accumulate)
                SumKernel.Add(sum, c, product.Columns);
            else
                new ReadOnlySpan<float>(sum, product.Columns).CopyTo(new Span<float>(c, product.Columns));
            UnaryKernel.Activate(product.Activation, c, product.Columns);
        }
    }

    private struct SplitJob
    {
        public Product Product;
        public int RowsPerPart;
        public int ColumnsPerPart;

        public readonly int RowParts => Partition.Chunks(Product.Rows, RowsPerPart);

        public static void Run(void* data, int chunk, float* scratch)
        {
            SplitJob* job = (SplitJob*)data;
            Product part = job->Product;
            (int row, int rows) = Partition.Range(chunk % job->RowParts, job->RowsPerPart, part.Rows);
            (int column, int columns) = Partition.Range(chunk / job->RowParts, job->ColumnsPerPart, part.Columns);
            part.A += (long)row * part.ARow;
            part.B += (long)column * (part.Panel > 0 ? part.Depth : part.BColumn);
            part.C += ((long)row * part.CRow) + column;
            part.Rows = rows;
            part.Columns = columns;
            if (part.Bias != null)
                part.Bias += column;

            // As the whole would be, whatever the part's own size suggests: the bits must not depend on the split.
            if (DotProduct.Suits(job->Product))
                DotProduct.Run(part);
            else
                BlockedProduct.Run(part, scratch);
        }
    }

    private struct PiecesJob
    {
        public Product Product;
        public float* Sums;
        public int Elements;
        public int PieceDepth;

        public static void Run(void* data, int chunk, float* scratch)
        {
            PiecesJob* job = (PiecesJob*)data;
            (int start, int length) = Partition.Range(chunk, job->PieceDepth, job->Product.Depth);
            Product part = job->Product;
            part.A += (long)start * part.AStep;
            part.B += (long)start * part.BStep;
            part.C = job->Sums + ((long)chunk * job->Elements);
            part.CRow = part.Columns;
            part.Depth = length;
            part.Accumulate = false;
            part.Bias = null;
            part.Activation = Activation.Identity;
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
                RunOne(part, scratch);
            }
        }
    }
}
