using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>A transformer block that normalises before each branch: x + attention(norm1(x)), then that plus mlp(norm2(.)).</summary>
public sealed class TransformerBlock
{
    private readonly LayerNorm _attentionNorm;
    private readonly Attention _attention;
    private readonly LayerNorm _mlpNorm;
    private readonly Mlp _mlp;

    /// <summary>Registers <c>NAME.norm1</c>, <c>NAME.attention</c>, <c>NAME.norm2</c> and <c>NAME.mlp</c>.</summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="width">D, the length of a token.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="headWidth">The length of a head's query.</param>
    /// <param name="hidden">The width of the hidden layer.</param>
    /// <param name="random">The stream for starting values.</param>
    /// <param name="epsilon">Added to the variance in the norms.</param>
    public TransformerBlock(
        ParameterBlock block, string name, int width, int heads, int headWidth, int hidden, RandomStream random, float epsilon = 1e-5f)
    {
        _attentionNorm = new LayerNorm(block, $"{name}.norm1", width, epsilon: epsilon);
        _attention = new Attention(block, $"{name}.attention", width, heads, headWidth, random);
        _mlpNorm = new LayerNorm(block, $"{name}.norm2", width, epsilon: epsilon);
        _mlp = new Mlp(block, $"{name}.mlp", [width, hidden, width], Activation.Gelu, random);
    }

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
        var piece = tape.BeginPiece();
        x = tape.EndPiece(piece, tape.Add(x, _attention.Forward(tape, _attentionNorm.Forward(tape, x), mask)));
        piece = tape.BeginPiece();
        return tape.EndPiece(piece, tape.Add(x, _mlp.Forward(tape, _mlpNorm.Forward(tape, x))));
    }

    /// <summary>Applies the layer for the first tokens only: they look at all, and nobody looks at the results of the others.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[B, T, D].</param>
    /// <param name="count">C, how many.</param>
    /// <returns>[B, C, D].</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor ForwardFirst(Tape tape, Tensor x, int count)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var piece = tape.BeginPiece();
        var y = tape.Add(tape.Slice(x, 1, 0, count), _attention.ForwardFirst(tape, _attentionNorm.Forward(tape, x), count));
        return tape.EndPiece(piece, tape.Add(y, _mlp.Forward(tape, _mlpNorm.Forward(tape, y))));
    }
}
