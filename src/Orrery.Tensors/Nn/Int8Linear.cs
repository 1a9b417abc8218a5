using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Nn;

/// <summary>
/// A trained linear layer with its weight in signed bytes, a quarter of the memory; for inference. It keeps what it was made
/// from, so later changes of the trained layer do not reach it.
/// </summary>
public sealed class Int8Linear
{
    private readonly Int8Weight _weight;
    private readonly Tensor _bias;

    /// <summary>Rounds the weight of a trained layer.</summary>
    /// <param name="layer">The trained layer.</param>
    /// <param name="arena">Where the rounded weight lives; it must not be reset while the layer is used.</param>
    /// <param name="tape">A tape for the work, on the same backend.</param>
    /// <param name="dynamic">
    /// Whether rows of activations are rounded to bytes as well and multiplied as whole numbers (<see cref="Tape.Int8LinearDynamic"/>).
    /// </param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public Int8Linear(Linear layer, TensorArena arena, Tape tape, bool dynamic = false)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(arena);
        ArgumentNullException.ThrowIfNull(tape);
        _weight = tape.QuantizeWeight(layer.Weight.Value, arena);
        if (layer.Bias is { } bias)
        {
            _bias = arena.Allocate(bias.Shape);
            tape.Backend.Copy(bias.Value, _bias);
        }

        IsDynamic = dynamic;
    }

    /// <summary>Whether activations are rounded as well.</summary>
    public bool IsDynamic { get; }

    /// <summary>The rounded weight, [out, in].</summary>
    public Int8Weight Weight => _weight;

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[..., in].</param>
    /// <returns>[..., out].</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return IsDynamic ? tape.Int8LinearDynamic(x, _weight, _bias) : tape.Int8Linear(x, _weight, _bias);
    }
}
