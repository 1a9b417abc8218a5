namespace Orrery.Tensors.Tests.Kernels;

/// <summary>Zeros of both signs, infinities, NaN, denormal, tiny and huge numbers, mixed into every place of every operation.</summary>
public sealed class AwkwardNumberTests(Twins twins) : IClassFixture<Twins>
{
    private const int Rounds = 40;

    private static readonly float[] Small = [0, -0f, 1e-45f, -1e-45f, 1e-39f, -1e-39f, 1e-30f, -1e-30f, 1, -1, 0.5f];
    private static readonly float[] Large = [0, -0f, 1e30f, -1e30f, 1e-30f, 1, -1, 2];
    private static readonly float[] Special = [0, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1, -1, 0.5f];

    private readonly System.Random _random = new(1);

    /// <summary>Which numbers are mixed in.</summary>
    public enum Kind
    {
        /// <summary>Zeros, denormal and tiny numbers.</summary>
        Small,

        /// <summary>Huge numbers among tiny ones.</summary>
        Large,

        /// <summary>NaN and infinities.</summary>
        Special,
    }

    public static TheoryData<Kind> Kinds() => new(Enum.GetValues<Kind>());

    public static TheoryData<UnaryOperation> Operations() => new(Enum.GetValues<UnaryOperation>());

    [Theory]
    [MemberData(nameof(Operations))]
    public void Slopes_of_any_number_equal_the_scalar_twin(UnaryOperation operation)
    {
        foreach (float number in (float[])[.. Small, 1e-20f, -1e-20f, 3, -3, 20, -20, 100, -100, 1e4f, -1e4f, 1e30f, -1e30f, float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            Tensor x = Like(number), y = Like(0), dy = Like(1), dx = Like(0);
            twins.Processor.Unary(operation, x, y, 0.3f, 0.7f);
            twins.Processor.UnaryGradient(operation, x, y, dy, dx, 0.3f, 0.7f);
            double slope = Reference.ScalarFunctions.Slope(operation, number, 0.3f, 0.7f);
            if (!float.IsNaN(dx.Span[0]))
                Expect.SameBits(Enumerable.Repeat(dx.Span[0], dx.Count).ToArray(), dx.Span, $"{operation}' of {number:R} by place");

            // Where the formula itself is 0 times infinity, the limit is as good an answer; NaN must stay NaN, bar constant slopes.
            bool free = double.IsNaN(slope) && !float.IsNaN(number);
            if (!free)
                Expect.Close(Enumerable.Repeat(slope, dx.Count).ToArray(), dx.Span, 1e-5, 1e-6, $"{operation}' of {number:R}");
        }

        twins.Arena.Reset();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Two_operands_and_their_gradients(Kind kind) => Each(length =>
    {
        Tensor a = Mixed(kind, 3, length), b = Mixed(kind, 3, length), row = Mixed(kind, length), y = Mixed(kind, 3, length);
        Tensor da = Zeros(3, length), db = Zeros(3, length), dRow = Zeros(length);
        foreach (BinaryOperation operation in Enum.GetValues<BinaryOperation>())
        {
            twins.Agree($"{operation}", 1e-6, 3e-45, backend => backend.Binary(operation, a, b, y), y);
            twins.Agree($"{operation} of a row", 1e-6, 3e-45, backend => backend.Binary(operation, a, row, y), y);
            if (operation == BinaryOperation.Divide && kind != Kind.Special)
                continue;
            Tensor dy = Mixed(kind == Kind.Large ? Kind.Small : kind, 3, length);
            double absolute = kind == Kind.Large ? 1e24 : 1e-6;
            twins.Agree($"{operation}'", 2e-6, absolute, backend => backend.BinaryGradient(operation, a, b, dy, da, db), da, db);
            twins.Agree($"{operation}' of a row", 2e-6, absolute, backend => backend.BinaryGradient(operation, a, row, dy, default, dRow), dRow);
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sums_scales_and_copies(Kind kind) => Each(length =>
    {
        Tensor x = Mixed(kind, length), y = Mixed(kind, length);
        twins.Agree("add scaled", 1e-6, kind == Kind.Large ? 1e24 : 1e-6, backend => backend.AddScaled(x, -0.3f, y), y);
        twins.Agree("scale", 1e-6, 3e-45, backend => backend.ScaleInPlace(y, 1.7f), y);
        twins.Agree("copy", 0, 0, backend => backend.Copy(x, y), y);
        double expected = twins.Scalar.SumOfSquares(x), actual = twins.Processor.SumOfSquares(x);
        Assert.True(double.IsNaN(expected) ? double.IsNaN(actual) : expected == actual || Math.Abs(expected - actual) <= 1e-6 * expected, $"{expected} {actual}");
        Assert.Equal(twins.Scalar.IsFinite(x), twins.Processor.IsFinite(x));
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reductions_and_their_gradients(Kind kind) => Each(length =>
    {
        Tensor x = Mixed(kind, 3, length);
        foreach (ReduceOperation operation in Enum.GetValues<ReduceOperation>())
        {
            foreach (uint axes in new uint[] { 1, 2, 3 })
            {
                AxisSet set = new(axes);
                Shape kept = set.Reduce(x.Shape, keepDimensions: false);
                Tensor y = twins.Arena.AllocateZeroed(kept), dy = twins.Arena.AllocateZeroed(kept), dx = Zeros(3, length);
                Mixed(Kind.Small, dy.Count).Span.CopyTo(dy.Span);
                double absolute = kind == Kind.Large && operation is ReduceOperation.Sum or ReduceOperation.Mean ? 1e25 : 1e-6;
                twins.Agree($"{operation} over {axes}", 1e-6, absolute, backend => backend.Reduce(operation, x, set, y), y);
                twins.Processor.Reduce(operation, x, set, y);
                twins.Agree($"{operation}' over {axes}", 1e-6, 3e-45, backend => backend.ReduceGradient(operation, x, y, set, dy, dx), dx);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Softmax_and_its_logarithm(Kind kind) => Each(length =>
    {
        Tensor x = Mixed(kind, 3, length), y = Zeros(3, length), logarithm = Zeros(3, length), dy = Mixed(Kind.Small, 3, length), dx = Zeros(3, length);
        twins.Agree("softmax", 1e-5, 1e-7, backend => backend.Softmax(x, y), y);
        twins.Agree("log softmax", 1e-5, 1e-5, backend => backend.LogSoftmax(x, logarithm), logarithm);
        twins.Processor.Softmax(x, y);
        twins.Processor.LogSoftmax(x, logarithm);
        twins.Agree("softmax gradient", 1e-5, 1e-6, backend => backend.SoftmaxGradient(y, dy, dx), dx);
        twins.Agree("log softmax gradient", 1e-5, 1e-5, backend => backend.LogSoftmaxGradient(logarithm, dy, dx), dx);
    });

    [Theory]
    [InlineData(Kind.Small)]
    [InlineData(Kind.Special)]
    public void Norms_of_rows_and_channels(Kind kind) => Each(length =>
    {
        Tensor x = Mixed(kind, 3, length), gain = Mixed(Kind.Small, length), bias = Mixed(Kind.Small, length), y = Zeros(3, length);
        Tensor mean = Zeros(3), inverse = Zeros(3), columnMean = Zeros(length), variance = Zeros(length);
        twins.Agree("layer norm", 1e-5, 1e-5, backend => backend.LayerNorm(x, gain, bias, 1e-2f, y, mean, inverse), y);
        twins.Agree("rms norm", 1e-5, 1e-5, backend => backend.RmsNorm(x, gain, 1e-2f, y, inverse), y);
        twins.Agree("batch norm", 1e-5, 1e-5, backend => backend.BatchNorm(x, gain, bias, 1e-2f, y, columnMean, variance), y);
        twins.Agree("group norm", 1e-5, 1e-5, backend => backend.GroupNorm(x, 1, gain, bias, 1e-2f, y, mean, inverse), y);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_of_norms(Kind kind) => Each(length =>
    {
        // Huge numbers are among the gradients only: their own statistics are tested above, and 1 / 1e30 leaves no digits to compare.
        Tensor x = Mixed(kind == Kind.Large ? Kind.Small : kind, 3, length), gain = Mixed(Kind.Small, length), dy = Mixed(kind, 3, length), y = Zeros(3, length);
        Tensor mean = Zeros(3), inverse = Zeros(3), columnMean = Zeros(length), variance = Zeros(length), dx = Zeros(3, length), dGain = Zeros(length), dBias = Zeros(length);
        double absolute = kind == Kind.Large ? 1e26 : 1e-4;
        twins.Scalar.LayerNorm(x, gain, default, 1e-2f, y, mean, inverse);
        twins.Agree("layer norm", 1e-4, absolute, backend => backend.LayerNormGradient(x, gain, mean, inverse, dy, dx, dGain, dBias), dx, dGain, dBias);
        twins.Scalar.GroupNorm(x, 1, gain, default, 1e-2f, y, mean, inverse);
        twins.Agree("group norm", 1e-4, absolute, backend => backend.GroupNormGradient(x, 1, gain, mean, inverse, dy, dx, dGain, dBias), dx, dGain, dBias);
        twins.Scalar.RmsNorm(x, gain, 1e-2f, y, inverse);
        twins.Agree("rms norm", 1e-4, absolute, backend => backend.RmsNormGradient(x, gain, inverse, dy, dx, dGain), dx, dGain);
        twins.Scalar.BatchNorm(x, gain, default, 1e-2f, y, columnMean, variance);
        twins.Agree(
            "batch norm", 1e-4, absolute, backend => backend.BatchNormGradient(x, gain, columnMean, variance, 1e-2f, dy, dx, dGain, dBias), dx, dGain, dBias);
    });

    [Fact]
    public void Huge_rows_are_normalised_without_overflow() => Each(length =>
    {
        Tensor x = Mixed(Kind.Large, 3, length), y = Zeros(3, length), mean = Zeros(3), inverse = Zeros(3);
        twins.Agree("layer norm", 1e-5, 1e-5, backend => backend.LayerNorm(x, default, default, 1e-2f, y, mean, inverse), y);
        twins.Agree("rms norm", 1e-5, 1e-5, backend => backend.RmsNorm(x, default, 1e-2f, y, inverse), y);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AdamW_steps(Kind kind) => Each(length =>
    {
        // The squares of huge gradients are infinite as floats, in the twin as well.
        Tensor values = Mixed(kind, length), gradients = Mixed(kind, length), first = Mixed(Kind.Small, length), second = Mixed(Kind.Small, length);
        foreach (ref float number in second.Span)
            number = Math.Abs(number);
        AdamWSettings settings = new(0.01f, 0.9, 0.999, 1e-8f, 0.1f, 3);
        twins.Agree("AdamW", 2e-6, kind == Kind.Large ? 1e24 : 2e-6, backend => backend.AdamWStep(values, gradients, first, second, default, settings), values, first, second);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gru_gates(Kind kind) => Each(length =>
    {
        Tensor gi = Mixed(kind, 2, 3 * length), gh = Mixed(kind == Kind.Large ? Kind.Small : kind, 2, 3 * length), h = Mixed(Kind.Small, 2, length);
        Tensor next = Zeros(2, length), gates = Zeros(2, 3 * length);
        twins.Agree("gates", 2e-6, 2e-6, backend => backend.GruGates(gi, gh, h, next, gates), next, gates);
        twins.Scalar.GruGates(gi, gh, h, next, gates);
        Tensor dNext = Mixed(kind, 2, length), dGi = Zeros(2, 3 * length), dGh = Zeros(2, 3 * length), dH = Zeros(2, length);
        twins.Agree(
            "gates gradient", 1e-5, kind == Kind.Large ? 1e24 : 1e-5, backend => backend.GruGatesGradient(gh, h, gates, dNext, dGi, dGh, dH), dGi, dGh, dH);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Products(Kind kind) => Each(length =>
    {
        Tensor a = Mixed(kind, 5, length), b = Mixed(kind == Kind.Large ? Kind.Small : kind, length, 7), y = Zeros(5, 7);
        twins.Agree("product", 1e-5, kind == Kind.Large ? 1e25 : 1e-5, backend => backend.MatMul(a, false, b, false, y), y);
        Tensor tall = Mixed(kind, length, 6), wide = Mixed(Kind.Small, 9, 6), z = Zeros(length, 9);
        twins.Agree("transposed product", 1e-5, kind == Kind.Large ? 1e25 : 1e-5, backend => backend.MatMul(tall, false, wide, true, z), z);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Convolutions_and_pools(Kind kind) => Each(width =>
    {
        Tensor x = Mixed(kind, 1, 2, 3, width), kernels = Mixed(Kind.Small, 3, 2, 3, 3), y = Zeros(1, 3, 3, width), pooled = Zeros(1, 2, 3, width);
        IntTensor indices = twins.Integers(1, 1, 2, 3, width);
        twins.Agree(
            "convolution", 1e-5, kind == Kind.Large ? 1e25 : 1e-5, backend => backend.Convolution2d(x, kernels, default, new ConvolutionGeometry(1, 1, 1, 1), y), y);
        PoolGeometry window = new(3, 3, 1, 1, 1, 1);
        twins.Agree("average", 1e-5, kind == Kind.Large ? 1e24 : 1e-6, backend => backend.AveragePool2d(x, window, pooled), pooled);
        twins.Agree("maximum", 0, 0, backend => backend.MaxPool2d(x, window, pooled, indices), pooled);
        int[] places = indices.Span.ToArray();
        twins.Scalar.MaxPool2d(x, window, pooled, indices);
        Assert.Equal(indices.Span.ToArray(), places);
        Tensor dPooled = Mixed(kind, 1, 2, 3, width), dx = Zeros(1, 2, 3, width);
        double absolute = kind == Kind.Large ? 1e25 : 1e-5;
        twins.Agree("maximum gradient", 1e-6, absolute, backend => backend.MaxPool2dGradient(dPooled, indices, dx), dx);
        twins.Agree("average gradient", 1e-5, absolute, backend => backend.AveragePool2dGradient(dPooled, window, dx), dx);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Attention_and_its_gradient(Kind kind) => Each(tokens =>
    {
        // Scores of huge numbers have no digits to compare; as values and gradients they stay linear.
        Kind scored = kind == Kind.Large ? Kind.Small : kind;
        Tensor q = Mixed(scored, 1, 2, tokens, 5), k = Mixed(scored, 1, 2, tokens, 5), v = Mixed(kind, 1, 2, tokens, 3), y = Zeros(1, 2, tokens, 3);
        Tensor dy = Mixed(scored, 1, 2, tokens, 3), statistics = Zeros(1, 2, tokens, 2), dQ = Zeros(1, 2, tokens, 5), dK = Zeros(1, 2, tokens, 5), dV = Zeros(1, 2, tokens, 3);
        HeadView query = HeadView.HeadsFirst(q), key = HeadView.HeadsFirst(k), value = HeadView.HeadsFirst(v);
        foreach (AttentionScores scores in new[] { new AttentionScores(0.4f), new AttentionScores(0.4f, 1) })
        {
            double absolute = kind == Kind.Large ? 1e26 : 1e-4;
            // What a row with NaN keeps for its gradient is free, so each backend goes on from its own.
            Tensor[] outputs = kind == Kind.Special ? [y] : [y, statistics];
            twins.Agree(
                "attention", 1e-4, absolute, backend => backend.Attention(query, key, value, scores, HeadView.HeadsFirst(y), statistics), outputs);
            twins.Agree(
                "attention gradient", 1e-4, absolute,
                backend =>
                {
                    backend.Attention(query, key, value, scores, HeadView.HeadsFirst(y), statistics);
                    backend.AttentionGradient(
                        query, key, value, scores, statistics, HeadView.HeadsFirst(dy), HeadView.HeadsFirst(dQ), HeadView.HeadsFirst(dK), HeadView.HeadsFirst(dV));
                },
                dQ, dK, dV);
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Levels_and_products_of_bytes(Kind kind) => Each(length =>
    {
        Tensor x = Mixed(kind, 3, length), scale = Mixed(kind, 3), y = Zeros(3, length), z = Zeros(3, 3), bias = Mixed(kind, 3);
        ByteTensor bytes = twins.Arena.AllocateByte(x.Shape), expected = twins.Arena.AllocateByte(x.Shape);
        twins.Agree("levels", 0, 0, backend => backend.Quantize(x, scale, -128, 127, y), y);
        twins.Processor.Quantize(x, scale, bytes);
        twins.Scalar.Quantize(x, scale, expected);
        Assert.Equal(expected.Span, bytes.Span);
        twins.Agree("numbers of bytes", 1e-6, 3e-45, backend => backend.Dequantize(bytes, scale, y), y);
        twins.Agree(
            "product of bytes", 1e-5, kind == Kind.Large ? 1e26 : 1e-5, backend => backend.MatMulInt8(bytes, scale, bytes, scale, bias, z), z);
    });

    [Fact]
    public void The_normality_statistic_of_NaN_is_NaN_in_its_column_only() => Each(columns =>
    {
        Tensor x = twins.RandomIn(-2, 2, 1, 5, columns), y = Zeros(1, columns);
        int place = columns / 2;
        x.Span[(2 * columns) + place] = float.NaN;
        twins.Agree("statistic", 1e-5, 1e-5, backend => backend.NormalityStatistic(x, y), y);
        Assert.True(float.IsNaN(y.Span[place]));
    });

    // Every length up to 40, and one of several vectors.
    private void Each(Action<int> run)
    {
        for (int length = 1; length <= Rounds; length++)
        {
            run(length);
            twins.Arena.Reset();
        }

        run(131);
        twins.Arena.Reset();
    }

    private Tensor Mixed(Kind kind, params ReadOnlySpan<int> lengths)
    {
        Tensor tensor = twins.Random(lengths);
        float[] numbers = kind switch { Kind.Small => Small, Kind.Large => Large, _ => Special };
        // One number in twelve is special, so that some results stay ordinary; of the others half.
        int rarity = kind == Kind.Special ? 12 : 2;
        foreach (ref float number in tensor.Span)
            if (_random.Next(rarity) == 0)
                number = numbers[_random.Next(numbers.Length)];
        return tensor;
    }

    private Tensor Zeros(params ReadOnlySpan<int> lengths) => twins.Arena.AllocateZeroed(new Shape(lengths));

    private Tensor Like(float number)
    {
        Tensor tensor = twins.Arena.Allocate(new Shape(37));
        tensor.Span.Fill(number);
        return tensor;
    }
}
