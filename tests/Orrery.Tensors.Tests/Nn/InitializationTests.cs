using Orrery.Tensors.Buffers;
using Orrery.Tensors.Nn;
using Orrery.Tensors.Random;
using Orrery.Tensors.Tests.Reference;

namespace Orrery.Tensors.Tests.Nn;

public sealed class InitializationTests : IDisposable
{
    private readonly ScalarBackend _backend = new();
    private readonly ParameterBlock _block;
    private readonly RandomStream _random = new(1, "initialization");

    public InitializationTests() => _block = new ParameterBlock(_backend);

    public void Dispose()
    {
        _block.Dispose();
        _backend.Dispose();
    }

    private Parameter Add(params int[] dims) => _block.Add($"p{_block.Parameters.Count}", new Shape(dims));

    [Fact]
    public void Uniform_values_fill_their_range()
    {
        var parameter = Add(100, 50);
        Initialization.KaimingUniform(parameter, 25, _random);
        AssertRange(parameter, 0.2);
        Initialization.XavierUniform(parameter, 50, 100, _random);
        AssertRange(parameter, 0.2);

        static void AssertRange(Parameter parameter, double limit)
        {
            var values = parameter.Value.Span.ToArray();
            Assert.InRange(values.Max(), 0.98 * limit, limit + 1e-6);
            Assert.InRange(values.Min(), -limit - 1e-6, -0.98 * limit);
            Assert.InRange(values.Average(), -0.01, 0.01);
        }
    }

    [Fact]
    public void Normal_values_have_their_deviation_and_truncated_ones_stay_within_two()
    {
        var parameter = Add(10_000);
        Initialization.Normal(parameter, 0.5f, _random);
        Assert.InRange(Math.Sqrt(parameter.Value.Span.ToArray().Average(value => value * value)), 0.48, 0.52);
        Initialization.TruncatedNormal(parameter, 0.5f, _random);
        Assert.InRange(parameter.Value.Span.ToArray().Max(), 0.95f, 1);
        Assert.InRange(Math.Sqrt(parameter.Value.Span.ToArray().Average(value => value * value)), 0.42, 0.46);
    }

    [Theory]
    [InlineData(6, 4)]
    [InlineData(4, 6)]
    [InlineData(5, 5)]
    public void Orthogonal_values_have_orthonormal_rows_or_columns(int rows, int columns)
    {
        var parameter = Add(rows, columns);
        Initialization.Orthogonal(parameter, _random, gain: 2);
        var values = parameter.Value.Span.ToArray();
        var count = Math.Min(rows, columns);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                var product = Enumerable.Range(0, Math.Max(rows, columns)).Sum(k => rows <= columns
                    ? (double)values[(i * columns) + k] * values[(j * columns) + k]
                    : (double)values[(k * columns) + i] * values[(k * columns) + j]);
                Assert.Equal(i == j ? 4 : 0, product, 1e-5);
            }
        }
    }

    [Fact]
    public void A_layer_starts_the_same_whatever_was_built_before_it()
    {
        using var other = new ParameterBlock(_backend);
        _ = new Linear(_block, "first", 3, 4, _random);
        var late = new Linear(_block, "second", 5, 2, _random);
        var alone = new Linear(other, "second", 5, 2, new RandomStream(1, "initialization"));
        Assert.Equal(alone.Weight.Value.Span.ToArray(), late.Weight.Value.Span.ToArray());
        Assert.Equal(alone.Bias!.Value.Span.ToArray(), late.Bias!.Value.Span.ToArray());
    }
}
