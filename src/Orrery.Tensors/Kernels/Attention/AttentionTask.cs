namespace Orrery.Tensors.Kernels.Attention;

/// <summary>Where the heads of an operand lie.</summary>
internal unsafe struct HeadPointer
{
    public float* Start;
    public long Batch;
    public int Head;
    public int Token;

    public static HeadPointer Of(string operation, string name, in HeadView view) => view.IsNull
        ? default
        : Needed(operation, name, view);

    /// <summary>As <see cref="Of"/>, but a view of no tensor is refused.</summary>
    public static HeadPointer Needed(string operation, string name, in HeadView view) =>
        new() { Start = view.Start(operation, name), Batch = view.BatchStride, Head = view.HeadStride, Token = view.TokenStride };

    public readonly float* At(int batch, int head) => Start == null ? null : Start + (batch * Batch) + ((long)head * Head);
}

/// <summary>Attention over all sequences and heads, with what its gradient needs besides.</summary>
internal unsafe struct AttentionTask
{
    public HeadPointer Query;
    public HeadPointer Key;
    public HeadPointer Value;

    /// <summary>The result forwards, its gradient backwards.</summary>
    public HeadPointer Y;

    public HeadPointer DQuery;
    public HeadPointer DKey;
    public HeadPointer DValue;
    public int Batches;
    public int Heads;
    public int Queries;
    public int Keys;
    public int Width;
    public int ValueWidth;
    public float Scale;
    public int TokensPerBlock;
    public int FirstPosition;

    /// <summary>Element (batch, head, query, key) is at Mask[...]; may be null. A stride is 0 where the mask is repeated.</summary>
    public float* Mask;
    public int MaskBatch;
    public int MaskHead;
    public int MaskQuery;
    public int MaskKey;

    /// <summary>[B, H, Tq, 2]: each row's largest score and the reciprocal of its sum of exponentials; may be null forwards.</summary>
    public float* Statistics;

    /// <summary>Heads that one hand-over to a thread covers.</summary>
    public int Chunk;

    /// <summary>Floats from one row of scores to the next: whole registers of any width, so that rows have no rests.</summary>
    public readonly int ScoreStride => (Keys + 15) & ~15;

    /// <summary>The task of one sequence and head.</summary>
    public readonly AttentionHead HeadAt(int index)
    {
        int batch = index / Heads, head = index % Heads;
        return new AttentionHead
        {
            Query = Query.At(batch, head),
            Key = Key.At(batch, head),
            Value = Value.At(batch, head),
            Y = Y.At(batch, head),
            DQuery = DQuery.At(batch, head),
            DKey = DKey.At(batch, head),
            DValue = DValue.At(batch, head),
            Mask = Mask == null ? null : Mask + ((long)batch * MaskBatch) + ((long)head * MaskHead),
            Statistics = Statistics == null ? null : Statistics + (2L * index * Queries),
        };
    }

    /// <summary>
    /// Whether what a query does not see leaves it alone when it is multiplied by a weight of 0: infinity and NaN would not. Reading
    /// the numbers once costs little beside the products.
    /// </summary>
    public readonly bool HidesSafely(in AttentionHead head, bool gradient) =>
        TokensPerBlock == 0
        || (IsFinite(head.Value, Keys, ValueWidth, Value.Token)
            && (!gradient
                || (IsFinite(head.Query, Queries, Width, Query.Token) && IsFinite(head.Key, Keys, Width, Key.Token)
                    && IsFinite(head.Y, Queries, ValueWidth, Y.Token))));

    /// <summary>How many keys a query sees.</summary>
    public readonly int VisibleTo(int query) =>
        TokensPerBlock == 0 ? Keys : (int)Math.Min(((((long)FirstPosition + query) / TokensPerBlock) + 1) * TokensPerBlock, Keys);

    private static bool IsFinite(float* rows, int count, int width, int stride)
    {
        if (stride == width)
            return ReduceKernel.IsFinite(rows, count * width);
        bool finite = true;
        for (int row = 0; finite && row < count; row++)
            finite = ReduceKernel.IsFinite(rows + ((long)row * stride), width);
        return finite;
    }
}

/// <summary>Attention of one head over one sequence.</summary>
internal unsafe struct AttentionHead
{
    public float* Query;
    public float* Key;
    public float* Value;
    public float* Y;
    public float* DQuery;
    public float* DKey;
    public float* DValue;
    public float* Mask;
    public float* Statistics;
}
