namespace Orrery.Tensors;

/// <summary>
/// Where the tokens of each batch and head lie in a tensor, so that attention reads and writes heads where they are: as an axis of
/// their own, or side by side within a token as a linear layer leaves them. The numbers of one token of one head are contiguous.
/// </summary>
public readonly unsafe struct HeadView
{
    private HeadView(Tensor tensor, int batches, int heads, int tokens, int width, int offset, long batchStride, int headStride, int tokenStride)
    {
        Tensor = tensor;
        Batches = batches;
        Heads = heads;
        Tokens = tokens;
        Width = width;
        Offset = offset;
        BatchStride = batchStride;
        HeadStride = headStride;
        TokenStride = tokenStride;
    }

    /// <summary>The tensor that holds the numbers.</summary>
    public Tensor Tensor { get; }

    /// <summary>How many sequences there are.</summary>
    public int Batches { get; }

    /// <summary>How many heads.</summary>
    public int Heads { get; }

    /// <summary>How many tokens a sequence has.</summary>
    public int Tokens { get; }

    /// <summary>How many numbers a token has in a head.</summary>
    public int Width { get; }

    /// <summary>Whether there is no tensor here, used for "no gradient wanted".</summary>
    public bool IsNull => Tensor.IsNull;

    /// <summary>Where the first number lies.</summary>
    public int Offset { get; }

    /// <summary>Numbers from one sequence to the next.</summary>
    public long BatchStride { get; }

    /// <summary>Numbers from one head to the next.</summary>
    public int HeadStride { get; }

    /// <summary>Numbers from one token to the next.</summary>
    public int TokenStride { get; }

    /// <summary>Heads as an axis before the tokens.</summary>
    /// <param name="tensor">[B, H, T, d], H being heads here.</param>
    /// <returns>The view.</returns>
    /// <exception cref="ArgumentException">The tensor has another number of axes.</exception>
    public static HeadView HeadsFirst(Tensor tensor)
    {
        if (tensor.IsNull) return default;
        Shape shape = tensor.Shape;
        if (shape.Rank != 4)
            throw new ArgumentException($"HeadView: a tensor {shape} came; the axes [B, H, T, d] are needed.", nameof(tensor));
        int matrix = shape[2] * shape[3];
        return new HeadView(tensor, shape[0], shape[1], shape[2], shape[3], 0, (long)shape[1] * matrix, matrix, shape[3]);
    }

    /// <summary>Heads side by side within a token, and perhaps several parts such as query, key and value one after the other.</summary>
    /// <param name="tensor">[B, T, parts H d].</param>
    /// <param name="heads">H, the heads of a part.</param>
    /// <param name="parts">How many parts a token has.</param>
    /// <param name="part">Which of them this is, from 0.</param>
    /// <returns>The view.</returns>
    /// <exception cref="ArgumentException">The tensor's axes do not fit.</exception>
    public static HeadView TokensFirst(Tensor tensor, int heads, int parts = 1, int part = 0)
    {
        if (tensor.IsNull) return default;
        Shape shape = tensor.Shape;
        if (heads < 1 || parts < 1 || (uint)part >= (uint)parts || shape.Rank != 3 || shape[2] % (heads * parts) != 0)
            throw new ArgumentException(
                $"HeadView: part {part} of {parts} with {heads} heads of a tensor {shape} was asked for; it must be [B, T, {parts} x {heads} x d].", nameof(tensor));
        int width = shape[2] / (heads * parts);
        return new HeadView(tensor, shape[0], heads, shape[1], width, part * heads * width, (long)shape[1] * shape[2], width, shape[2]);
    }

    /// <summary>What it looks at, for messages.</summary>
    public override string ToString() => IsNull ? "no tensor" : $"[{Batches}, {Heads}, {Tokens}, {Width}] of {Tensor.Shape}";

    /// <summary>The first tokens of every sequence.</summary>
    /// <param name="tokens">How many.</param>
    /// <returns>The view.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public HeadView First(int tokens) => tokens >= 0 && tokens <= Tokens
        ? new HeadView(Tensor, Batches, Heads, tokens, Width, Offset, BatchStride, HeadStride, TokenStride)
        : throw new ArgumentOutOfRangeException(nameof(tokens), $"HeadView: {tokens} tokens were asked of {this}.");

    internal float* Start(string operation, string name) => Tensor.For(operation, name) + Offset;
}
