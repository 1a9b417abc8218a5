namespace Orrery.Tensors.Autograd;

/// <content>Pictures at another size.</content>
public sealed partial class Tape
{
    /// <summary>
    /// Brings pictures to another size. Each axis is a product with a matrix of weights, so that every mode has a gradient.
    /// </summary>
    /// <param name="x">[B, C, H, W].</param>
    /// <param name="height">The new height, in pixels.</param>
    /// <param name="width">The new width, in pixels.</param>
    /// <param name="mode">How the new pixels come about.</param>
    /// <returns>[B, C, height, width].</returns>
    /// <exception cref="ArgumentException">x has not four axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The new size is not positive.</exception>
    public Tensor Resize(Tensor x, int height, int width, ResizeMode mode)
    {
        Shapes.RequireRank("Resize", nameof(x), x, 4, "[B, C, H, W]");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        var columns = ResizeWeights(x.Shape[3], width, mode);
        var rows = ResizeWeights(x.Shape[2], height, mode);
        return MatMul(rows, MatMul(x, columns, transposeB: true));
    }

    // [to, from]: how much each old place counts for each new one.
    private Tensor ResizeWeights(int from, int to, ResizeMode mode)
    {
        var matrix = Table(to * from);
        for (var index = 0; index < to; index++) FillWeights(matrix.Slice(index * from, from), index, to, mode);
        return Constant(matrix, new Shape(to, from));
    }

    private static void FillWeights(Span<float> weights, int index, int to, ResizeMode mode)
    {
        var from = weights.Length;
        var ratio = (double)from / to;
        switch (mode)
        {
            case ResizeMode.Nearest:
                weights[(int)((long)index * from / to)] = 1;
                break;
            case ResizeMode.Bilinear:
                FillLinear(weights, Math.Max(0, ((index + 0.5) * ratio) - 0.5));
                break;
            case ResizeMode.BilinearAlignedCorners:
                FillLinear(weights, to == 1 ? 0 : (double)index * (from - 1) / (to - 1));
                break;
            case ResizeMode.BilinearAntialiased:
                FillTriangle(weights, (index + 0.5) * ratio, Math.Max(ratio, 1));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(mode), $"Resize: there is no mode {mode}.");
        }
    }

    private static void FillLinear(Span<float> weights, double source)
    {
        var lower = Math.Min((int)source, weights.Length - 1);
        var upper = Math.Min(lower + 1, weights.Length - 1);
        var share = (float)(source - lower);
        weights[lower] += 1 - share;
        weights[upper] += share;
    }

    private static void FillTriangle(Span<float> weights, double centre, double halfWidth)
    {
        var total = 0.0;
        for (var place = 0; place < weights.Length; place++)
            total += Math.Max(0, 1 - (Math.Abs(place + 0.5 - centre) / halfWidth));
        for (var place = 0; place < weights.Length; place++)
            weights[place] = (float)(Math.Max(0, 1 - (Math.Abs(place + 0.5 - centre) / halfWidth)) / total);
    }
}
