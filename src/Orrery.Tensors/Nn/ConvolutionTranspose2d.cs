using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Nn;

/// <summary>A transposed convolution with a square kernel: what enlarges pictures.</summary>
public sealed class ConvolutionTranspose2d
{
    private readonly ConvolutionGeometry _geometry;

    /// <summary>Registers <c>NAME.weight</c> [in, out, kernel, kernel] and <c>NAME.bias</c> [out], even in +-1 / sqrt(out kernel^2), as PyTorch.</summary>
    /// <param name="block">Where the parameters live.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="inputs">How many channels come in.</param>
    /// <param name="outputs">How many channels go out.</param>
    /// <param name="kernel">The kernel's height and width.</param>
    /// <param name="random">The stream for starting values; the layer takes the sub-stream of its name.</param>
    /// <param name="stride">How many times larger the picture becomes.</param>
    /// <param name="padding">Rows and columns that are cut off each side of the result.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public ConvolutionTranspose2d(ParameterBlock block, string name, int inputs, int outputs, int kernel, RandomStream random, int stride = 1, int padding = 0)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(random);
        _geometry = new ConvolutionGeometry(stride, stride, padding, padding, 1);
        var fanIn = outputs * kernel * kernel;
        Weight = block.Add($"{name}.weight", new Shape(inputs, outputs, kernel, kernel));
        Initialization.KaimingUniform(Weight, fanIn, random.Child(Weight.Name));
        Bias = block.Add($"{name}.bias", new Shape(outputs), decays: false);
        Initialization.KaimingUniform(Bias, fanIn, random.Child(Bias.Name));
    }

    /// <summary>[in, out, kernel, kernel].</summary>
    public Parameter Weight { get; }

    /// <summary>[out].</summary>
    public Parameter Bias { get; }

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">[B, in, H, W].</param>
    /// <returns>[B, out, H', W'], H' = (H - 1) stride - 2 padding + kernel.</returns>
    /// <exception cref="ArgumentNullException">The tape is null.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.ConvolutionTranspose2d(x, tape.Use(Weight), tape.Use(Bias), _geometry);
    }
}
