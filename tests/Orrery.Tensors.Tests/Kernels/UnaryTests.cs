using Orrery.Tensors.Tests.Reference;

namespace Orrery.Tensors.Tests.Kernels;

public sealed class UnaryTests(Twins twins) : IClassFixture<Twins>
{
    private static readonly float[] Awkward =
    [
        0f, -0f, 1f, -1f, 0.5f, -0.5f, 1e-45f, -1e-45f, 1e-38f, -1e-38f, 1e-20f, -1e-20f, 1e-7f, -1e-7f, 0.62f, -0.63f, 3f, -3f, 5.5f, -5.5f,
        9.5f, -9.5f, 13f, -13f, 20f, -20f, 87f, -87f, 88.7f, -88.7f, 100f, -100f, -103.5f, 1e4f, -1e4f, 12345.678f, 3e38f, -3e38f,
        float.NaN, float.PositiveInfinity, float.NegativeInfinity,
    ];

    public static TheoryData<UnaryOperation> Operations() => new(Enum.GetValues<UnaryOperation>());

    [Theory]
    [MemberData(nameof(Operations))]
    public void Every_length_equals_the_scalar_twin_in_value_and_slope(UnaryOperation operation)
    {
        (float p0, float p1) = Settings(operation);
        for (int length = 0; length <= 256; length++)
        {
            Tensor x = Domain(operation, length), y = twins.Random(length), dy = twins.Random(length), dx = twins.Random(length);
            twins.Agree($"{operation} of {length}", 3e-6, 3e-6, backend => backend.Unary(operation, x, y, p0, p1), y);
            twins.Agree($"{operation}' of {length}", 1e-5, 1e-5, backend => backend.UnaryGradient(operation, x, y, dy, dx, p0, p1), dx);
            twins.Arena.Reset();
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Many_numbers_equal_the_scalar_twin_on_any_number_of_threads(UnaryOperation operation)
    {
        (float p0, float p1) = Settings(operation);
        Tensor x = Domain(operation, 70_001), y = twins.Random(70_001), dy = twins.Random(70_001), dx = twins.Random(70_001);
        twins.Agree($"{operation}", 3e-6, 3e-6, backend => backend.Unary(operation, x, y, p0, p1), y);
        twins.Agree($"{operation}'", 1e-5, 1e-5, backend => backend.UnaryGradient(operation, x, y, dy, dx, p0, p1), dx);
        twins.Arena.Reset();
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Awkward_numbers_come_out_right_wherever_they_stand(UnaryOperation operation)
    {
        (float p0, float p1) = Settings(operation);
        Tensor x = twins.Random(37), y = twins.Random(37), dy = twins.Random(37), dx = twins.Random(37);
        dy.Span.Fill(1);
        foreach (float number in Awkward)
        {
            if (float.IsInfinity(number) && operation is UnaryOperation.Gelu or UnaryOperation.GeluTanh or UnaryOperation.Mish or UnaryOperation.Silu)
                continue;
            x.Span.Fill(number);
            dx.Span.Clear();
            twins.Processor.Unary(operation, x, y, p0, p1);
            twins.Processor.UnaryGradient(operation, x, y, dy, dx, p0, p1);
            double value = float.IsNaN(number) ? double.NaN : (float)ScalarFunctions.Value(operation, number, p0, p1);
            // Denormal results may differ in their last bits, but they are not flushed.
            Expect.Close(Repeated(value), y.Span, 4e-6, SmallestDifference(operation), $"{operation} of {number:R}");
            Expect.SameBits(Repeated(y.Span[0]), y.Span, $"{operation} of {number:R} by place");
            if (float.IsFinite(number) && Math.Abs(number) < 1e30 && !double.IsInfinity(value))
            {
                double slope = (float)ScalarFunctions.Slope(operation, number, p0, p1);
                Expect.Close(Repeated(slope), dx.Span, 1e-5, 1e-6, $"{operation}' of {number:R}");
            }
        }

        twins.Arena.Reset();
    }

    [Fact]
    public void Signs_of_zero_survive_odd_functions()
    {
        Tensor x = twins.Of([-0f, 0f, -0f], 3), y = twins.Random(3);
        foreach (UnaryOperation operation in new[] { UnaryOperation.Tanh, UnaryOperation.Symlog, UnaryOperation.Symexp, UnaryOperation.Sqrt })
        {
            twins.Processor.Unary(operation, x, y);
            Assert.Equal([true, false, true], y.Span.ToArray().Select(float.IsNegative));
        }
    }

    [Fact]
    public void Working_in_place_is_allowed()
    {
        Tensor x = twins.Random(1001), y = twins.Random(1001);
        twins.Processor.Unary(UnaryOperation.Gelu, x, y);
        twins.Processor.Unary(UnaryOperation.Gelu, x, x);
        Expect.SameBits(y.Span, x.Span, "in place");
    }

    [Fact]
    public void Different_lengths_are_refused_with_both_shapes()
    {
        Tensor x = twins.Random(3, 4), y = twins.Random(5);
        ArgumentException error = Assert.Throws<ArgumentException>(() => twins.Processor.Unary(UnaryOperation.Exp, x, y));
        Assert.Equal("Unary: x [3, 4] has 12 numbers but y [5] has 5; they must be equal.", error.Message);
    }

    [Fact]
    public void Bytes_become_scaled_numbers()
    {
        byte[] bytes = [.. Enumerable.Range(0, 1000).Select(value => (byte)value)];
        Tensor y = twins.Random(1000);
        twins.Agree("upload", 1e-6, 1e-6, backend => backend.Upload(bytes, y, 1 / 127.5f, -1), y);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(255)]
    [InlineData(100_003)]
    public void Sums_scales_and_copies_equal_the_scalar_twin(int length)
    {
        Tensor x = twins.Random(length), y = twins.Random(length);
        twins.Agree("add scaled", 1e-6, 1e-6, backend => backend.AddScaled(x, -0.3f, y), y);
        twins.Agree("scale", 1e-6, 1e-6, backend => backend.ScaleInPlace(y, 1.7f), y);
        twins.Agree("copy", 0, 0, backend => backend.Copy(x, y), y);
        twins.Agree("fill", 0, 0, backend => backend.Fill(y, 3), y);
        Assert.Equal(twins.Scalar.SumOfSquares(x), twins.Processor.SumOfSquares(x), 1e-6 * (length + 1));
        Assert.True(twins.Processor.IsFinite(x));
        for (int place = 0; place < Math.Min(length, 40); place++)
        {
            foreach (float number in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                float old = x.Span[place];
                x.Span[place] = number;
                Assert.False(twins.Processor.IsFinite(x));
                x.Span[place] = old;
            }
        }
    }

    private static (float P0, float P1) Settings(UnaryOperation operation) => operation switch
    {
        UnaryOperation.LeakyRelu => (0.01f, 0),
        UnaryOperation.Elu => (1.3f, 0),
        UnaryOperation.Clamp => (-0.4f, 0.7f),
        UnaryOperation.Affine => (1.7f, -0.2f),
        _ => (0, 0),
    };

    // What float rounding of the argument or of a sum costs; otherwise a few of the smallest numbers.
    private static double SmallestDifference(UnaryOperation operation) => operation switch
    {
        UnaryOperation.Sin or UnaryOperation.Cos => 2e-7,
        // A denormal times x, and a tail that the twin itself rounds away.
        UnaryOperation.Silu or UnaryOperation.Mish => 2e-43,
        UnaryOperation.GeluTanh => 1e-30,
        _ => 6e-45,
    };

    private static double[] Repeated(double value)
    {
        double[] numbers = new double[37];
        Array.Fill(numbers, value);
        return numbers;
    }

    private static float[] Repeated(float value)
    {
        float[] numbers = new float[37];
        Array.Fill(numbers, value);
        return numbers;
    }

    private Tensor Domain(UnaryOperation operation, int length) => operation is UnaryOperation.Log or UnaryOperation.Sqrt or UnaryOperation.Rsqrt
        ? twins.RandomIn(0.01f, 9, length)
        : twins.RandomIn(-9, 9, length);
}
