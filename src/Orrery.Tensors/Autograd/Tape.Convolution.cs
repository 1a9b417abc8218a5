using Orrery.Tensors.Autograd.Rules;

namespace Orrery.Tensors.Autograd;

/// <content>Sliding windows over pictures [B, C, H, W] and sequences [B, C, L].</content>
public sealed partial class Tape
{
    private Tensor[] _slices = [];

    /// <summary>Cross-correlation with zero padding, then an activation.</summary>
    /// <param name="x">[B, C, H, W].</param>
    /// <param name="weight">[out, C / groups, kernel height, kernel width].</param>
    /// <param name="bias">[out], or a null tensor.</param>
    /// <param name="geometry">Strides, padding and groups.</param>
    /// <param name="activation">What is applied to the result.</param>
    /// <returns>[B, out, H', W'].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Convolution2d(
        Tensor x, Tensor weight, Tensor bias, ConvolutionGeometry geometry, Activation activation = Activation.Identity) =>
        ConvolutionRule.Apply(this, x, weight, bias, geometry, activation);

    /// <summary>Cross-correlation with the same stride and padding along both axes.</summary>
    /// <param name="x">[B, C, H, W].</param>
    /// <param name="weight">[out, C / groups, kernel height, kernel width].</param>
    /// <param name="bias">[out], or a null tensor.</param>
    /// <param name="stride">The distance between places.</param>
    /// <param name="padding">How many zeros surround the picture.</param>
    /// <param name="groups">Into how many groups the channels fall.</param>
    /// <param name="activation">What is applied to the result.</param>
    /// <returns>[B, out, H', W'].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Convolution2d(
        Tensor x, Tensor weight, Tensor bias = default, int stride = 1, int padding = 0, int groups = 1, Activation activation = Activation.Identity) =>
        ConvolutionRule.Apply(this, x, weight, bias, new ConvolutionGeometry(stride, stride, padding, padding, groups), activation);

    /// <summary>Cross-correlation along a sequence.</summary>
    /// <param name="x">[B, C, L].</param>
    /// <param name="weight">[out, C / groups, kernel].</param>
    /// <param name="bias">[out], or a null tensor.</param>
    /// <param name="stride">The distance between places.</param>
    /// <param name="padding">How many zeros are put at both ends.</param>
    /// <param name="groups">Into how many groups the channels fall.</param>
    /// <param name="activation">What is applied to the result.</param>
    /// <returns>[B, out, L'].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Convolution1d(
        Tensor x, Tensor weight, Tensor bias = default, int stride = 1, int padding = 0, int groups = 1, Activation activation = Activation.Identity)
    {
        Shapes.RequireRank("Convolution1d", nameof(x), x, 3, "[B, C, L]");
        Shapes.RequireRank("Convolution1d", nameof(weight), weight, 3, "[out, C / groups, kernel]");
        var flat = Reshape(x, new Shape(x.Shape[0], x.Shape[1], 1, x.Shape[2]));
        var kernel = Reshape(weight, new Shape(weight.Shape[0], weight.Shape[1], 1, weight.Shape[2]));
        var y = ConvolutionRule.Apply(this, flat, kernel, bias, new ConvolutionGeometry(1, stride, 0, padding, groups), activation);
        return Reshape(y, new Shape(y.Shape[0], y.Shape[1], y.Shape[3]));
    }

    /// <summary>
    /// Cross-correlation over films, for instance into tubelets. Each place in depth is a convolution over pictures whose
    /// channels are the channels of the slices that the kernel covers.
    /// </summary>
    /// <param name="x">[B, C, D, H, W].</param>
    /// <param name="weight">[out, C / groups, kernel depth, kernel height, kernel width].</param>
    /// <param name="bias">[out], or a null tensor.</param>
    /// <param name="strideDepth">The distance between places in depth.</param>
    /// <param name="paddingDepth">How many slices of zeros are put at both ends.</param>
    /// <param name="geometry">Strides and padding within pictures, and groups.</param>
    /// <returns>[B, out, D', H', W'].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor Convolution3d(Tensor x, Tensor weight, Tensor bias, int strideDepth, int paddingDepth, ConvolutionGeometry geometry)
    {
        Shapes.RequireRank("Convolution3d", nameof(x), x, 5, "[B, C, D, H, W]");
        Shapes.RequireRank("Convolution3d", nameof(weight), weight, 5, "[out, C / groups, kernel depth, kernel height, kernel width]");
        var kernelDepth = weight.Shape[2];
        var places = ConvolutionRule.OutputLength("Convolution3d", x.Shape[2], kernelDepth, strideDepth, paddingDepth);
        if (paddingDepth > 0)
        {
            var zeros = Constant(0, x.Shape.With(2, paddingDepth));
            x = Concat(2, zeros, x, zeros);
        }

        var flatWeight = Reshape(weight, new Shape(weight.Shape[0], weight.Shape[1] * kernelDepth, weight.Shape[3], weight.Shape[4]));
        if (_slices.Length < places) _slices = new Tensor[places];
        var slices = _slices.AsSpan(0, places);
        for (var place = 0; place < places; place++)
        {
            var covered = Slice(x, 2, place * strideDepth, kernelDepth);
            var flat = Reshape(covered, new Shape(x.Shape[0], x.Shape[1] * kernelDepth, x.Shape[3], x.Shape[4]));
            slices[place] = ConvolutionRule.Apply(this, flat, flatWeight, bias, geometry, Activation.Identity);
        }

        return Stack(2, slices);
    }

    /// <summary>The adjoint of a convolution: it enlarges by the stride.</summary>
    /// <param name="x">[B, C, H, W].</param>
    /// <param name="weight">[C, out / groups, kernel height, kernel width].</param>
    /// <param name="bias">[out], or a null tensor.</param>
    /// <param name="geometry">Strides, padding and groups of the convolution.</param>
    /// <param name="outputPaddingY">Rows added at the bottom, below the stride.</param>
    /// <param name="outputPaddingX">Columns added at the right, below the stride.</param>
    /// <returns>[B, out, (H - 1) stride - 2 padding + kernel + output padding, likewise].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Tensor ConvolutionTranspose2d(
        Tensor x, Tensor weight, Tensor bias, ConvolutionGeometry geometry, int outputPaddingY = 0, int outputPaddingX = 0)
    {
        var y = TransposedConvolutionRule.Apply(this, x, weight, geometry, outputPaddingY, outputPaddingX);
        if (bias.IsNull) return y;
        Shapes.Require("ConvolutionTranspose2d", nameof(bias), bias, new Shape(y.Shape[1]));
        return Add(y, Reshape(bias, new Shape(1, y.Shape[1], 1, 1)));
    }

    /// <summary>The largest element of each window; padding never wins.</summary>
    /// <param name="x">[B, C, H, W].</param>
    /// <param name="geometry">The window, its strides and padding.</param>
    /// <returns>[B, C, H', W'].</returns>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public Tensor MaxPool2d(Tensor x, PoolGeometry geometry) => MaxPoolRule.Apply(this, x, geometry);

    /// <summary>The largest element of each square window; padding never wins.</summary>
    /// <param name="x">[B, C, H, W].</param>
    /// <param name="kernel">The window's height and width.</param>
    /// <param name="stride">The distance between windows.</param>
    /// <param name="padding">How far windows may start outside, at most half the kernel.</param>
    /// <returns>[B, C, H', W'].</returns>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public Tensor MaxPool2d(Tensor x, int kernel, int stride, int padding = 0) =>
        MaxPoolRule.Apply(this, x, new PoolGeometry(kernel, kernel, stride, stride, padding, padding));

    /// <summary>The mean of each window.</summary>
    /// <param name="x">[B, C, H, W].</param>
    /// <param name="geometry">The window, its strides and padding, and whether padding counts.</param>
    /// <returns>[B, C, H', W'].</returns>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public Tensor AveragePool2d(Tensor x, PoolGeometry geometry) => AveragePoolRule.Apply(this, x, geometry);

    /// <summary>The mean of each square window.</summary>
    /// <param name="x">[B, C, H, W].</param>
    /// <param name="kernel">The window's height and width.</param>
    /// <param name="stride">The distance between windows.</param>
    /// <param name="padding">How far windows may start outside, at most half the kernel.</param>
    /// <returns>[B, C, H', W'].</returns>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public Tensor AveragePool2d(Tensor x, int kernel, int stride, int padding = 0) =>
        AveragePoolRule.Apply(this, x, new PoolGeometry(kernel, kernel, stride, stride, padding, padding));
}
