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
        AttentionTask task = CreateAttention("Attention", query, key, value, scores, "y", y, rowStatistics);
        Check.Apart("Attention", "y", y.Tensor, query.Tensor, key.Tensor, value.Tensor, scores.Mask);
        Check.Apart("Attention", "y", y.Tensor, rowStatistics);
        Check.Apart("Attention", "rowStatistics", rowStatistics, query.Tensor, key.Tensor, value.Tensor, scores.Mask);
        if (task.Keys == 0)
            Check.That(y.Tensor.Count == 0, $"Attention: key {key} has no token, but y {y} is to be computed.");
        _pool.Run(&RunAttention, &task, Partition.Chunks(task.Batches * task.Heads, task.Chunk), ScratchFor(task));
    }

    /// <inheritdoc/>
    public override void AttentionGradient(
        HeadView query, HeadView key, HeadView value, AttentionScores scores, Tensor rowStatistics, HeadView dy, HeadView dQuery, HeadView dKey,
        HeadView dValue)
    {
        AttentionTask task = CreateAttention("AttentionGradient", query, key, value, scores, "dy", dy, rowStatistics);
        task.Statistics = rowStatistics.For("AttentionGradient", "rowStatistics");
        CheckGradient("dQuery", dQuery, query);
        CheckGradient("dKey", dKey, key);
        CheckGradient("dValue", dValue, value);
        foreach ((string name, Tensor gradient) in (ReadOnlySpan<(string, Tensor)>)[("dQuery", dQuery.Tensor), ("dKey", dKey.Tensor), ("dValue", dValue.Tensor)])
        {
            // The three may interleave in one tensor, as the query, key and value do that they belong to.
            Check.Apart("AttentionGradient", name, gradient, query.Tensor, key.Tensor, value.Tensor, scores.Mask);
            Check.Apart("AttentionGradient", name, gradient, dy.Tensor, rowStatistics);
        }

        task.DQuery = HeadPointer.Of("AttentionGradient", "dQuery", dQuery);
        task.DKey = HeadPointer.Of("AttentionGradient", "dKey", dKey);
        task.DValue = HeadPointer.Of("AttentionGradient", "dValue", dValue);
        _pool.Run(&RunAttentionGradient, &task, Partition.Chunks(task.Batches * task.Heads, task.Chunk), ScratchFor(task));
    }

    private static AttentionTask CreateAttention(
        string operation, in HeadView query, in HeadView key, in HeadView value, in AttentionScores scores, string nameOfY, in HeadView y,
        in Tensor statistics)
    {
        AttentionTask task = new()
        {
            Query = HeadPointer.Needed(operation, "query", query),
            Key = HeadPointer.Needed(operation, "key", key),
            Value = HeadPointer.Needed(operation, "value", value),
            Y = HeadPointer.Needed(operation, nameOfY, y),
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
        CheckAttention(operation, query, key, value, scores, nameOfY, y);
        Check.Holds(operation, "rowStatistics", statistics, 2 * task.Batches * task.Heads * task.Queries, "two per head and query");
        AddMask(operation, ref task, scores.Mask);
        long cost = (long)task.Queries * task.Keys * (task.Width + task.ValueWidth + 32L);
        task.Chunk = Partition.RowsPerChunk(task.Batches * task.Heads, cost, AttentionChunk);
        return task;
    }

    private static void CheckAttention(
        string operation, in HeadView query, in HeadView key, in HeadView value, in AttentionScores scores, string nameOfY, in HeadView y)
    {
        Check.That(
            query.Batches == key.Batches && query.Heads == key.Heads && query.Width == key.Width,
            $"{operation}: query {query} and key {key} must have the same batches, heads and width.");
        Check.That(
            key.Batches == value.Batches && key.Heads == value.Heads && key.Tokens == value.Tokens,
            $"{operation}: key {key} and value {value} must have the same batches, heads and tokens.");
        Check.That(
            y.Batches == query.Batches && y.Heads == query.Heads && y.Tokens == query.Tokens && y.Width == value.Width,
            $"{operation}: {nameOfY} {y} must have the batches, heads and tokens of query {query} and the width of value {value}.");
        Check.That(
            scores.TokensPerBlock >= 0 && scores.FirstPosition >= 0,
            $"{operation}: {scores.TokensPerBlock} tokens per block from position {scores.FirstPosition} on; both must be 0 or more.");
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
            if (byRows || !task->HidesSafely(head, gradient: false))
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
            if (byRows || !task->HidesSafely(head, gradient: true))
                RowAttention.Backward(*task, head, scratch);
            else
                ProductAttention.Backward(*task, head, scratch);
        }
    }
}
