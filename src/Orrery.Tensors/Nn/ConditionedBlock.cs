using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>
/// A causal transformer block that a condition steers: it shifts and scales both norms and gates both branches, the gates starting
/// at 0 so that the block begins as the identity (adaLN-zero: Peebles and Xie, "Scalable diffusion models with transformers", 2023).
/// x + g1 attention(norm(modulated(x, 1))), then that plus g2 mlp(norm(modulated(., 2))), where modulated(x, i) is
/// norm(x) (1 + scale_i) + shift_i without affine parameters, and attention and mlp begin with affine norms of their own.
/// </summary>
public sealed class ConditionedBlock
{
    /// <summary>Shift, scale and gate of two branches.</summary>
    public const int Parts = 6;

    private const float ModulatedEpsilon = 1e-6f;

    private readonly int _width;
    private readonly int _inner;
    private readonly Linear _modulation;
    private readonly LayerNorm _attentionNorm;
    private readonly Attention _attention;
    private readonly LayerNorm _mlpNorm;
    private readonly Mlp _mlp;

    /// <summary>
    /// Registers <c>NAME.modulation</c>, <c>NAME.attention.norm</c>, <c>NAME.attention</c>, <c>NAME.mlp.norm</c> and <c>NAME.mlp</c>.
    /// </summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="width">D, the length of a token and of its condition.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="headWidth">The length of a head's query.</param>
    /// <param name="hidden">The width of the hidden layer.</param>
    /// <param name="random">The stream for starting values.</param>
    public ConditionedBlock(ParameterBlock block, string name, int width, int heads, int headWidth, int hidden, RandomStream random)
    {
        _width = width;
        _inner = heads * headWidth;
        _modulation = new Linear(block, $"{name}.modulation", width, Parts * width, random);
        Initialization.Zeros(_modulation.Weight);
        Initialization.Zeros(_modulation.Bias!);
        _attentionNorm = new LayerNorm(block, $"{name}.attention.norm", width);
        _attention = new Attention(block, $"{name}.attention", width, heads, headWidth, random, qkvBias: false);
        _mlpNorm = new LayerNorm(block, $"{name}.mlp.norm", width);
        _mlp = new Mlp(block, $"{name}.mlp", [width, hidden, width], Activation.Gelu, random);
    }

    /// <summary>What a condition makes of the block: shift, scale and gate of both branches.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="condition">[..., D].</param>
    /// <returns>[..., 6 D].</returns>
    public Tensor Modulation(Tape tape, Tensor condition)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return _modulation.Forward(tape, tape.Silu(condition));
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[B, T, D].</param>
    /// <param name="modulation">From <see cref="Modulation"/>: [B, T, 6 D], or [B, 1, 6 D] for a condition per sequence.</param>
    /// <returns>[B, T, D].</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor x, Tensor modulation)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var piece = tape.BeginPiece();
        var branch = _attention.Forward(tape, _attentionNorm.Forward(tape, Modulated(tape, x, modulation, 0)), AttentionMask.Causal);
        x = tape.EndPiece(piece, Gated(tape, x, modulation, 2, branch));
        return Feed(tape, x, modulation);
    }

    /// <summary>Applies the layer to tokens that come after those in a memory, without gradients.</summary>
    /// <param name="tape">The tape, not recording.</param>
    /// <param name="x">[B, M, D].</param>
    /// <param name="modulation">[B, M, 6 D].</param>
    /// <param name="memory">Keys and values of the tokens before, from <see cref="CreateMemory"/>.</param>
    /// <param name="lastOnly">Whether only the last token's result is needed.</param>
    /// <returns>[B, M, D], or [B, 1, D].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="InvalidOperationException">The tape records, or the memory has no room.</exception>
    public Tensor Continue(Tape tape, Tensor x, Tensor modulation, AttentionMemory memory, bool lastOnly = false)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var piece = tape.BeginPiece();
        var branch = _attention.Continue(tape, _attentionNorm.Forward(tape, Modulated(tape, x, modulation, 0)), memory, lastOnly);
        if (lastOnly && x.Shape[1] > 1)
        {
            x = tape.Slice(x, 1, x.Shape[1] - 1, 1);
            modulation = tape.Slice(modulation, 1, modulation.Shape[1] - 1, 1);
            return tape.EndPiece(piece, Feed(tape, Gated(tape, x, modulation, 2, branch), modulation));
        }

        return Feed(tape, tape.EndPiece(piece, Gated(tape, x, modulation, 2, branch)), modulation);
    }

    /// <summary>A memory for <see cref="Continue"/>, without a place yet.</summary>
    /// <param name="room">The most tokens that it holds.</param>
    public AttentionMemory CreateMemory(int room) => new(room, _inner);

    private Tensor Feed(Tape tape, Tensor x, Tensor modulation)
    {
        var piece = tape.BeginPiece();
        var branch = _mlp.Forward(tape, _mlpNorm.Forward(tape, Modulated(tape, x, modulation, 3)));
        return tape.EndPiece(piece, Gated(tape, x, modulation, 5, branch));
    }

    private Tensor Modulated(Tape tape, Tensor x, Tensor modulation, int part) => tape.Add(
        tape.Multiply(tape.LayerNorm(x, epsilon: ModulatedEpsilon), tape.AddScalar(Part(tape, modulation, part + 1), 1)), Part(tape, modulation, part));

    private Tensor Gated(Tape tape, Tensor x, Tensor modulation, int part, Tensor branch) =>
        tape.Add(x, tape.Multiply(Part(tape, modulation, part), branch));

    private Tensor Part(Tape tape, Tensor modulation, int part) => tape.Slice(modulation, -1, part * _width, _width);
}
