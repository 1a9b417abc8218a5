namespace Orrery.Tensors.Autograd;

/// <summary>Which keys a query may look at.</summary>
public readonly struct AttentionMask
{
    private AttentionMask(int tokensPerBlock, Tensor scores)
    {
        TokensPerBlock = tokensPerBlock;
        Scores = scores;
    }

    /// <summary>Every query looks at every key.</summary>
    public static AttentionMask None => default;

    /// <summary>A query looks at the keys up to its own position.</summary>
    public static AttentionMask Causal => new(1, default);

    /// <summary>Tokens per block of a block-causal mask; 0 when position does not matter.</summary>
    internal int TokensPerBlock { get; }

    /// <summary>What is added to the scores; null when nothing is.</summary>
    internal Tensor Scores { get; }

    /// <summary>A query looks at the keys of its own block of tokens and of those before it, such as the frames of a film.</summary>
    /// <param name="tokensPerBlock">How many tokens make a block.</param>
    /// <returns>The mask.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public static AttentionMask BlockCausal(int tokensPerBlock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tokensPerBlock);
        return new AttentionMask(tokensPerBlock, default);
    }

    /// <summary>Numbers are added to the scores; -inf forbids. Every query needs at least one key that is not forbidden.</summary>
    /// <param name="scores">[Tq, Tk], or any shape that broadcasts to [B, H, Tq, Tk].</param>
    /// <returns>The mask.</returns>
    public static AttentionMask Additive(Tensor scores) => new(0, scores);
}
