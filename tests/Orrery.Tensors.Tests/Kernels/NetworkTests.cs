namespace Orrery.Tensors.Tests.Kernels;

/// <summary>The fused operations: GRU gates, the normality statistic, AdamW.</summary>
public sealed class NetworkTests(Twins twins) : IClassFixture<Twins>
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(5, 8)]
    [InlineData(4, 33)]
    [InlineData(200, 64)]
    public void Gru_gates_equal_the_scalar_twin(int rows, int width)
    {
        Tensor gi = twins.RandomIn(-3, 3, rows, 3 * width), gh = twins.RandomIn(-3, 3, rows, 3 * width), h = twins.Random(rows, width);
        Tensor next = twins.Random(rows, width), gates = twins.Random(rows, 3 * width), dNext = twins.Random(rows, width);
        Tensor dGi = twins.Random(rows, 3 * width), dGh = twins.Random(rows, 3 * width), dH = twins.Random(rows, width);
        twins.Agree("gates", 2e-6, 2e-6, backend => backend.GruGates(gi, gh, h, next, gates), next, gates);
        twins.Agree("gates' gradient", 1e-5, 1e-5, backend => backend.GruGatesGradient(gh, h, gates, dNext, dGi, dGh, dH), dGi, dGh, dH);
        twins.Agree("only the state's gradient", 1e-5, 1e-5, backend => backend.GruGatesGradient(gh, h, gates, dNext, default, default, dH), dH);
        twins.Arena.Reset();
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 5, 3)]
    [InlineData(1, 128, 16)]
    [InlineData(3, 33, 21)]
    [InlineData(9, 32, 256)]
    public void The_normality_statistic_equals_the_scalar_twin(int times, int draws, int columns)
    {
        Tensor x = twins.RandomIn(-3, 3, times, draws, columns), y = twins.Random(times, columns);
        Tensor dy = twins.Random(times, columns), dx = twins.Random(times, draws, columns);
        twins.Agree("statistic", 1e-5, 1e-5, backend => backend.NormalityStatistic(x, y), y);
        twins.Agree("gradient", 1e-5, 1e-5, backend => backend.NormalityStatisticGradient(x, dy, dx), dx);
        twins.Arena.Reset();
    }

    [Fact]
    public void The_normality_statistic_of_zeros_is_the_published_number()
    {
        Tensor x = twins.Random(1, 128, 3), y = twins.Random(1, 3);
        x.Span.Clear();
        twins.Processor.NormalityStatistic(x, y);
        Assert.All(y.Span.ToArray(), value => Assert.Equal(51.46, value, 0.01));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(10_007)]
    public void AdamW_equals_the_scalar_twin(int count)
    {
        Tensor values = twins.Random(count), gradients = twins.Random(count), first = twins.Random(count), second = twins.RandomIn(0, 1, count);
        Tensor mask = twins.Random(count);
        for (int index = 0; index < count; index++)
            mask.Span[index] = index % 3 == 0 ? 0 : 1;
        AdamWSettings settings = new(0.01f, 0.9, 0.999, 1e-8f, 0.1f, 3);
        twins.Agree("all decay", 2e-6, 2e-6, backend => backend.AdamWStep(values, gradients, first, second, default, settings), values, first, second);
        twins.Agree("some decay", 2e-6, 2e-6, backend => backend.AdamWStep(values, gradients, first, second, mask, settings), values, first, second);
        twins.Arena.Reset();
    }
}
