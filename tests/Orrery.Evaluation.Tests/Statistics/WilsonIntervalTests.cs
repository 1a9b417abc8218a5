using Orrery.Evaluation.Statistics;

namespace Orrery.Evaluation.Tests.Statistics;

public sealed class WilsonIntervalTests
{
    // Reference values: R's prop.test(x, n, correct = FALSE) and the closed form by hand.
    [Theory]
    [InlineData(94, 100, 0.8752, 0.9722)]
    [InlineData(50, 100, 0.4038, 0.5962)]
    [InlineData(0, 10, 0.0, 0.2775)]
    [InlineData(10, 10, 0.7225, 1.0)]
    [InlineData(1, 1, 0.2065, 1.0)]
    public void Agrees_with_published_values(int successes, int trials, double low, double high)
    {
        WilsonInterval interval = WilsonInterval.Of(successes, trials);
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void Without_trials_everything_is_possible() => Assert.Equal(new WilsonInterval(0, 1), WilsonInterval.Of(0, 0));

    [Fact]
    public void Contains_the_rate_and_stays_within_the_unit_interval()
    {
        for (int trials = 1; trials <= 60; trials++)
            for (int successes = 0; successes <= trials; successes++)
            {
                WilsonInterval interval = WilsonInterval.Of(successes, trials);
                Assert.InRange((double)successes / trials, interval.Low, interval.High);
                Assert.InRange(interval.Low, 0, 1);
                Assert.InRange(interval.High, 0, 1);
            }
    }

    [Fact]
    public void More_successes_than_trials_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(11, 10));

    [Fact]
    public void The_summary_reads_as_a_sentence() =>
        Assert.Equal("94 % (94 of 100, 95 % interval 87.5 to 97.2 %)", SuccessSummary.Of(94, 100).ToString());
}
