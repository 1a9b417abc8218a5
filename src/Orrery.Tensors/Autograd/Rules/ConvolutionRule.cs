namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// y = the cross-correlation of x with the weight, plus a bias per channel; dx, dW and db are the adjoint sums.
/// </summary>
internal sealed class ConvolutionRule : Rule
{
    private static readonly ConvolutionRule Instance = new();

    /// <summary>Computes and records. The activation is fused where nothing has to be kept for gradients.</summary>
    public static Tensor Apply(Tape tape, Tensor x, Tensor weight, Tensor bias, ConvolutionGeometry geometry, Activation activation)
    {
        Shapes.RequireRank("Convolution2d", nameof(x), x, 4, "[B, C, H, W]");
        Shapes.RequireRank("Convolution2d", nameof(weight), weight, 4, "[out, C / groups, kernel height, kernel width]");
        var (channels, outputs, groups) = (x.Shape[1], weight.Shape[0], geometry.Groups);
        if (groups < 1 || channels % groups != 0 || outputs % groups != 0 || weight.Shape[1] != channels / groups)
            throw new ArgumentException($"Convolution2d: x {x.Shape} has {channels} channels, but the weight {weight.Shape} with {groups} groups takes {weight.Shape[1] * groups}.", nameof(weight));
        if (!bias.IsNull) Shapes.Require("Convolution2d", nameof(bias), bias, new Shape(outputs));
        var y = tape.Arena.Allocate(new Shape(
            x.Shape[0],
            outputs,
            OutputLength("Convolution2d", x.Shape[2], weight.Shape[2], geometry.StrideY, geometry.PaddingY),
            OutputLength("Convolution2d", x.Shape[3], weight.Shape[3], geometry.StrideX, geometry.PaddingX)));
        var records = tape.Records(x, weight, bias);
        tape.Backend.Convolution2d(x, weight, bias, geometry, y, records ? Activation.Identity : activation);
        return records ? tape.Activate(tape.Record(Instance, y, Pack(geometry), x, weight, bias), activation) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        var geometry = Unpack(step.Data);
        var dy = step.OutputGradient;
        if (step.Needs(0)) step.Backend.Convolution2dGradientInput(dy, step.Operand(1), geometry, step.GradientOf(0));
        if (step.Needs(1) || step.Needs(2))
            step.Backend.Convolution2dGradientWeight(step.Operand(0), dy, geometry, step.GradientOf(1), step.GradientOf(2));
    }

    /// <summary>How many places a kernel has along an axis.</summary>
    public static int OutputLength(string operation, int length, int kernel, int stride, int padding)
    {
        if (stride < 1 || padding < 0 || kernel < 1)
            throw new ArgumentException($"{operation}: the kernel {kernel} and the stride {stride} must be at least 1, the padding {padding} not negative.");
        return length + (2 * padding) >= kernel
            ? ((length + (2 * padding) - kernel) / stride) + 1
            : throw new ArgumentException($"{operation}: a kernel of {kernel} does not fit into {length} with a padding of {padding}.");
    }

    /// <summary>Keeps a geometry with a recorded operation.</summary>
    internal static RuleData Pack(ConvolutionGeometry geometry) => new()
    {
        I0 = geometry.StrideY,
        I1 = geometry.StrideX,
        I2 = geometry.PaddingY,
        I3 = geometry.PaddingX,
        I4 = geometry.Groups,
    };

    /// <summary>The geometry of a recorded operation.</summary>
    internal static ConvolutionGeometry Unpack(in RuleData data) => new(data.I0, data.I1, data.I2, data.I3, data.I4);
}
