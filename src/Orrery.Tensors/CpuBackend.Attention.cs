using Orrery.Tensors.Kernels;
using Orrery.Tensors.Kernels.Attention;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    // Multiplications that are worth handing to a thread.
    private const long AttentionChunk = 200_000;

    /// <inheritdoc/>
    public override void Attention(HeadView query, HeadView key, HeadView value, AttentionScores scores, HeadView y, Tensor rowStatistics)
    {
        AttentionTask task = CreateAttention("Attention", query, key, value, scores, y, rowStatistics);
        if (task.Keys == 0)
            Check.That(y.Tensor.Count == 0, $"Attention: key {key} has no token, but y {y} is to be computed.");
        _pool.Run(&RunAttention, &task, Partition.Chunks(task.Batches * task.Heads, task.Chunk), ScratchFor(task));
    }

    /// <inheritdoc/>
    public override void AttentionGradient(
        HeadView query, HeadView key, HeadView value, AttentionScores scores, Tensor rowStatistics, HeadView dy, HeadView dQuery, HeadView dKey,
        HeadView dValue)
    {
        AttentionTask task = CreateAttention("AttentionGradient", query, key, value, scores, dy, rowStatistics);
        Check.That(!rowStatistics.IsNull, $"AttentionGradient: the row statistics of the forward pass are missing.");
        CheckGradient("dQuery", dQuery, query);
        CheckGradient("dKey", dKey, key);
        CheckGradient("dValue", dValue, value);
        task.DQuery = HeadPointer.Of("AttentionGradient", "dQuery", dQuery);
        task.DKey = HeadPointer.Of("AttentionGradient", "dKey", dKey);
        task.DValue = HeadPointer.Of("AttentionGradient", "dValue", dValue);
        _pool.Run(&RunAttentionGradient, &task, Partition.Chunks(task.Batches * task.Heads, task.Chunk), ScratchFor(task));
    }

    private static AttentionTask CreateAttention(
        string operation, in HeadView query, in HeadView key, in HeadView value, in AttentionScores scores, in HeadView y, in Tensor statistics)
    {
        Check.That(!query.IsNull && !key.IsNull && !value.IsNull && !y.IsNull, $"{operation}: query {query}, key {key}, value {value} and y {y} must all be there.");
        Check.That(
            query.Batches == key.Batches && query.Heads == key.Heads && query.Width == key.Width,
            $"{operation}: query {query} and key {key} must have the same batches, heads and width.");
        Check.That(
            key.Batches == value.Batches && key.Heads == value.Heads && key.Tokens == value.Tokens,
            $"{operation}: key {key} and value {value} must have the same batches, heads and tokens.");
        Check.That(
            y.Batches == query.Batches && y.Heads == query.Heads && y.Tokens == query.Tokens && y.Width == value.Width,
            $"{operation}: y {y} must have the batches, heads and tokens of query {query} and the width of value {value}.");
        Check.That(
            scores.TokensPerBlock >= 0 && scores.FirstPosition >= 0,
            $"{operation}: {scores.TokensPerBlock} tokens per block from position {scores.FirstPosition} on; both must be 0 or more.");
        int rows = query.Batches * query.Heads * query.Tokens;
        Check.Holds(operation, "rowStatistics", statistics, 2 * rows, "two per head and query");
        AttentionTask task = new()
        {
            Query = HeadPointer.Of(operation, "query", query),
            Key = HeadPointer.Of(operation, "key", key),
            Value = HeadPointer.Of(operation, "value", value),
            Y = HeadPointer.Of(operation, "y", y),
            Batches = query.Batches,
            Heads = query.Heads,
            Queries = query.Tokens,
            Keys = key.Tokens,
            Width = query.Width,
            ValueWidth = value.Width,
            Scale = scores.Scale,
            TokensPerBlock = scores.TokensPerBlock,
            FirstPosition = scores.FirstPosition,
            Statistics = statistics.ForOptional(operation, "rowStatistics"),
        };
        AddMask(operation, ref task, scores.Mask);
        long cost = (long)task.Queries * task.Keys * (task.Width + task.ValueWidth + 32L);
        task.Chunk = Partition.RowsPerChunk(task.Batches * task.Heads, cost, AttentionChunk);
        return task;
    }

    // The mask is aligned from the right; an axis that it lacks or has of length 1 is repeated.
    private static void AddMask(string operation, ref AttentionTask task, in Tensor mask)
    {
        if (mask.IsNull)
            return;
        ReadOnlySpan<int> lengths = [task.Batches, task.Heads, task.Queries, task.Keys];
        Span<int> strides = stackalloc int[4];
        strides.Clear();
        int stride = 1;
        bool fits = mask.Shape.Rank <= 4;
        for (int back = 1; fits && back <= mask.Shape.Rank; back++)
        {
            int length = mask.Shape[-back];
            fits = length == 1 || length == lengths[^back];
            strides[^back] = length == 1 ? 0 : stride;
            stride *= length;
        }

        Check.That(fits, $"{operation}: a mask {mask.Shape} does not broadcast to [{task.Batches}, {task.Heads}, {task.Queries}, {task.Keys}].");
        task.Mask = mask.For(operation, "mask");
        (task.MaskBatch, task.MaskHead, task.MaskQuery, task.MaskKey) = (strides[0], strides[1], strides[2], strides[3]);
    }

    private static void CheckGradient(string name, in HeadView gradient, in HeadView of) => Check.That(
        gradient.IsNull || (gradient.Batches == of.Batches && gradient.Heads == of.Heads && gradient.Tokens == of.Tokens && gradient.Width == of.Width),
        $"AttentionGradient: {name} {gradient} must have the batches, heads, tokens and width of {of}.");

    private static long ScratchFor(in AttentionTask task) =>
        RowAttention.Suits(task.Queries, task.Keys) ? 2L * task.ScoreStride : ProductAttention.ScratchFor(task);

    private static void RunAttention(void* data, int chunk, float* scratch)
    {
        AttentionTask* task = (AttentionTask*)data;
        (int start, int length) = Partition.Range(chunk, task->Chunk, task->Batches * task->Heads);
        bool byRows = RowAttention.Suits(task->Queries, task->Keys);
        for (int index = start; index < start + length; index++)
        {
            AttentionHead head = task->HeadAt(index);
            if (byRows)
                RowAttention.Forward(*task, head, scratch);
            else
                ProductAttention.Forward(*task, head, scratch);
        }
    }

    private static void RunAttentionGradient(void* data, int chunk, float* scratch)
    {
        AttentionTask* task = (AttentionTask*)data;
        (int start, int length) = Partition.Range(chunk, task->Chunk, task->Batches * task->Heads);
        bool byRows = RowAttention.Suits(task->Queries, task->Keys);
        for (int index = start; index < start + length; index++)
        {
            AttentionHead head = task->HeadAt(index);
            if (byRows)
                RowAttention.Backward(*task, head, scratch);
            else
                ProductAttention.Backward(*task, head, scratch);
        }
    }
}
