using Orrery.Evaluation.Intervals;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Tests.Intervals;

public sealed class EffectiveCountTests
{
    /// <summary>x(t) = r x(t-1) + noise has (1 - r) / (1 + r) times as much evidence about its mean as independent numbers.</summary>
    private static double[] Series(double r, int count, ulong seed)
    {
        RandomStream random = new(seed, "series");
        double[] series = new double[count];
        for (int place = 1; place < count; place++)
            series[place] = (r * series[place - 1]) + random.NextNormal();
        return series;
    }

    [Fact]
    public void Independent_scores_count_for_themselves()
    {
        double[] scores = Series(0, 2000, 1);
        Assert.InRange(EffectiveCount.Of(scores), 1400, 2000);
    }

    [Fact]
    public void Scores_that_resemble_their_neighbours_count_for_less()
    {
        double[] scores = Series(0.8, 5000, 2);
        Assert.InRange(EffectiveCount.Of(scores), 0.6 * 5000 / 9, 1.6 * 5000 / 9);
    }

    [Fact]
    public void Equal_scores_and_a_single_one_are_no_error()
    {
        Assert.Equal(3, EffectiveCount.Of([2, 2, 2]));
        Assert.Equal(1, EffectiveCount.Of([2]));
    }

    [Fact]
    public void Few_scores_ask_for_a_higher_quantile_and_at_most_for_the_largest()
    {
        double[] scores = Series(0, 400, 3);
        decimal corrected = EffectiveCount.Correct(0.1m, scores);
        Assert.InRange(corrected, 0.09m, 0.0999m);
        double[] few = Series(0.95, 40, 4);
        decimal least = EffectiveCount.Correct(0.1m, few);
        Assert.True(double.IsFinite(new Orrery.Planning.Surprise.SplitConformal(few).Bound(least)));
        Assert.Equal(few.Max(), new Orrery.Planning.Surprise.SplitConformal(few).Bound(least));
    }
}
