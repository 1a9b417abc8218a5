using Orrery.Tensors.Autograd;
using Orrery.Tensors.Random;

namespace Orrery.Tensors.Tests.Autograd;

/// <summary>
/// The normality statistic against numbers that follow from its definition: what it is on average for normal numbers of a
/// deviation s is sum_k w_k phi_k [B (e^(-s^2 t_k^2 / 2) - phi_k)^2 + 1 - e^(-s^2 t_k^2)], and for s = 0 no chance is left.
/// </summary>
public sealed class NormalityTests : IDisposable
{
    private const int Batch = 128;
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void A_collapsed_batch_of_128_has_51_46()
    {
        using var tape = new Tape(_backend);
        var statistic = tape.NormalityStatistic(tape.Constant(0, new Shape(2, Batch, 3)));
        Assert.All(statistic.Span.ToArray(), value => Assert.Equal(51.46, value, 0.005));
        Assert.Equal(Expected(0), statistic.Span[0], 1e-4);
    }

    [Theory]
    [InlineData(1, 1.0525, 0.00005)]
    [InlineData(0.5, 19.9, 0.1)]
    [InlineData(2, 31.9, 0.05)]
    public void Normal_numbers_have_the_published_averages(double deviation, double published, double rounding)
    {
        Assert.Equal(published, Expected(deviation), rounding);
        using var tape = new Tape(_backend);
        const int Columns = 4096;
        var random = new RandomStream(1, "normality");
        var x = tape.Input(new Shape(1, Batch, Columns));
        foreach (ref var value in x.Span) value = (float)(deviation * random.NextNormal());
        var statistic = tape.NormalityStatistic(x).Span.ToArray();
        var mean = statistic.Average(value => (double)value);
        var error = Math.Sqrt(statistic.Sum(value => Math.Pow(value - mean, 2)) / Columns / Columns);
        Assert.InRange(mean, Expected(deviation) - (4 * error), Expected(deviation) + (4 * error));
        Assert.InRange(error, 0, 0.01 * Math.Max(2, mean));
    }

    private static double Expected(double deviation)
    {
        var sum = 0.0;
        for (var knot = 0; knot <= 16; knot++)
        {
            var t = 3.0 * knot / 16;
            var weight = knot is 0 or 16 ? 3.0 / 16 : 3.0 / 8;
            double window = Math.Exp(-t * t / 2), mean = Math.Exp(-deviation * deviation * t * t / 2);
            sum += weight * window * ((Batch * Math.Pow(mean - window, 2)) + 1 - (mean * mean));
        }

        return sum;
    }
}
