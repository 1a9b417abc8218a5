namespace Orrery.Tensors.Tests.Reference;

internal sealed partial class ScalarBackend
{
    // Visits every product of a convolution: positions in x, weight and y.
    private delegate void Visit(int x, int weight, int y);

    private static void EachProduct(Shape x, Shape weight, Shape y, ConvolutionGeometry geometry, Visit visit)
    {
        int outputsPerGroup = y[1] / geometry.Groups, channelsPerGroup = weight[1];
        for (var batch = 0; batch < y[0]; batch++)
            for (var output = 0; output < y[1]; output++)
                for (var row = 0; row < y[2]; row++)
                    for (var column = 0; column < y[3]; column++)
                        for (var channel = 0; channel < channelsPerGroup; channel++)
                            for (var kernelRow = 0; kernelRow < weight[2]; kernelRow++)
                                for (var kernelColumn = 0; kernelColumn < weight[3]; kernelColumn++)
                                {
                                    int sourceRow = (row * geometry.StrideY) + kernelRow - geometry.PaddingY, sourceColumn = (column * geometry.StrideX) + kernelColumn - geometry.PaddingX;
                                    if (sourceRow < 0 || sourceRow >= x[2] || sourceColumn < 0 || sourceColumn >= x[3]) continue;
                                    var source = (output / outputsPerGroup * channelsPerGroup) + channel;
                                    visit(
                                        (((((batch * x[1]) + source) * x[2]) + sourceRow) * x[3]) + sourceColumn,
                                        (((((output * channelsPerGroup) + channel) * weight[2]) + kernelRow) * weight[3]) + kernelColumn,
                                        (((((batch * y[1]) + output) * y[2]) + row) * y[3]) + column);
                                }
    }

    public override void Convolution2d(
        Tensor x, Tensor weight, Tensor bias, ConvolutionGeometry geometry, Tensor y, Activation activation = Activation.Identity)
    {
        var sums = new double[y.Count];
        EachProduct(x.Shape, weight.Shape, y.Shape, geometry, (atX, atWeight, atY) => sums[atY] += (double)x.Span[atX] * weight.Span[atWeight]);
        var plane = y.Shape[2] * y.Shape[3];
        for (var index = 0; index < sums.Length; index++)
            y.Span[index] = (float)ScalarFunctions.Activate(activation, sums[index] + (bias.IsNull ? 0 : bias.Span[index / plane % y.Shape[1]]));
    }

    public override void Convolution2dGradientInput(Tensor dy, Tensor weight, ConvolutionGeometry geometry, Tensor dx)
    {
        var sums = new double[dx.Count];
        EachProduct(dx.Shape, weight.Shape, dy.Shape, geometry, (atX, atWeight, atY) => sums[atX] += (double)dy.Span[atY] * weight.Span[atWeight]);
        AddTo(dx, sums);
    }

    public override void Convolution2dGradientWeight(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dWeight, Tensor dBias)
    {
        if (!dWeight.IsNull)
        {
            var sums = new double[dWeight.Count];
            EachProduct(x.Shape, dWeight.Shape, dy.Shape, geometry, (atX, atWeight, atY) => sums[atWeight] += (double)dy.Span[atY] * x.Span[atX]);
            AddTo(dWeight, sums);
        }

        if (dBias.IsNull) return;
        var biases = new double[dBias.Count];
        var plane = dy.Shape[2] * dy.Shape[3];
        for (var index = 0; index < dy.Count; index++) biases[index / plane % dy.Shape[1]] += dy.Span[index];
        AddTo(dBias, biases);
    }

    private static IEnumerable<int> Window(Shape x, PoolGeometry geometry, int row, int column)
    {
        for (var kernelRow = 0; kernelRow < geometry.KernelY; kernelRow++)
        {
            for (var kernelColumn = 0; kernelColumn < geometry.KernelX; kernelColumn++)
            {
                int sourceRow = (row * geometry.StrideY) + kernelRow - geometry.PaddingY, sourceColumn = (column * geometry.StrideX) + kernelColumn - geometry.PaddingX;
                if (sourceRow >= 0 && sourceRow < x[2] && sourceColumn >= 0 && sourceColumn < x[3]) yield return (sourceRow * x[3]) + sourceColumn;
            }
        }
    }

    public override void MaxPool2d(Tensor x, PoolGeometry geometry, Tensor y, IntTensor indices)
    {
        int plane = x.Shape[2] * x.Shape[3], places = y.Shape[2] * y.Shape[3];
        for (var index = 0; index < y.Count; index++)
        {
            var start = index / places * plane;
            var best = -1;
            foreach (var place in Window(x.Shape, geometry, index % places / y.Shape[3], index % y.Shape[3]))
            {
                // NaN wins; of several the last.
                if (best < 0 || x.Span[start + place] > x.Span[start + best] || float.IsNaN(x.Span[start + place])) best = place;
            }

            indices.Span[index] = best;
            y.Span[index] = x.Span[start + best];
        }
    }

    public override void MaxPool2dGradient(Tensor dy, IntTensor indices, Tensor dx)
    {
        int plane = dx.Shape[2] * dx.Shape[3], places = dy.Shape[2] * dy.Shape[3];
        for (var index = 0; index < dy.Count; index++) dx.Span[(index / places * plane) + indices.Span[index]] += dy.Span[index];
    }

    public override void AveragePool2d(Tensor x, PoolGeometry geometry, Tensor y)
    {
        int plane = x.Shape[2] * x.Shape[3], places = y.Shape[2] * y.Shape[3];
        for (var index = 0; index < y.Count; index++)
        {
            var window = Window(x.Shape, geometry, index % places / y.Shape[3], index % y.Shape[3]).ToArray();
            var sum = 0.0;
            foreach (var place in window) sum += x.Span[(index / places * plane) + place];
            y.Span[index] = (float)(sum / (geometry.CountPadding ? geometry.KernelY * geometry.KernelX : window.Length));
        }
    }

    public override void AveragePool2dGradient(Tensor dy, PoolGeometry geometry, Tensor dx)
    {
        int plane = dx.Shape[2] * dx.Shape[3], places = dy.Shape[2] * dy.Shape[3];
        for (var index = 0; index < dy.Count; index++)
        {
            var window = Window(dx.Shape, geometry, index % places / dy.Shape[3], index % dy.Shape[3]).ToArray();
            var divisor = geometry.CountPadding ? geometry.KernelY * geometry.KernelX : window.Length;
            foreach (var place in window) dx.Span[(index / places * plane) + place] += dy.Span[index] / divisor;
        }
    }
}
