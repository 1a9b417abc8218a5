using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>A convolution over pictures with a square kernel.</summary>
public sealed class Convolution2d
{
    private readonly ConvolutionGeometry _geometry;

    /// <summary>Registers <c>NAME.weight</c> [out, in / groups, kernel, kernel] and <c>NAME.bias</c> [out], even in +-1 / sqrt(fan-in).</summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="inputs">How many channels come in.</param>
    /// <param name="outputs">How many channels go out.</param>
    /// <param name="kernel">The kernel's height and width.</param>
    /// <param name="random">The stream for starting values; the layer takes the sub-stream of its name.</param>
    /// <param name="stride">The distance between places.</param>
    /// <param name="padding">How many zeros surround the picture.</param>
    /// <param name="groups">Into how many groups the channels fall.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
    public Convolution2d(
        ParameterBlock block, string name, int inputs, int outputs, int kernel, RandomStream random, int stride = 1, int padding = 0, int groups = 1, bool bias = true)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(random);
        if (groups < 1 || inputs % groups != 0 || outputs % groups != 0)
            throw new ArgumentException($"Convolution2d '{name}': {inputs} and {outputs} channels do not divide into {groups} groups.", nameof(groups));
        _geometry = new ConvolutionGeometry(stride, stride, padding, padding, groups);
        var fanIn = inputs / groups * kernel * kernel;
        Weight = block.Add($"{name}.weight", new Shape(outputs, inputs / groups, kernel, kernel));
        Initialization.KaimingUniform(Weight, fanIn, random.Child(Weight.Name));
        if (!bias) return;
        Bias = block.Add($"{name}.bias", new Shape(outputs), decays: false);
        Initialization.KaimingUniform(Bias, fanIn, random.Child(Bias.Name));
    }

    /// <summary>[out, in / groups, kernel, kernel].</summary>
    public Parameter Weight { get; }

    /// <summary>[out], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[B, in, H, W].</param>
    /// <param name="activation">What is applied to the result.</param>
    /// <returns>[B, out, H', W'].</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor x, Activation activation = Activation.Identity)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.Convolution2d(x, tape.Use(Weight), tape.UseOptional(Bias), _geometry, activation);
    }
}
