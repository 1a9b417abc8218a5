using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>Multi-head self-attention.</summary>
public sealed class Attention
{
    private readonly int _heads;
    private readonly int _headWidth;

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
        _headWidth = headWidth;
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
        var (batch, tokens) = (x.Shape[0], x.Shape[1]);
        var packed = tape.Reshape(Qkv.Forward(tape, x), new Shape(batch, tokens, 3, _heads, _headWidth));
        var separate = tape.Permute(packed, 2, 0, 3, 1, 4);
        var y = tape.Attention(tape.Select(separate, 0, 0), tape.Select(separate, 0, 1), tape.Select(separate, 0, 2), mask);
        var joined = tape.Reshape(tape.Permute(y, 0, 2, 1, 3), new Shape(batch, tokens, _heads * _headWidth));
        return Out.Forward(tape, joined);
    }
}
