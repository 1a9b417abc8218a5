namespace Orrery.Tensors.Tests.Guarded;

/// <content>Products of matrices, convolutions and pools.</content>
internal sealed partial class GuardSweep
{
    private void MatMul()
    {
        for (int round = 0; round < 3000; round++)
            Product([], [], [], Next(1, 40), Next(round % 50 == 0 ? 0 : 1, 40), Next(1, 40));
        for (int round = 0; round < 800; round++)
        {
            int batch = Next(1, 5), heads = Next(1, 3);
            int[] leadA = [Next(0, 3) == 0 ? 1 : batch, heads], leadB = [Next(0, 3) == 0 ? 1 : batch, Next(0, 3) == 0 ? 1 : heads];
            Product(leadA, leadB, [Math.Max(leadA[0], leadB[0]), heads], Next(1, 20), Next(1, 20), Next(1, 20));
        }

        // Wide, tall and deep ones, which are cut for threads or along the sum.
        foreach ((int m, int k, int n) in new[] { (1, 300, 700), (300, 129, 67), (67, 129, 300), (33, 3000, 17), (1, 5000, 9), (130, 131, 132), (500, 64, 7) })
            for (int round = 0; round < 8; round++)
                Product([], [], [], m, k, n);
    }

    private void Product(int[] leadA, int[] leadB, int[] leadY, int m, int k, int n)
    {
        bool transposeA = Next(0, 1) == 0, transposeB = Next(0, 1) == 0, accumulate = Next(0, 2) == 0;
        Tensor a = Random([.. leadA, .. transposeA ? [k, m] : (int[])[m, k]]), b = Random([.. leadB, .. transposeB ? [n, k] : (int[])[k, n]]);
        Tensor y = Random([.. leadY, m, n]), bias = accumulate ? default : Maybe(n);
        Activation activation = accumulate ? Activation.Identity : (Activation)Next(0, (int)Activation.Mish);
        Case(
            $"MatMul transposed {transposeA} {transposeB}, accumulated {accumulate}, {activation}",
            backend => backend.MatMul(a, transposeA, b, transposeB, y, accumulate, bias, activation));
    }

    private void Pack()
    {
        for (int round = 0; round < 1000; round++)
        {
            bool transpose = Next(0, 1) == 0;
            int k = Next(0, 40), n = Next(1, 70);
            Tensor b = transpose ? Random(n, k) : Random(k, n);
            PackedMatrix packed = new(Random(_backend.PackedCount(k, n)), k, n);
            Case("Pack", backend => backend.Pack(b, transpose, packed));
        }
    }

    private void MatMulPacked()
    {
        for (int round = 0; round < 1500; round++)
        {
            bool accumulate = Next(0, 2) == 0;
            int m = round % 100 == 0 ? 300 : Next(0, 40), k = round % 100 == 0 ? 300 : Next(0, 40), n = Next(1, 70);
            Tensor a = Random(m, k), b = Random(k, n), y = Random(m, n), bias = accumulate ? default : Maybe(n);
            PackedMatrix packed = new(Random(_backend.PackedCount(k, n)), k, n);
            Activation activation = accumulate ? Activation.Identity : (Activation)Next(0, (int)Activation.Mish);
            _backend.Pack(b, transposeB: false, packed);
            Case("MatMulPacked", backend => backend.MatMulPacked(a, packed, y, accumulate, bias, activation));
        }
    }

    private void Attention() => EachAttention((query, key, value, scores, y, statistics) =>
        Case($"Attention {query} {key} {value} {scores}", backend => backend.Attention(query, key, value, scores, y, Next(0, 1) == 0 ? statistics : default)));

    private void AttentionGradient() => EachAttention((query, key, value, scores, y, statistics) =>
    {
        HeadView dQuery = Next(0, 2) == 0 ? default : Heads(query), dKey = Next(0, 2) == 0 ? default : Heads(key), dValue = Next(0, 2) == 0 ? default : Heads(value);
        _backend.Attention(query, key, value, scores, y, statistics);
        Case(
            $"AttentionGradient {query} {key} {value} {scores}",
            backend => backend.AttentionGradient(query, key, value, scores, statistics, y, dQuery, dKey, dValue));
    });

    // Heads before tokens and within them, few and many queries, causal or not, with and without a mask.
    private void EachAttention(Action<HeadView, HeadView, HeadView, AttentionScores, HeadView, Tensor> run)
    {
        for (int round = 0; round < 1000; round++)
        {
            int batch = Next(1, 3), heads = Next(1, 3), queries = Next(1, round % 2 == 0 ? 4 : 40), keys = Next(1, 40), width = Next(1, 40), valueWidth = Next(1, 40);
            HeadView query = Heads(batch, heads, queries, width), key = Heads(batch, heads, keys, width), value = Heads(batch, heads, keys, valueWidth);
            HeadView y = Heads(batch, heads, queries, valueWidth);
            Tensor mask = Next(0, 2) switch { 0 => default, 1 => Random(queries, keys), _ => Random(batch, 1, 1, keys) };
            run(query, key, value, new AttentionScores(0.3f, Next(0, 3), mask), y, Random(batch, heads, queries, 2));
        }
    }

    private HeadView Heads(HeadView like) => Heads(like.Batches, like.Heads, like.Tokens, like.Width);

    private HeadView Heads(int batch, int heads, int tokens, int width) => Next(0, 1) == 0
        ? HeadView.HeadsFirst(Random(batch, heads, tokens, width))
        : HeadView.TokensFirst(Random(batch, tokens, 2 * heads * width), heads, 2, Next(0, 1));

    private void Convolution2d() => EachConvolution((x, weight, y, geometry) =>
    {
        Tensor bias = Maybe(weight[0]), picture = Random(x), kernels = Random(weight), result = Random(y);
        Activation activation = (Activation)Next(0, (int)Activation.Mish);
        Case($"Convolution2d {geometry} {activation}", backend => backend.Convolution2d(picture, kernels, bias, geometry, result, activation));
    });

    private void Convolution2dGradientInput() => EachConvolution((x, weight, y, geometry) =>
    {
        Tensor dy = Random(y), kernels = Random(weight), dx = Random(x);
        Case($"Convolution2dGradientInput {geometry}", backend => backend.Convolution2dGradientInput(dy, kernels, geometry, dx));
    });

    private void Convolution2dGradientWeight() => EachConvolution((x, weight, y, geometry) =>
    {
        Tensor picture = Random(x), dy = Random(y), dWeight = Maybe(weight), dBias = Maybe(weight[0]);
        Case($"Convolution2dGradientWeight {geometry}", backend => backend.Convolution2dGradientWeight(picture, dy, geometry, dWeight, dBias));
    });

    private void EachConvolution(Action<int[], int[], int[], ConvolutionGeometry> run)
    {
        for (int round = 0; round < 1200; round++)
        {
            int groups = Next(0, 3) == 0 ? Next(2, 3) : 1, inputs = groups * Next(1, 5), outputs = groups * Next(1, 9);
            int kernelY = Next(1, 5), kernelX = Next(1, 5), height = Next(1, 20), width = Next(1, 40);
            ConvolutionGeometry geometry = new(Next(1, 4), Next(1, 4), Next(0, kernelY), Next(0, kernelX), groups);
            int resultHeight = Positions(height, kernelY, geometry.StrideY, geometry.PaddingY);
            int resultWidth = Positions(width, kernelX, geometry.StrideX, geometry.PaddingX);
            if (resultHeight <= 0 || resultWidth <= 0)
                continue;
            int batch = Next(1, 3);
            run([batch, inputs, height, width], [outputs, inputs / groups, kernelY, kernelX], [batch, outputs, resultHeight, resultWidth], geometry);
        }

        // The pictures of a usual encoder, and patches that do not overlap.
        run([5, 3, 64, 64], [32, 3, 4, 4], [5, 32, 31, 31], new ConvolutionGeometry(2, 2, 0, 0));
        run([3, 32, 31, 31], [64, 32, 3, 3], [3, 64, 31, 31], new ConvolutionGeometry(1, 1, 1, 1));
        run([2, 3, 64, 64], [48, 3, 8, 8], [2, 48, 8, 8], new ConvolutionGeometry(8, 8, 0, 0));
        run([2, 40, 9, 9], [40, 40, 1, 1], [2, 40, 9, 9], new ConvolutionGeometry(1, 1, 0, 0));
    }

    private static int Positions(int length, int kernel, int stride, int padding) =>
        length + (2 * padding) < kernel ? 0 : ((length + (2 * padding) - kernel) / stride) + 1;

    private void MaxPool2d() => EachPool((x, y, geometry) =>
    {
        Tensor picture = Random(x), result = Random(y);
        IntTensor indices = Integers(1, y);
        Case($"MaxPool2d {geometry}", backend => backend.MaxPool2d(picture, geometry, result, indices));
    });

    private void MaxPool2dGradient() => EachPool((x, y, geometry) =>
    {
        Tensor dy = Random(y), dx = Random(x);
        IntTensor indices = Integers(x[2] * x[3], y);
        Case($"MaxPool2dGradient {geometry}", backend => backend.MaxPool2dGradient(dy, indices, dx));
    });

    private void AveragePool2d() => EachPool((x, y, geometry) =>
    {
        Tensor picture = Random(x), result = Random(y);
        Case($"AveragePool2d {geometry}", backend => backend.AveragePool2d(picture, geometry, result));
    });

    private void AveragePool2dGradient() => EachPool((x, y, geometry) =>
    {
        Tensor dy = Random(y), dx = Random(x);
        Case($"AveragePool2dGradient {geometry}", backend => backend.AveragePool2dGradient(dy, geometry, dx));
    });

    private void EachPool(Action<int[], int[], PoolGeometry> run)
    {
        for (int round = 0; round < 1000; round++)
        {
            int kernelY = Next(1, 4), kernelX = Next(1, 4), height = Next(1, 20), width = Next(1, 40);
            PoolGeometry geometry = new(
                kernelY, kernelX, Next(1, 4), Next(1, 4), Next(0, kernelY / 2), Next(0, kernelX / 2), Next(0, 1) == 0);
            int resultHeight = Positions(height, kernelY, geometry.StrideY, geometry.PaddingY);
            int resultWidth = Positions(width, kernelX, geometry.StrideX, geometry.PaddingX);
            if (resultHeight <= 0 || resultWidth <= 0)
                continue;
            int batch = Next(1, 3), channels = Next(1, 4);
            run([batch, channels, height, width], [batch, channels, resultHeight, resultWidth], geometry);
        }

        run([4, 16, 40, 40], [4, 16, 20, 20], new PoolGeometry(2, 2, 2, 2, 0, 0));
    }
}
