using Orrery.Tensors.Autograd;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Tests.Autograd;

/// <summary>
/// What is made of deviations from a mean must not lose digits where the mean is large: a float's half unit at 1e4 is 5e-4. The
/// expected numbers are worked out here in double precision, the gradients by their formula.
/// </summary>
public sealed class OffsetTests : IDisposable
{
    private const float Epsilon = 1e-5f;
    private readonly CpuBackend _backend = new(2);

    public static TheoryData<string, float, int> Cases()
    {
        var data = new TheoryData<string, float, int>();
        foreach (var name in new[] { "layer", "group", "batch", "batch of rows", "standardize" })
        {
            foreach (var offset in new[] { 0f, 20f, 1e4f, -1e4f, 1e6f }) data.Add(name, offset, offset == 0 ? 3 : 192);
        }

        return data;
    }

    public void Dispose() => _backend.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Norms_and_their_gradients_keep_their_digits_at_an_offset(string name, float offset, int length)
    {
        using var tape = new Tape(_backend);
        var random = new RandomStream(3, name);
        // The numbers that are normalised together are the rows of x [5, length] in every case; only where they lie differs.
        var x = Numbers(random, 5 * length, offset);
        var dy = Numbers(random, 5 * length, 0);
        var input = tape.Variable(x, new Shape(5, length));
        var output = name switch
        {
            "layer" => tape.LayerNorm(input, epsilon: Epsilon),
            "group" => tape.Reshape(tape.GroupNorm(tape.Reshape(input, new Shape(1, 5, length)), 5, epsilon: Epsilon), input.Shape),
            "batch" => tape.Reshape(Batch(tape, tape.Reshape(input, new Shape(1, 5, length))), input.Shape),
            "batch of rows" => tape.Transpose(Batch(tape, tape.Transpose(input))),
            _ => tape.Standardize(input, [1], Epsilon),
        };
        tape.Backward([(output, tape.Constant(dy, output.Shape))]);
        for (var row = 0; row < 5; row++)
        {
            var (y, dx) = Expected(x.AsSpan(row * length, length), dy.AsSpan(row * length, length));
            Close(y, output.Span.Slice(row * length, length), $"{name} norm at {offset}");
            Close(dx, tape.Gradient(input).Span.Slice(row * length, length), $"gradient of {name} norm at {offset}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e4f)]
    [InlineData(1e6f)]
    public void Variance_and_center_keep_their_digits_at_an_offset(float offset)
    {
        using var tape = new Tape(_backend);
        var random = new RandomStream(4, "variance");
        var x = Numbers(random, 500, offset);
        var input = tape.Variable(x, new Shape(100, 5));
        var (center, variance) = (tape.Center(input, [0]), tape.Variance(input, [0]));
        var dy = Numbers(random, 5, 0);
        tape.Backward([(variance, tape.Constant(dy, variance.Shape))]);
        for (var column = 0; column < 5; column++)
        {
            var values = Enumerable.Range(0, 100).Select(row => (double)x[(row * 5) + column]).ToArray();
            var mean = values.Average();
            var deviations = values.Select(value => value - mean).ToArray();
            Close(deviations, Column(center, column), $"center at {offset}");
            Close([deviations.Sum(value => value * value) / 99], [variance.Span[column]], $"variance at {offset}");
            Close([.. deviations.Select(value => 2 * value * dy[column] / 99)], Column(tape.Gradient(input), column), $"gradient of variance at {offset}");
        }
    }

    [Theory]
    [InlineData(1e4f)]
    [InlineData(1e6f)]
    public void Root_mean_square_norm_keeps_its_digits_at_an_offset(float offset)
    {
        using var tape = new Tape(_backend);
        var x = Numbers(new RandomStream(5, "rms"), 300, offset);
        var output = tape.RmsNorm(tape.Constant(x, new Shape(1, 300)), epsilon: Epsilon);
        var root = Math.Sqrt(x.Sum(value => (double)value * value / 300) + Epsilon);
        Close([.. x.Select(value => value / root)], output.Span, "root mean square norm");
    }

    private static Tensor Batch(Tape tape, Tensor x) =>
        tape.BatchNorm(x, default, default, tape.Constant(0, new Shape(5)), tape.Constant(1, new Shape(5)), epsilon: Epsilon);

    private static float[] Numbers(RandomStream random, int count, float offset)
    {
        var values = new float[count];
        for (var index = 0; index < count; index++) values[index] = (float)(random.NextNormal() + offset);
        return values;
    }

    private static (double[] Y, double[] Dx) Expected(ReadOnlySpan<float> x, ReadOnlySpan<float> dy)
    {
        double mean = 0, variance = 0, sum = 0, inner = 0;
        var count = (double)x.Length;
        foreach (var value in x) mean += value / count;
        foreach (var value in x) variance += Math.Pow(value - mean, 2) / count;
        var deviation = Math.Sqrt(variance + Epsilon);
        var (y, dx) = (new double[x.Length], new double[x.Length]);
        for (var index = 0; index < x.Length; index++)
        {
            y[index] = (x[index] - mean) / deviation;
            sum += dy[index] / count;
            inner += dy[index] * y[index] / count;
        }

        for (var index = 0; index < x.Length; index++) dx[index] = (dy[index] - sum - (y[index] * inner)) / deviation;
        return (y, dx);
    }

    private static float[] Column(Tensor tensor, int column) => [.. Enumerable.Range(0, 100).Select(row => tensor.Span[(row * 5) + column])];

    private static void Close(double[] expected, ReadOnlySpan<float> actual, string what)
    {
        var scale = expected.Max(Math.Abs) + 0.1;
        for (var index = 0; index < expected.Length; index++)
            Assert.True(Math.Abs(expected[index] - actual[index]) <= 3e-6 * scale, $"{what}: number {index} is {actual[index]:G9} instead of {expected[index]:G9}.");
    }
}
