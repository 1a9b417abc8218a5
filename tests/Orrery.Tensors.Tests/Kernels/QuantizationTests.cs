namespace Orrery.Tensors.Tests.Kernels;

/// <summary>Rounding to few levels, and products of signed bytes.</summary>
public sealed class QuantizationTests(Twins twins) : IClassFixture<Twins>
{
    [Fact]
    public void Every_length_of_row_equals_the_scalar_twin()
    {
        for (int length = 1; length <= 256; length++)
        {
            Check(3, length);
            twins.Arena.Reset();
        }
    }

    [Theory]
    [InlineData(1, 5000)]
    [InlineData(3000, 33)]
    public void Many_rows_equal_the_scalar_twin_on_any_number_of_threads(int rows, int length)
    {
        Check(rows, length);
        twins.Arena.Reset();
    }

    [Fact]
    public void Halves_are_rounded_to_even_and_the_rest_is_limited()
    {
        Tensor x = twins.Of([0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 300, -300, float.PositiveInfinity, float.NaN, -0f], 10), one = twins.Of([1], 1), y = twins.Random(10);
        ByteTensor bytes = twins.Arena.AllocateByte(new Shape(10));
        twins.Agree("levels", 0, 0, backend => backend.Quantize(x, one, -128, 127, y), y);
        Assert.Equal([0, 2, 2, 0, -2, 127, -128, 127, float.NaN, 0], y.Span.ToArray());
        foreach (Backend backend in new[] { twins.Scalar, twins.Processor })
        {
            backend.Quantize(x, one, bytes);
            Assert.Equal([0, 2, 2, 0, -2, 127, -128, 127, 0, 0], Signed(bytes));
        }

        twins.Arena.Reset();
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 64)]
    [InlineData(7, 65, 127)]
    [InlineData(33, 100, 300)]
    [InlineData(0, 4, 8)]
    public void Products_of_bytes_equal_the_scalar_twin(int rows, int columns, int length)
    {
        ByteTensor a = Bytes(rows, length), b = Bytes(columns, length);
        Tensor scaleA = twins.Random(rows), scaleB = twins.Random(columns), bias = twins.Random(columns), y = twins.Random(rows, columns);
        twins.Agree("with bias", 1e-6, 1e-4, backend => backend.MatMulInt8(a, scaleA, b, scaleB, bias, y), y);
        twins.Agree("without bias", 1e-6, 1e-7, backend => backend.MatMulInt8(a, scaleA, b, scaleB, default, y), y);
        twins.Arena.Reset();
    }

    [Fact]
    public void Sums_of_the_largest_products_do_not_overflow()
    {
        const int Length = int.MaxValue >> 14;
        ByteTensor a = twins.Arena.AllocateByte(new Shape(1, Length));
        a.Span.Fill(0x80);
        Tensor one = twins.Of([1], 1), y = twins.Random(1, 1);
        twins.Processor.MatMulInt8(a, one, a, one, default, y);
        Assert.Equal(Length * 16384f, y.Item());
        ByteTensor longer = twins.Arena.AllocateByte(new Shape(1, Length + 1));
        ArgumentException error = Assert.Throws<ArgumentException>(() => twins.Processor.MatMulInt8(longer, one, longer, one, default, y));
        Assert.Equal("MatMulInt8: rows of 131072 may overflow; at most 131071 are possible.", error.Message);
        twins.Arena.Reset();
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        ByteTensor a = Bytes(2, 3), b = Bytes(4, 5);
        Tensor two = twins.Random(2), four = twins.Random(4), y = twins.Random(2, 4), x = twins.Random(2, 3);
        Assert.Contains("a [2, 3]", Message(() => twins.Processor.MatMulInt8(a, two, b, four, default, y)), StringComparison.Ordinal);
        Assert.Contains("scales [4]", Message(() => twins.Processor.Quantize(x, four, a)), StringComparison.Ordinal);
        Assert.Contains("y [4, 5]", Message(() => twins.Processor.Quantize(x, two, b)), StringComparison.Ordinal);
        Assert.Contains("x [4, 5]", Message(() => twins.Processor.Dequantize(b, four, x)), StringComparison.Ordinal);
        twins.Arena.Reset();

        static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
    }

    private void Check(int rows, int length)
    {
        Tensor x = twins.RandomIn(-300, 300, rows, length), scale = twins.RandomIn(0.5f, 3, rows), y = twins.Random(rows, length);
        twins.Agree($"levels of {length}", 0, 0, backend => backend.Quantize(x, scale, -100, 99, y), y);
        twins.Agree($"levels of one scale, {length}", 0, 0, backend => backend.Quantize(x, twins.Of([2], 1), -1, 1, y), y);
        ByteTensor expected = twins.Arena.AllocateByte(x.Shape), bytes = twins.Arena.AllocateByte(x.Shape);
        twins.Scalar.Quantize(x, scale, expected);
        twins.Processor.Quantize(x, scale, bytes);
        Assert.Equal(expected.Span, bytes.Span);
        twins.Agree($"numbers of bytes, {length}", 0, 0, backend => backend.Dequantize(bytes, scale, y), y);
    }

    private ByteTensor Bytes(int rows, int length)
    {
        ByteTensor tensor = twins.Arena.AllocateByte(new Shape(rows, length));
        ReadOnlySpan<int> numbers = twins.Integers(256, rows, length).Span;
        for (int index = 0; index < numbers.Length; index++)
            tensor.Span[index] = (byte)numbers[index];
        return tensor;
    }

    private static float[] Signed(ByteTensor bytes) => [.. bytes.Span.ToArray().Select(value => (float)(sbyte)value)];
}
