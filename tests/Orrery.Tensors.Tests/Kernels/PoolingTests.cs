using Orrery.Tensors.Tests.Reference;

namespace Orrery.Tensors.Tests.Kernels;

public class PoolingTests
{
    // x and window, so that windows overlap, leave cells out, hang over borders, and cover everything.
    private static readonly (int[] X, PoolGeometry Geometry)[] All =
    [
        ([2, 3, 8, 8], new(2, 2, 2, 2, 0, 0)),
        ([2, 3, 9, 7], new(3, 3, 2, 2, 1, 1)),
        ([2, 3, 9, 7], new(3, 3, 2, 2, 1, 1, CountPadding: false)),
        ([1, 1, 1, 1], new(1, 1, 1, 1, 0, 0)),
        ([1, 2, 5, 6], new(5, 6, 1, 1, 0, 0)),
        ([3, 2, 10, 11], new(2, 3, 3, 1, 1, 0, CountPadding: false)),
        ([1, 4, 7, 5], new(1, 4, 4, 2, 0, 2)),
        ([5, 7, 17, 13], new(3, 3, 1, 1, 1, 1)),
    ];

    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, All.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_maximum_and_its_gradient_equal_plain_loops(int number)
    {
        (int[] axes, PoolGeometry geometry) = All[number];
        using Bench bench = new();
        using ScalarBackend plain = new();
        Tensor x = bench.Random(axes), y = bench.Blank(Result(axes, geometry)), expected = bench.Blank(y.Shape);
        IntTensor indices = bench.Arena.AllocateInt(y.Shape), expectedIndices = bench.Arena.AllocateInt(y.Shape);
        plain.MaxPool2d(x, geometry, expected, expectedIndices);
        bench.Backend.MaxPool2d(x, geometry, y, indices);
        Expect.SameBits(expected.Span, y.Span, "maximum");
        Assert.Equal(expectedIndices.Span.ToArray(), indices.Span.ToArray());

        Tensor dy = bench.Random(y.Shape[0], y.Shape[1], y.Shape[2], y.Shape[3]), dx = bench.Random(axes), expectedX = bench.Of(dx.Span, axes);
        plain.MaxPool2dGradient(dy, expectedIndices, expectedX);
        bench.Backend.MaxPool2dGradient(dy, indices, dx);
        Expect.SameBits(expectedX.Span, dx.Span, "gradient");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_average_and_its_gradient_equal_plain_loops(int number)
    {
        (int[] axes, PoolGeometry geometry) = All[number];
        using Bench bench = new();
        using ScalarBackend plain = new();
        Tensor x = bench.Random(axes), y = bench.Blank(Result(axes, geometry)), expected = bench.Blank(y.Shape);
        plain.AveragePool2d(x, geometry, expected);
        bench.Backend.AveragePool2d(x, geometry, y);
        Close(expected, y, "average");

        Tensor dy = bench.Random(y.Shape[0], y.Shape[1], y.Shape[2], y.Shape[3]), dx = bench.Random(axes), expectedX = bench.Of(dx.Span, axes);
        plain.AveragePool2dGradient(dy, geometry, expectedX);
        bench.Backend.AveragePool2dGradient(dy, geometry, dx);
        Close(expectedX, dx, "gradient");
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        foreach ((int[] axes, PoolGeometry geometry) in All.Append(([16, 8, 33, 33], new PoolGeometry(3, 3, 2, 2, 1, 1))))
        {
            float[][] one = Everything(axes, geometry, 1), two = Everything(axes, geometry, 2);
            for (int result = 0; result < one.Length; result++)
                Expect.SameBits(one[result], two[result], $"{geometry}, result {result}");
        }
    }

    [Fact]
    public void Of_equal_numbers_the_first_wins_and_padding_never_does()
    {
        using Bench bench = new();
        Tensor x = bench.Zeros(new Shape(1, 1, 4, 4)), y = bench.Blank(1, 1, 2, 2);
        x.Span.Fill(-5);
        IntTensor indices = bench.Arena.AllocateInt(y.Shape);
        bench.Backend.MaxPool2d(x, new(3, 3, 2, 2, 1, 1), y, indices);
        Assert.Equal([-5f, -5f, -5f, -5f], y.Span.ToArray());
        Assert.Equal([0, 1, 4, 5], indices.Span.ToArray());
        x.Span.Fill(float.NegativeInfinity);
        bench.Backend.MaxPool2d(x, new(3, 3, 2, 2, 1, 1), y, indices);
        Assert.True(y.Span.ToArray().All(float.IsNegativeInfinity));
        Assert.Equal([0, 1, 4, 5], indices.Span.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(15)]
    public void NaN_anywhere_in_a_window_is_its_result(int place)
    {
        using Bench bench = new();
        Tensor x = bench.Random(1, 1, 4, 4), y = bench.Blank(1, 1, 2, 2);
        x.Span[place] = float.NaN;
        IntTensor indices = bench.Arena.AllocateInt(y.Shape);
        PoolGeometry geometry = new(2, 2, 2, 2, 0, 0);
        int window = (place / 8 * 2) + (place % 4 / 2);
        bench.Backend.MaxPool2d(x, geometry, y, indices);
        for (int index = 0; index < 4; index++)
            Assert.Equal(index == window, float.IsNaN(y.Span[index]));
        Assert.Equal(place, indices.Span[window]);
        bench.Backend.AveragePool2d(x, geometry, y);
        for (int index = 0; index < 4; index++)
            Assert.Equal(index == window, float.IsNaN(y.Span[index]));
    }

    [Fact]
    public void Repeated_calls_allocate_nothing()
    {
        using Bench bench = new();
        PoolGeometry geometry = new(3, 3, 2, 2, 1, 1);
        Tensor x = bench.Random(4, 8, 33, 33), y = bench.Blank(Result([4, 8, 33, 33], geometry));
        IntTensor indices = bench.Arena.AllocateInt(y.Shape);
        long before = 0;
        for (int round = 0; round < 6; round++)
        {
            if (round == 3)
                before = GC.GetAllocatedBytesForCurrentThread();
            bench.Backend.MaxPool2d(x, geometry, y, indices);
            bench.Backend.MaxPool2dGradient(y, indices, x);
            bench.Backend.AveragePool2d(x, geometry, y);
            bench.Backend.AveragePool2dGradient(y, geometry, x);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using Bench bench = new();
        Tensor x = bench.Random(2, 3, 8, 8), y = bench.Blank(2, 3, 4, 5), good = bench.Blank(2, 3, 4, 4);
        IntTensor indices = bench.Arena.AllocateInt(y.Shape);
        PoolGeometry geometry = new(2, 2, 2, 2, 0, 0);
        Throws("MaxPool2d", "[2, 3, 8, 8]", "[2, 3, 4, 5]", () => bench.Backend.MaxPool2d(x, geometry, y, indices));
        Throws("MaxPool2d", "[2, 3, 4, 5]", "[2, 3, 4, 4]", () => bench.Backend.MaxPool2d(x, geometry, good, indices));
        Throws("MaxPool2dGradient", "[2, 3, 4, 5]", "[2, 4, 8, 8]", () => bench.Backend.MaxPool2dGradient(y, indices, bench.Blank(2, 4, 8, 8)));
        Throws("AveragePool2d", "[2, 3, 8, 8]", "[2, 3, 4, 5]", () => bench.Backend.AveragePool2d(x, geometry, y));
        Throws("AveragePool2dGradient", "[2, 3, 8, 8]", "[2, 3, 4, 5]", () => bench.Backend.AveragePool2dGradient(y, geometry, x));
        Throws("AveragePool2d", "PaddingY = 2", "half", () => bench.Backend.AveragePool2d(x, geometry with { PaddingY = 2 }, y));

        static void Throws(string operation, string first, string second, Action call)
        {
            string message = Assert.Throws<ArgumentException>(call).Message;
            Assert.StartsWith(operation + ":", message, StringComparison.Ordinal);
            Assert.Contains(first, message, StringComparison.Ordinal);
            Assert.Contains(second, message, StringComparison.Ordinal);
        }
    }

    private static Shape Result(int[] axes, PoolGeometry geometry) => new(
        axes[0], axes[1], ((axes[2] + (2 * geometry.PaddingY) - geometry.KernelY) / geometry.StrideY) + 1,
        ((axes[3] + (2 * geometry.PaddingX) - geometry.KernelX) / geometry.StrideX) + 1);

    private static float[][] Everything(int[] axes, PoolGeometry geometry, int threads)
    {
        using Bench bench = new(threads);
        Tensor x = bench.Random(axes), y = bench.Blank(Result(axes, geometry)), average = bench.Blank(y.Shape);
        Tensor dx = bench.Zeros(x.Shape), dxAverage = bench.Zeros(x.Shape);
        IntTensor indices = bench.Arena.AllocateInt(y.Shape);
        bench.Backend.MaxPool2d(x, geometry, y, indices);
        bench.Backend.MaxPool2dGradient(y, indices, dx);
        bench.Backend.AveragePool2d(x, geometry, average);
        bench.Backend.AveragePool2dGradient(y, geometry, dxAverage);
        return [y.Span.ToArray(), dx.Span.ToArray(), average.Span.ToArray(), dxAverage.Span.ToArray()];
    }

    private static void Close(Tensor expected, Tensor actual, string what) =>
        Expect.Close([.. expected.Span.ToArray().Select(number => (double)number)], actual.Span, 1e-5, 1e-6, what);
}
