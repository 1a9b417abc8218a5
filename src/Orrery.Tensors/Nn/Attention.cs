using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>Multi-head self-attention.</summary>
public sealed class Attention
{
    private readonly int _heads;
    private readonly int _inner;

    /// <summary>Registers <c>NAME.qkv</c>, whose rows are q, k and v, and <c>NAME.out</c>.</summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="width">D, the length of a token.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="headWidth">The length of a head's query.</param>
    /// <param name="random">The stream for starting values.</param>
    /// <param name="qkvBias">Whether q, k and v have a bias; the output always has one.</param>
    public Attention(ParameterBlock block, string name, int width, int heads, int headWidth, RandomStream random, bool qkvBias = true)
    {
        _heads = heads;
        _inner = heads * headWidth;
        Qkv = new Linear(block, $"{name}.qkv", width, 3 * heads * headWidth, random, qkvBias);
        Out = new Linear(block, $"{name}.out", heads * headWidth, width, random);
    }

    /// <summary>D to q, k and v of all heads.</summary>
    public Linear Qkv { get; }

    /// <summary>All heads to D.</summary>
    public Linear Out { get; }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[B, T, D].</param>
    /// <param name="mask">Which tokens a token may look at.</param>
    /// <returns>[B, T, D].</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor x, AttentionMask mask = default)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (x.Shape.Rank != 3) throw new ArgumentException($"Attention: x has shape {x.Shape} but 3 axes [B, T, D] are needed.", nameof(x));
        return Out.Forward(tape, tape.SelfAttention(Qkv.Forward(tape, x), _heads, mask));
    }

    /// <summary>Attention of the first tokens only, to all: what a network needs whose result is read from them.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[B, T, D].</param>
    /// <param name="count">C, how many.</param>
    /// <returns>[B, C, D].</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor ForwardFirst(Tape tape, Tensor x, int count)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (x.Shape.Rank != 3) throw new ArgumentException($"Attention.ForwardFirst: x has shape {x.Shape} but 3 axes [B, T, D] are needed.", nameof(x));
        Tensor weight = tape.Use(Qkv.Weight), bias = tape.UseOptional(Qkv.Bias);
        var query = tape.Linear(tape.Slice(x, 1, 0, count), tape.Slice(weight, 0, 0, _inner), bias.IsNull ? bias : tape.Slice(bias, 0, 0, _inner));
        var pair = tape.Linear(x, tape.Slice(weight, 0, _inner, 2 * _inner), bias.IsNull ? bias : tape.Slice(bias, 0, _inner, 2 * _inner));
        return Out.Forward(tape, tape.CrossAttention(query, pair, _heads));
    }

    /// <summary>
    /// Causal attention of tokens that come after those in <paramref name="memory"/>, without gradients. Their keys and values are
    /// remembered, if the memory has room for more tokens than these.
    /// </summary>
    /// <param name="tape">The tape, not recording.</param>
    /// <param name="x">[B, M, D].</param>
    /// <param name="memory">What was computed for the tokens before.</param>
    /// <param name="lastOnly">Whether only the last token's result is needed.</param>
    /// <returns>[B, M, D], or [B, 1, D].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="InvalidOperationException">The tape records, or the memory has no room.</exception>
    public Tensor Continue(Tape tape, Tensor x, AttentionMemory memory, bool lastOnly = false)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(memory);
        if (tape.Recording) throw new InvalidOperationException("Attention.Continue: the tape records, but this has no gradient; use Forward for training.");
        if (x.Shape.Rank != 3) throw new ArgumentException($"Attention.Continue: x has shape {x.Shape} but 3 axes [B, M, D] are needed.", nameof(x));
        int tokens = x.Shape[1], first = memory.Tokens;
        Tensor pair = memory.Append(tape, Part(tape, x, _inner, 2 * _inner));
        if (lastOnly && tokens > 1) x = tape.Slice(x, 1, tokens - 1, 1);
        Tensor query = Part(tape, x, 0, _inner), y = tape.Arena.Allocate(query.Shape);
        int queries = x.Shape[1], keys = first + tokens;
        tape.Backend.Attention(
            HeadView.TokensFirst(query, _heads), HeadView.TokensFirst(pair, _heads, 2).First(keys), HeadView.TokensFirst(pair, _heads, 2, 1).First(keys),
            new AttentionScores(1 / MathF.Sqrt(_inner / _heads), TokensPerBlock: 1, FirstPosition: keys - queries), HeadView.TokensFirst(y, _heads), default);
        return Out.Forward(tape, y);
    }

    // Some of the outputs of the packed layer.
    private Tensor Part(Tape tape, Tensor x, int first, int count)
    {
        int inputs = Qkv.Weight.Shape[1];
        Tensor weight = Qkv.Weight.Value.Part(first * inputs, new Shape(count, inputs));
        return tape.Linear(x, weight, Qkv.Bias is null ? default : Qkv.Bias.Value.Part(first, new Shape(count)));
    }
}
