using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Nn;

/// <summary>Layer normalisation over the last axis.</summary>
public sealed class LayerNorm
{
    private readonly float _epsilon;

    /// <summary>Registers <c>NAME.weight</c>, ones, and <c>NAME.bias</c>, zeros, both [D], if it is affine.</summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="width">D, the length of the last axis.</param>
    /// <param name="affine">Whether there are gain and bias.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <exception cref="ArgumentNullException">The block is null.</exception>
    public LayerNorm(ParameterBlock block, string name, int width, bool affine = true, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(block);
        _epsilon = epsilon;
        if (!affine) return;
        Gain = block.Add($"{name}.weight", new Shape(width), decays: false);
        Initialization.Constant(Gain, 1);
        Bias = block.Add($"{name}.bias", new Shape(width), decays: false);
    }

    /// <summary>[D], or null.</summary>
    public Parameter? Gain { get; }

    /// <summary>[D], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[..., D].</param>
    /// <returns>The normalised rows.</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.LayerNorm(x, tape.UseOptional(Gain), tape.UseOptional(Bias), _epsilon);
    }
}
