using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>Multi-head self-attention.</summary>
public sealed class Attention
{
    private readonly int _heads;

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
}
