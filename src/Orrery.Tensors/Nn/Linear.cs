using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>y = x W^T + b.</summary>
public sealed class Linear
{
    /// <summary>Registers <c>NAME.weight</c> [out, in] and <c>NAME.bias</c> [out], even in +-1 / sqrt(in).</summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="inputs">How many inputs.</param>
    /// <param name="outputs">How many outputs.</param>
    /// <param name="random">The stream for starting values; the layer takes the sub-stream of its name.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public Linear(ParameterBlock block, string name, int inputs, int outputs, RandomStream random, bool bias = true)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(random);
        Weight = block.Add($"{name}.weight", new Shape(outputs, inputs));
        Initialization.KaimingUniform(Weight, inputs, random.Child(Weight.Name));
        if (!bias) return;
        Bias = block.Add($"{name}.bias", new Shape(outputs), decays: false);
        Initialization.KaimingUniform(Bias, inputs, random.Child(Bias.Name));
    }

    /// <summary>[out, in].</summary>
    public Parameter Weight { get; }

    /// <summary>[out], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[..., in].</param>
    /// <param name="activation">What is applied to the result.</param>
    /// <returns>[..., out].</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor x, Activation activation = Activation.Identity)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.Linear(x, tape.Use(Weight), tape.UseOptional(Bias), activation);
    }
}
