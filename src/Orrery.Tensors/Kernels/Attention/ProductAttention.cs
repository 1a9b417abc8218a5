using Orrery.Tensors.Kernels.MatMul;

namespace Orrery.Tensors.Kernels.Attention;

/// <summary>
/// Attention of one head with matrix products on one thread. Queries are taken in blocks whose scores fit the second-level cache; the
/// scores of a block exist in scratch memory only, and the gradient computes them again.
/// </summary>
internal static unsafe class ProductAttention
{
    private const int BlockScores = 98_304;

    /// <summary>The scratch memory for a task's gradient, which also suffices for its result, in floats.</summary>
    public static long ScratchFor(in AttentionTask task)
    {
        int rows = RowsPerBlock(task), widest = Math.Max(task.Keys, Math.Max(task.Width, task.ValueWidth));
        return (2L * rows * task.ScoreStride) + BlockedProduct.ScratchFor(Math.Max(widest, rows), widest);
    }

    /// <summary>y = weights value.</summary>
    public static void Forward(in AttentionTask task, in AttentionHead head, float* scratch)
    {
        int stride = task.ScoreStride, block = RowsPerBlock(task);
        float* room = scratch + ((long)block * stride);
        for (int first = 0; first < task.Queries; first += block)
        {
            int rows = Math.Min(block, task.Queries - first), keys = task.VisibleTo(first + rows - 1);
            Score(task, head, first, rows, keys, scratch, room);
            for (int row = 0; row < rows; row++)
                ScoreRow.Softmax(
                    scratch + ((long)row * stride), task.VisibleTo(first + row), stride, head.Statistics == null ? null : head.Statistics + (2 * (first + row)));
            Product product = Matrix(rows, task.ValueWidth, keys, head.Y + ((long)first * task.Y.Token), task.Y.Token);
            SetLeft(ref product, scratch, stride, 1);
            SetRight(ref product, head.Value, task.Value.Token, 1);
            BlockedProduct.Run(product, room);
        }
    }

    /// <summary>Accumulates into the gradients that are wanted.</summary>
    public static void Backward(in AttentionTask task, in AttentionHead head, float* scratch)
    {
        int stride = task.ScoreStride, block = RowsPerBlock(task);
        float* gradient = scratch + ((long)block * stride);
        float* room = gradient + ((long)block * stride);
        for (int first = 0; first < task.Queries; first += block)
        {
            int rows = Math.Min(block, task.Queries - first), keys = task.VisibleTo(first + rows - 1);
            Score(task, head, first, rows, keys, scratch, room);
            for (int row = 0; row < rows; row++)
            {
                float* statistics = head.Statistics + (2 * (first + row));
                ScoreRow.Weights(scratch + ((long)row * stride), task.VisibleTo(first + row), stride, statistics[0], statistics[1]);
            }

            float* dy = head.Y + ((long)first * task.Y.Token);
            if (head.DValue != null)
                AddTransposed(scratch, stride, dy, task.Y.Token, rows, keys, task.ValueWidth, head.DValue, task.DValue.Token, room);
            if (head.DQuery != null || head.DKey != null)
                ScoreGradients(task, head, first, rows, keys, scratch, gradient, room);
        }
    }

    private static int RowsPerBlock(in AttentionTask task) => Math.Clamp(BlockScores / task.ScoreStride, 16, Math.Max(16, task.Queries));

    private static Product Matrix(int rows, int columns, int depth, float* c, int row) =>
        new() { Rows = rows, Columns = columns, Depth = depth, C = c, CRow = row };

    private static void SetLeft(ref Product product, float* a, int row, int step)
    {
        product.A = a;
        product.ARow = row;
        product.AStep = step;
    }

    private static void SetRight(ref Product product, float* b, int step, int column)
    {
        product.B = b;
        product.BStep = step;
        product.BColumn = column;
    }

    private static void Score(in AttentionTask task, in AttentionHead head, int first, int rows, int keys, float* scores, float* room)
    {
        Product product = Matrix(rows, keys, task.Width, scores, task.ScoreStride);
        SetLeft(ref product, head.Query + ((long)first * task.Query.Token), task.Query.Token, 1);
        SetRight(ref product, head.Key, 1, task.Key.Token);
        BlockedProduct.Run(product, room);
        for (int row = 0; row < rows; row++)
            ScoreRow.Score(
                scores + ((long)row * task.ScoreStride), task.VisibleTo(first + row), task.ScoreStride, task.Scale,
                head.Mask == null ? null : head.Mask + ((long)(first + row) * task.MaskQuery), task.MaskKey);
    }

    // From the weights of some queries to the gradients of these queries and of all keys.
    private static void ScoreGradients(
        in AttentionTask task, in AttentionHead head, int first, int rows, int keys, float* weights, float* gradient, float* room)
    {
        int stride = task.ScoreStride;
        Product product = Matrix(rows, keys, task.ValueWidth, gradient, stride);
        SetLeft(ref product, head.Y + ((long)first * task.Y.Token), task.Y.Token, 1);
        SetRight(ref product, head.Value, 1, task.Value.Token);
        BlockedProduct.Run(product, room);
        for (int row = 0; row < rows; row++)
        {
            long start = (long)row * stride;
            ScoreRow.Gradient(weights + start, gradient + start, task.VisibleTo(first + row), stride, task.Scale);
        }

        if (head.DKey != null)
            AddTransposed(
                gradient, stride, head.Query + ((long)first * task.Query.Token), task.Query.Token, rows, keys, task.Width, head.DKey, task.DKey.Token, room);
        if (head.DQuery == null)
            return;
        product = Matrix(rows, task.Width, keys, head.DQuery + ((long)first * task.DQuery.Token), task.DQuery.Token);
        product.Accumulate = true;
        SetLeft(ref product, gradient, stride, 1);
        SetRight(ref product, head.Key, task.Key.Token, 1);
        BlockedProduct.Run(product, room);
    }

    // target [keys, width] += scores [rows, keys]^T x [rows, width].
    private static void AddTransposed(
        float* scores, int stride, float* x, int xRow, int rows, int keys, int width, float* target, int targetRow, float* room)
    {
        Product product = Matrix(keys, width, rows, target, targetRow);
        product.Accumulate = true;
        SetLeft(ref product, scores, 1, stride);
        SetRight(ref product, x, xRow, 1);
        BlockedProduct.Run(product, room);
    }
}
