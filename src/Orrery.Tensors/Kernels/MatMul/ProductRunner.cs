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

    // A long sum is cut along k, each piece summing into a matrix of its own: where both factors lie along the result's axes, as for
    // the gradient of a weight over many tokens, because the pieces then share nothing; otherwise where the result is too small to cut.
    private const int LongDepth = 2048;
    private const int PieceDepth = 1024;
    private const int MostPieces = 8;
    private const int FewElements = 1 << 16;
    private const int MostSums = 1 << 22;

    // Sizes in floats between which a right factor is packed for all parts at once: a small one is packed by every part in less time
    // than they would wait for each other.
    private const int LeastShared = 1 << 18;
    private const int MostShared = 1 << 22;

    public void Run(in Product product)
    {
        long flops = 2L * product.Rows * product.Columns * product.Depth;
        int pieces = PiecesOf(product);
        if (pieces > 1)
            RunPieces(product, pieces);
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

    // The longer side is cut first. Parts of the same columns share the right factor, which is packed for all of them at once.
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

        using Lock.Scope turn = pool.TakeTurn();
        if (job.RowParts > 1 && product.Panel == 0 && !DotProduct.Suits(product))
            PackForAll(ref job.Product);
        pool.Run(
            &SplitJob.Run, &job, job.RowParts * Partition.Chunks(product.Columns, job.ColumnsPerPart),
            BlockedProduct.ScratchFor(product.Depth, job.ColumnsPerPart));
    }

    // Parts of different rows read the same right factor.
    private void PackForAll(ref Product product)
    {
        int panel = BlockedProduct.PanelFor(product.Columns), panels = Partition.Chunks(product.Columns, panel);
        long floats = (long)panels * panel * product.Depth;
        if (floats is < LeastShared or > MostShared)
            return;
        PackJob job = new()
        {
            Product = product,
            Panel = panel,
            PanelsPerChunk = (int)Math.Clamp((1 << 16) / ((long)panel * product.Depth), 1, panels),
            Target = pool.Shared.Take(floats),
        };
        pool.Run(&PackJob.Run, &job, Partition.Chunks(panels, job.PanelsPerChunk));
        product.B = job.Target;
        product.Panel = panel;
    }

    private int PerPart(int length, int parts, int step, out int actual)
    {
        int most = Math.Max(Math.Min(parts, pool.Threads), length / SmallestPart);
        int perPart = Partition.Chunks(Partition.Chunks(length, Math.Min(parts, most)), step) * step;
        actual = Partition.Chunks(length, perPart);
        return perPart;
    }

    // By the shape alone: how many there are changes the bits.
    private static int PiecesOf(in Product product)
    {
        long elements = (long)product.Rows * product.Columns;
        bool suits = product.AStep != 1 ? elements <= MostSums : elements <= FewElements;
        if (product.Depth < LongDepth || product.Panel > 0 || !suits || DotProduct.Suits(product))
            return 1;
        int pieces = (int)Math.Min(Math.Min(MostPieces, product.Depth / PieceDepth), 1 + (MostSums / elements));
        return Partition.Chunks(product.Depth, Partition.Chunks(product.Depth, pieces));
    }

    // The first piece goes to the result, the others are added to it in order.
    private void RunPieces(in Product product, int pieces)
    {
        PiecesJob job = new()
        {
            Product = product,
            Elements = product.Rows * product.Columns,
            Pieces = pieces,
            PieceDepth = Partition.Chunks(product.Depth, pieces),
        };
        using Lock.Scope turn = pool.TakeTurn();
        job.Sums = pool.Shared.Take((long)(pieces - 1) * job.Elements);
        int parts = Math.Clamp(Partition.Chunks(pool.Threads, pieces), 1, Partition.Chunks(product.Columns, SmallestPart));
        job.ColumnsPerPart = Partition.Chunks(Partition.Chunks(product.Columns, parts), SmallestPart) * SmallestPart;
        parts = Partition.Chunks(product.Columns, job.ColumnsPerPart);
        pool.Run(&PiecesJob.Run, &job, pieces * parts, BlockedProduct.ScratchFor(job.PieceDepth, job.ColumnsPerPart));
        job.RowsPerSum = Math.Max(1, (1 << 15) / product.Columns);
        pool.Run(&PiecesJob.Add, &job, Partition.Chunks(product.Rows, job.RowsPerSum));
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

    private struct PackJob
    {
        public Product Product;
        public float* Target;
        public int Panel;
        public int PanelsPerChunk;

        public static void Run(void* data, int chunk, float* scratch)
        {
            PackJob* job = (PackJob*)data;
            int depth = job->Product.Depth;
            (int column, int columns) = Partition.Range(chunk, job->PanelsPerChunk * job->Panel, job->Product.Columns);
            Packing.Columns(job->Product, 0, depth, column, columns, job->Panel, job->Target + ((long)column * depth));
        }
    }

    private struct PiecesJob
    {
        public Product Product;
        public float* Sums;
        public int Elements;
        public int Pieces;
        public int PieceDepth;
        public int ColumnsPerPart;
        public int RowsPerSum;

        public static void Run(void* data, int chunk, float* scratch)
        {
            PiecesJob* job = (PiecesJob*)data;
            int piece = chunk % job->Pieces;
            (int start, int length) = Partition.Range(piece, job->PieceDepth, job->Product.Depth);
            (int column, int columns) = Partition.Range(chunk / job->Pieces, job->ColumnsPerPart, job->Product.Columns);
            Product part = job->Product;
            part.A += (long)start * part.AStep;
            part.B += ((long)start * part.BStep) + ((long)column * part.BColumn);
            part.Bias = piece > 0 || part.Bias == null ? null : part.Bias + column;
            part.Activation = Activation.Identity;
            if (piece > 0)
            {
                part.C = job->Sums + ((long)(piece - 1) * job->Elements);
                part.CRow = part.Columns;
                part.Accumulate = false;
            }

            part.C += column;
            part.Columns = columns;
            part.Depth = length;
            BlockedProduct.Run(part, scratch);
        }

        public static void Add(void* data, int chunk, float* scratch)
        {
            PiecesJob* job = (PiecesJob*)data;
            int columns = job->Product.Columns;
            (int row, int rows) = Partition.Range(chunk, job->RowsPerSum, job->Product.Rows);
            for (; rows > 0; row++, rows--)
            {
                float* c = job->Product.C + ((long)row * job->Product.CRow);
                for (int piece = 1; piece < job->Pieces; piece++)
                    SumKernel.Add(job->Sums + ((long)(piece - 1) * job->Elements) + ((long)row * columns), c, columns);
                UnaryKernel.Activate(job->Product.Activation, c, columns);
            }
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
