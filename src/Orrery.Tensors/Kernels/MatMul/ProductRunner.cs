namespace Orrery.Tensors.Kernels.MatMul;

/// <summary>
/// Spreads matrix products over the threads. Rows and columns may be split as the number of threads suggests, since that changes
/// no bit; a long sum over k is split as the shape alone suggests, since that does.
/// </summary>
internal sealed unsafe class ProductRunner(WorkerPool pool, NativeScratch shared)
{
    // Floating-point operations below which handing over costs more than it saves.
    private const long WorthwhileFlops = 1_000_000;
    private const long SmallestTask = 400_000;

    // A product of few elements and many steps is cut along k, each piece summing into a matrix of its own.
    private const int LongDepth = 2048;
    private const int PieceDepth = 1024;
    private const int MostPieces = 8;
    private const int FewElements = 1 << 16;

    // The most of b that is packed at once, in floats.
    private const long MostPacked = 1L << 24;

    public void Run(in Product product)
    {
        long flops = 2L * product.Rows * product.Columns * product.Depth;
        if (product.Depth >= LongDepth && (long)product.Rows * product.Columns <= FewElements && !DotProduct.Suits(product))
            RunPieces(product);
        else if (pool.Threads == 1 || flops < WorthwhileFlops)
            RunAlone(product);
        else if (DotProduct.Suits(product) || BlockedProduct.IsDirect(product))
            RunColumns(product, flops);
        else
            RunPacked(product, flops);
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
            DotProduct.Run(product, 0, product.Columns);
        else
            BlockedProduct.Run(product, scratch);
    }

    private void RunAlone(in Product product)
    {
        Product copy = product;
        pool.Run(&Alone, &copy, 1, BlockedProduct.ScratchFor(product.Depth, product.Columns));

        static void Alone(void* data, int chunk, float* scratch) => RunOne(*(Product*)data, scratch);
    }

    private int TasksFor(long flops) => (int)Math.Min(4L * pool.Threads, Math.Max(1, flops / SmallestTask));

    // Few rows: columns are shared out, in multiples of the widest tile.
    private void RunColumns(in Product product, long flops)
    {
        ColumnsJob job = new() { Product = product };
        job.Chunk = Math.Max(32, ((product.Columns / TasksFor(flops)) + 31) / 32 * 32);
        pool.Run(
            &ColumnsJob.Run, &job, Partition.Chunks(product.Columns, job.Chunk), BlockedProduct.ScratchFor(product.Depth, job.Chunk));
    }

    // b is packed once, by all threads, and then shared by tasks that are blocks of rows and columns.
    private void RunPacked(in Product product, long flops)
    {
        int panel = BlockedProduct.PanelOf(product);
        int columnsAtOnce = (int)Math.Clamp(MostPacked / product.Depth / panel * panel, panel, int.MaxValue / 2);
        for (int column = 0; column < product.Columns; column += columnsAtOnce)
        {
            Product part = product;
            part.Columns = Math.Min(columnsAtOnce, product.Columns - column);
            part.B += (long)column * product.BColumn;
            part.C += column;
            if (part.Bias != null)
                part.Bias += column;
            RunPackedPart(part, panel, flops);
        }
    }

    private void RunPackedPart(in Product product, int panel, long flops)
    {
        int panels = Partition.Chunks(product.Columns, panel), tasks = TasksFor(flops);
        PackedJob job = new() { Product = product, Panel = panel, Packed = shared.Take((long)panels * panel * product.Depth) };
        job.PanelsPerPack = Partition.RowsPerChunk(panels, (long)panel * product.Depth, 16384);
        pool.Run(&PackedJob.Pack, &job, Partition.Chunks(panels, job.PanelsPerPack));
        job.RowsPerTask = Math.Min(96, ((product.Rows / tasks) + 23) / 24 * 24);
        job.RowsPerTask = Math.Max(24, job.RowsPerTask);
        int rowTasks = Partition.Chunks(product.Rows, job.RowsPerTask);
        int columnTasks = Math.Clamp((tasks + rowTasks - 1) / rowTasks, 1, panels);
        job.PanelsPerTask = Partition.Chunks(panels, columnTasks);
        job.RowTasks = rowTasks;
        pool.Run(
            &PackedJob.Multiply, &job, rowTasks * Partition.Chunks(panels, job.PanelsPerTask), BlockedProduct.ScratchForPacked(product.Depth));
    }

    private void RunPieces(in Product product)
    {
        PiecesJob job = new() { Product = product, Elements = product.Rows * product.Columns };
        int pieces = Math.Min(MostPieces, product.Depth / PieceDepth);
        job.PieceDepth = Partition.Chunks(product.Depth, pieces);
        pieces = Partition.Chunks(product.Depth, job.PieceDepth);
        job.Sums = shared.Take((long)pieces * job.Elements);
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

    private struct ColumnsJob
    {
        public Product Product;
        public int Chunk;

        public static void Run(void* data, int chunk, float* scratch)
        {
            ColumnsJob* job = (ColumnsJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Product.Columns);
            if (DotProduct.Suits(job->Product))
            {
                DotProduct.Run(job->Product, start, length);
                return;
            }

            Product part = job->Product;
            part.B += (long)start * part.BColumn;
            part.C += start;
            part.Columns = length;
            if (part.Bias != null)
                part.Bias += start;
            BlockedProduct.Run(part, scratch);
        }
    }

    private struct PackedJob
    {
        public Product Product;
        public float* Packed;
        public int Panel;
        public int PanelsPerPack;
        public int PanelsPerTask;
        public int RowsPerTask;
        public int RowTasks;

        public static void Pack(void* data, int chunk, float* scratch)
        {
            PackedJob* job = (PackedJob*)data;
            int start = chunk * job->PanelsPerPack * job->Panel;
            int columns = Math.Min(job->PanelsPerPack * job->Panel, job->Product.Columns - start);
            int depthBlock = BlockedProduct.DepthBlock(job->Product.Depth, job->Panel);
            long padded = (job->Product.Columns + job->Panel - 1) / job->Panel * job->Panel;
            for (int k = 0; k < job->Product.Depth; k += depthBlock)
            {
                int depth = Math.Min(depthBlock, job->Product.Depth - k);
                Packing.Columns(job->Product, k, depth, start, columns, job->Panel, job->Packed + (padded * k) + ((long)start * depth));
            }
        }

        public static void Multiply(void* data, int chunk, float* scratch)
        {
            PackedJob* job = (PackedJob*)data;
            (int row, int rows) = Partition.Range(chunk % job->RowTasks, job->RowsPerTask, job->Product.Rows);
            (int column, int columns) = Partition.Range(chunk / job->RowTasks, job->PanelsPerTask * job->Panel, job->Product.Columns);
            BlockedProduct.RunPacked(job->Product, job->Packed, row, rows, column, columns, scratch);
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
