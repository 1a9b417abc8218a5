using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>
/// A linear layer that trains and works with weights of -1, 0 and 1 and rows of 8-bit activations (<see cref="Tape.BitLinear"/>).
/// </summary>
public sealed class BitLinear
{
    private readonly Linear _layer;
    private readonly bool _normalize;

    /// <summary>Registers the parameters of a <see cref="Linear"/>.</summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="inputs">How many inputs.</param>
    /// <param name="outputs">How many outputs.</param>
    /// <param name="random">The stream for starting values; the layer takes the sub-stream of its name.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="normalize">Whether each row is divided by its root mean square first.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public BitLinear(
        ParameterBlock block, string name, int inputs, int outputs, RandomStream random, bool bias = false, bool normalize = true)
    {
        _layer = new Linear(block, name, inputs, outputs, random, bias);
        _normalize = normalize;
    }

    /// <summary>[out, in], in full precision: what is trained.</summary>
    public Parameter Weight => _layer.Weight;

    /// <summary>[out], or null.</summary>
    public Parameter? Bias => _layer.Bias;

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[..., in].</param>
    /// <returns>[..., out].</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.BitLinear(x, tape.Use(Weight), tape.UseOptional(Bias), _normalize);
    }
}
