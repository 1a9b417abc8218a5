namespace Orrery.Tensors.Autograd.Rules;

/// <summary>
/// The adjoint of <see cref="ConvolutionRule"/>: y is what a convolution's gradient by its input would be if x were the gradient
/// of its result. So dx is a convolution of dy, and dW that of a convolution with dy and x in exchanged places.
/// </summary>
internal sealed class TransposedConvolutionRule : Rule
{
    private static readonly TransposedConvolutionRule Instance = new();

    /// <summary>Computes and records, without a bias.</summary>
    public static Tensor Apply(Tape tape, Tensor x, Tensor weight, ConvolutionGeometry geometry, int outputPaddingY, int outputPaddingX)
    {
        const string Operation = "ConvolutionTranspose2d";
        Shapes.RequireRank(Operation, nameof(x), x, 4, "[B, C, H, W]");
        Shapes.RequireRank(Operation, nameof(weight), weight, 4, "[C, out / groups, kernel height, kernel width]");
        if (geometry.Groups < 1 || weight.Shape[0] != x.Shape[1] || x.Shape[1] % geometry.Groups != 0)
            throw new ArgumentException($"{Operation}: x {x.Shape} has {x.Shape[1]} channels but the weight {weight.Shape} takes {weight.Shape[0]} in {geometry.Groups} groups.", nameof(weight));
        var y = tape.Arena.AllocateZeroed(new Shape(
            x.Shape[0],
            weight.Shape[1] * geometry.Groups,
            OutputLength(Operation, x.Shape[2], weight.Shape[2], geometry.StrideY, geometry.PaddingY, outputPaddingY),
            OutputLength(Operation, x.Shape[3], weight.Shape[3], geometry.StrideX, geometry.PaddingX, outputPaddingX)));
        tape.Backend.Convolution2dGradientInput(x, weight, geometry, y);
        return tape.Records(x, weight) ? tape.Record(Instance, y, ConvolutionRule.Pack(geometry), x, weight) : y;
    }

    /// <inheritdoc/>
    public override void Backward(in Backpropagation step)
    {
        var geometry = ConvolutionRule.Unpack(step.Data);
        var (x, dy) = (step.Operand(0), step.OutputGradient);
        if (step.Needs(0))
        {
            var dx = step.GradientOf(0);
            var share = step.Tape.Arena.Allocate(x.Shape);
            step.Backend.Convolution2d(dy, step.Operand(1), default, geometry, share);
            step.Backend.AddScaled(share, 1, dx);
        }

        if (step.Needs(1)) step.Backend.Convolution2dGradientWeight(dy, x, geometry, step.GradientOf(1), default);
    }

    private static int OutputLength(string operation, int length, int kernel, int stride, int padding, int outputPadding)
    {
        var result = ((length - 1) * stride) - (2 * padding) + kernel + outputPadding;
        return stride >= 1 && padding >= 0 && outputPadding >= 0 && outputPadding < stride && result > 0
            ? result
            : throw new ArgumentException($"{operation}: length {length}, kernel {kernel}, stride {stride}, padding {padding} and output padding {outputPadding} give the length {result}; it must be positive and the output padding below the stride.");
    }
}
