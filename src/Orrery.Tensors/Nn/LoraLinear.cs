using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>
/// A trained linear layer, kept as it is, with a change of low rank that is trained (<see cref="Tape.LoraLinear"/>). At first the
/// change is zero.
/// </summary>
public sealed class LoraLinear
{
    private readonly Linear _layer;
    private readonly float _alpha;

    /// <summary>Registers <c>NAME.lora_a</c> [rank, in], even in +-1 / sqrt(in), and <c>NAME.lora_b</c> [out, rank], zeros.</summary>
    /// <param name="block">Where the change lives; the trained layer's parameters usually live in another block.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="layer">The trained layer; no gradient reaches it.</param>
    /// <param name="rank">The rank of the change.</param>
    /// <param name="alpha">The strength of the change; it is divided by the rank.</param>
    /// <param name="random">The stream for starting values; the layer takes the sub-stream of its name.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rank is not positive.</exception>
    public LoraLinear(ParameterBlock block, string name, Linear layer, int rank, float alpha, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        (_layer, _alpha) = (layer, alpha);
        var inputs = layer.Weight.Shape[1];
        Down = block.Add($"{name}.lora_a", new Shape(rank, inputs));
        Initialization.KaimingUniform(Down, inputs, random.Child(Down.Name));
        Up = block.Add($"{name}.lora_b", new Shape(layer.Weight.Shape[0], rank));
    }

    /// <summary>A, [rank, in].</summary>
    public Parameter Down { get; }

    /// <summary>B, [out, rank].</summary>
    public Parameter Up { get; }

    /// <summary>Applies the layer with its change.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[..., in].</param>
    /// <returns>[..., out].</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var bias = _layer.Bias is { } parameter ? parameter.Value : default;
        return tape.LoraLinear(x, _layer.Weight.Value, bias, tape.Use(Down), tape.Use(Up), _alpha);
    }

    /// <summary>Adds the change to the trained layer's weight for good and makes the change zero.</summary>
    /// <param name="tape">A tape for the work.</param>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    public void Merge(Tape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        tape.Backend.Copy(tape.MergeLora(_layer.Weight.Value, Down.Value, Up.Value, _alpha), _layer.Weight.Value);
        tape.Backend.Fill(Up.Value, 0);
    }
}
