using Orrery.Tensors.Tests.Reference;

namespace Orrery.Tensors.Tests.Kernels;

public class ConvolutionTests
{
    /// <summary>Sizes of one convolution.</summary>
    public sealed record Case(int Batch, int Channels, int Outputs, int Height, int Width, int KernelY, int KernelX, ConvolutionGeometry Geometry)
    {
        public Shape X => new(Batch, Channels, Height, Width);

        public Shape Weight => new(Outputs, Channels / Geometry.Groups, KernelY, KernelX);

        public Shape Y => new(
            Batch, Outputs, ((Height + (2 * Geometry.PaddingY) - KernelY) / Geometry.StrideY) + 1,
            ((Width + (2 * Geometry.PaddingX) - KernelX) / Geometry.StrideX) + 1);
    }

    private static readonly Case[] All =
    [
        // The layers of a small encoder.
        new(3, 2, 8, 65, 65, 5, 5, new(2, 2, 2, 2)),
        new(2, 8, 16, 33, 33, 3, 3, new(2, 2, 1, 1)),
        new(2, 16, 32, 17, 17, 3, 3, new(2, 2, 1, 1)),
        new(2, 32, 32, 9, 9, 3, 3, new(1, 1, 1, 1)),
        new(2, 32, 32, 9, 9, 3, 3, new(2, 2, 1, 1)),
        // One cell, one position, one number.
        new(1, 1, 1, 1, 1, 1, 1, new(1, 1, 0, 0)),
        new(2, 5, 7, 6, 10, 1, 1, new(1, 1, 0, 0)),
        new(2, 5, 7, 6, 11, 1, 1, new(2, 2, 0, 0)),
        new(4, 3, 2, 7, 7, 7, 7, new(1, 1, 0, 0)),
        new(2, 3, 9, 4, 4, 4, 4, new(4, 4, 0, 0)),
        // Windows and strides that differ along the axes; strides beyond the window; cells that no window meets.
        new(2, 3, 5, 11, 8, 3, 2, new(1, 2, 0, 1)),
        new(1, 2, 3, 10, 13, 2, 5, new(3, 1, 1, 2)),
        new(2, 2, 13, 9, 14, 2, 2, new(3, 4, 1, 0)),
        new(2, 3, 4, 12, 12, 1, 3, new(5, 3, 0, 1)),
        new(2, 1, 1, 1, 1, 1, 1, new(2, 2, 1, 1)),
        new(1, 3, 2, 8, 7, 4, 4, new(2, 2, 3, 3)),
        new(1, 3, 2, 5, 6, 3, 3, new(1, 1, 4, 5)),
        new(1, 2, 3, 6, 5, 3, 3, new(2, 2, 5, 4)),
        new(1, 2, 3, 3, 40, 5, 5, new(2, 2, 2, 2)),
        new(2, 1, 6, 1, 50, 1, 9, new(1, 3, 0, 4)),
        new(2, 6, 1, 50, 1, 9, 1, new(3, 1, 4, 0)),
        // Groups, down to a channel each.
        new(2, 6, 4, 8, 9, 3, 3, new(1, 1, 1, 1, 2)),
        new(3, 6, 6, 9, 7, 3, 3, new(2, 2, 1, 1, 6)),
        new(2, 4, 8, 6, 6, 5, 3, new(1, 2, 2, 0, 4)),
        // A depth and a number of positions beyond one block.
        new(1, 70, 11, 7, 6, 3, 3, new(1, 1, 1, 1)),
        new(1, 3, 130, 30, 31, 2, 2, new(1, 1, 0, 0)),
        new(40, 2, 3, 5, 5, 3, 3, new(1, 1, 1, 1)),
    ];

    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, All.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_forward_pass_equals_plain_loops_with_and_without_bias(int number)
    {
        Case sizes = All[number];
        using Bench bench = new();
        using ScalarBackend plain = new();
        Tensor x = bench.Random(Axes(sizes.X)), weight = bench.Random(Axes(sizes.Weight)), bias = bench.Random(sizes.Outputs);
        Tensor expected = bench.Blank(sizes.Y), y = bench.Blank(sizes.Y);
        plain.Convolution2d(x, weight, default, sizes.Geometry, expected);
        bench.Backend.Convolution2d(x, weight, default, sizes.Geometry, y);
        Close(expected, y, weight.Count / sizes.Outputs, sizes);

        plain.Convolution2d(x, weight, bias, sizes.Geometry, expected, Activation.Silu);
        bench.Backend.Convolution2d(x, weight, bias, sizes.Geometry, y, Activation.Silu);
        Close(expected, y, weight.Count / sizes.Outputs, sizes);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_gradient_of_the_input_is_added_and_equals_plain_loops(int number)
    {
        Case sizes = All[number];
        using Bench bench = new();
        using ScalarBackend plain = new();
        Tensor dy = bench.Random(Axes(sizes.Y)), weight = bench.Random(Axes(sizes.Weight));
        Tensor dx = bench.Random(Axes(sizes.X)), expected = bench.Of(dx.Span, Axes(sizes.X));
        plain.Convolution2dGradientInput(dy, weight, sizes.Geometry, expected);
        bench.Backend.Convolution2dGradientInput(dy, weight, sizes.Geometry, dx);
        Close(expected, dx, weight.Count / sizes.Weight[1], sizes);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_gradients_of_weight_and_bias_are_added_and_equal_plain_loops(int number)
    {
        Case sizes = All[number];
        using Bench bench = new();
        using ScalarBackend plain = new();
        Tensor x = bench.Random(Axes(sizes.X)), dy = bench.Random(Axes(sizes.Y));
        Tensor dWeight = bench.Random(Axes(sizes.Weight)), dBias = bench.Random(sizes.Outputs);
        Tensor expected = bench.Of(dWeight.Span, Axes(sizes.Weight)), expectedBias = bench.Of(dBias.Span, sizes.Outputs);
        plain.Convolution2dGradientWeight(x, dy, sizes.Geometry, expected, expectedBias);
        bench.Backend.Convolution2dGradientWeight(x, dy, sizes.Geometry, dWeight, dBias);
        Close(expected, dWeight, dy.Count / sizes.Outputs, sizes);
        Close(expectedBias, dBias, dy.Count / sizes.Outputs, sizes);

        Tensor before = bench.Of(dBias.Span, sizes.Outputs);
        bench.Backend.Convolution2dGradientWeight(x, dy, sizes.Geometry, dWeight, default);
        Expect.SameBits(before.Span, dBias.Span, "the bias that was not asked for");
        before = bench.Of(dWeight.Span, Axes(sizes.Weight));
        bench.Backend.Convolution2dGradientWeight(x, dy, sizes.Geometry, default, dBias);
        Expect.SameBits(before.Span, dWeight.Span, "the weight that was not asked for");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_number_of_threads_gives_the_same_bits(int threads)
    {
        foreach (Case sizes in All)
        {
            float[][] one = Everything(sizes, 1), many = Everything(sizes, threads);
            for (int result = 0; result < one.Length; result++)
                Expect.SameBits(one[result], many[result], $"{sizes}, result {result}");
        }
    }

    [Theory]
    [InlineData(Activation.Identity)]
    [InlineData(Activation.Relu)]
    public void NaN_in_one_cell_reaches_exactly_the_results_whose_window_holds_it(Activation activation)
    {
        foreach (Case sizes in All.Where(sizes => sizes.X.Count > 100))
        {
            using Bench bench = new();
            using ScalarBackend plain = new();
            Tensor x = bench.Random(Axes(sizes.X)), weight = bench.Random(Axes(sizes.Weight)), bias = bench.Random(sizes.Outputs);
            x.Span[x.Count / 3] = float.NaN;
            x.Span[^1] = float.NaN;
            Tensor expected = bench.Blank(sizes.Y), y = bench.Blank(sizes.Y);
            plain.Convolution2d(x, weight, bias, sizes.Geometry, expected, activation);
            bench.Backend.Convolution2d(x, weight, bias, sizes.Geometry, y, activation);
            Close(expected, y, weight.Count / sizes.Outputs, sizes);

            Tensor dy = bench.Random(Axes(sizes.Y)), dx = bench.Zeros(sizes.X), expectedX = bench.Zeros(sizes.X);
            dy.Span[dy.Count / 3] = float.NaN;
            dy.Span[0] = float.NaN;
            plain.Convolution2dGradientInput(dy, weight, sizes.Geometry, expectedX);
            bench.Backend.Convolution2dGradientInput(dy, weight, sizes.Geometry, dx);
            Close(expectedX, dx, weight.Count / sizes.Weight[1], sizes);
        }
    }

    [Fact]
    public void Repeated_calls_allocate_nothing()
    {
        Case sizes = All[3];
        using Bench bench = new();
        Tensor x = bench.Random(Axes(sizes.X)), weight = bench.Random(Axes(sizes.Weight)), bias = bench.Random(sizes.Outputs);
        Tensor y = bench.Blank(sizes.Y), dx = bench.Zeros(sizes.X), dWeight = bench.Zeros(sizes.Weight), dBias = bench.Zeros(bias.Shape);
        long before = 0;
        for (int round = 0; round < 6; round++)
        {
            if (round == 3)
                before = GC.GetAllocatedBytesForCurrentThread();
            bench.Backend.Convolution2d(x, weight, bias, sizes.Geometry, y, Activation.Relu);
            bench.Backend.Convolution2dGradientInput(y, weight, sizes.Geometry, dx);
            bench.Backend.Convolution2dGradientWeight(x, y, sizes.Geometry, dWeight, dBias);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Neighbouring_memory_is_left_alone()
    {
        foreach (Case sizes in All)
        {
            using Bench bench = new();
            Tensor x = bench.Random(Axes(sizes.X)), weight = bench.Random(Axes(sizes.Weight));
            Tensor padded = bench.Blank(sizes.Y.Count + 64), y = padded.Part(32, sizes.Y);
            bench.Backend.Convolution2d(x, weight, default, sizes.Geometry, y);
            Tensor paddedX = bench.Blank(sizes.X.Count + 64), dx = paddedX.Part(32, sizes.X);
            bench.Backend.Fill(dx, 0);
            bench.Backend.Convolution2dGradientInput(y, weight, sizes.Geometry, dx);
            Tensor paddedWeight = bench.Blank(sizes.Weight.Count + 64), dWeight = paddedWeight.Part(32, sizes.Weight);
            bench.Backend.Fill(dWeight, 0);
            bench.Backend.Convolution2dGradientWeight(x, y, sizes.Geometry, dWeight, default);
            foreach (Tensor tensor in new[] { padded, paddedX, paddedWeight })
                Assert.True(tensor.Span[..32].ToArray().Concat(tensor.Span[^32..].ToArray()).All(float.IsNaN), sizes.ToString());
            foreach (Tensor tensor in new[] { y, dx, dWeight })
                Assert.True(tensor.Span.ToArray().All(float.IsFinite), sizes.ToString());
        }
    }

    [Fact]
    public void An_empty_batch_gives_nothing()
    {
        using Bench bench = new();
        Tensor x = bench.Random(0, 2, 5, 5), weight = bench.Random(3, 2, 3, 3), y = bench.Blank(0, 3, 5, 5);
        Tensor dWeight = bench.Zeros(weight.Shape), dBias = bench.Zeros(new Shape(3));
        ConvolutionGeometry geometry = new(1, 1, 1, 1);
        bench.Backend.Convolution2d(x, weight, default, geometry, y);
        bench.Backend.Convolution2dGradientInput(y, weight, geometry, x);
        bench.Backend.Convolution2dGradientWeight(x, y, geometry, dWeight, dBias);
        Assert.True(dWeight.Span.ToArray().Concat(dBias.Span.ToArray()).All(number => number == 0));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using Bench bench = new();
        Tensor x = bench.Random(2, 3, 8, 8), weight = bench.Random(4, 3, 3, 3), y = bench.Blank(2, 4, 6, 6);
        ConvolutionGeometry plain = new(1, 1, 0, 0);
        Throws("[2, 3, 8, 8]", "[4, 2, 3, 3]", () => bench.Backend.Convolution2d(x, bench.Random(4, 2, 3, 3), default, plain, y));
        Throws("[2, 3, 8, 8]", "[2, 4, 6, 6]", () => bench.Backend.Convolution2d(x, weight, default, plain with { PaddingX = 1 }, y));
        Throws("[2, 4, 6, 7]", "[2, 4, 6, 6]", () => bench.Backend.Convolution2dGradientInput(bench.Blank(2, 4, 6, 7), weight, plain, x));
        Throws("[3, 4, 6, 6]", "[2, 4, 6, 6]", () => bench.Backend.Convolution2dGradientWeight(x, bench.Blank(3, 4, 6, 6), plain, weight, default));
        Throws("[5]", "4", () => bench.Backend.Convolution2d(x, weight, bench.Random(5), plain, y));
        Throws("[5]", "4", () => bench.Backend.Convolution2dGradientWeight(x, y, plain, weight, bench.Random(5)));
        Throws("[2, 3, 8]", "[B, C, H, W]", () => bench.Backend.Convolution2d(bench.Random(2, 3, 8), weight, default, plain, y));
        Throws("Groups = 2", "at least", () => bench.Backend.Convolution2d(x, weight, default, plain with { StrideY = 0, Groups = 2 }, y));
        Throws("[2, 3, 8, 8]", "[3, 3, 3, 3]", () => bench.Backend.Convolution2d(x, bench.Random(3, 3, 3, 3), default, plain with { Groups = 2 }, y));
        Throws("[2, 3, 8, 8]", "[4, 3, 9, 9]", () => bench.Backend.Convolution2d(x, bench.Random(4, 3, 9, 9), default, plain, bench.Blank(2, 4, 0, 0)));

        static void Throws(string first, string second, Action call)
        {
            string message = Assert.Throws<ArgumentException>(call).Message;
            Assert.StartsWith("Convolution2d", message, StringComparison.Ordinal);
            Assert.Contains(first, message, StringComparison.Ordinal);
            Assert.Contains(second, message, StringComparison.Ordinal);
        }
    }

    private static float[][] Everything(Case sizes, int threads)
    {
        using Bench bench = new(threads);
        Tensor x = bench.Random(Axes(sizes.X)), weight = bench.Random(Axes(sizes.Weight)), bias = bench.Random(sizes.Outputs);
        Tensor y = bench.Blank(sizes.Y), dx = bench.Zeros(sizes.X), dWeight = bench.Zeros(sizes.Weight), dBias = bench.Zeros(bias.Shape);
        bench.Backend.Convolution2d(x, weight, bias, sizes.Geometry, y, Activation.Relu);
        bench.Backend.Convolution2dGradientInput(y, weight, sizes.Geometry, dx);
        bench.Backend.Convolution2dGradientWeight(x, y, sizes.Geometry, dWeight, dBias);
        return [y.Span.ToArray(), dx.Span.ToArray(), dWeight.Span.ToArray(), dBias.Span.ToArray()];
    }

    private static int[] Axes(Shape shape) => [shape[0], shape[1], shape[2], shape[3]];

    private static void Close(Tensor expected, Tensor actual, int terms, Case sizes) => Expect.Close(
        [.. expected.Span.ToArray().Select(number => (double)number)], actual.Span, 1e-5, 1e-6 * (4 + terms), sizes.ToString());
}
