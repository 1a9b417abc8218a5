using Orrery.Planning.Surprise;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Surprise;

public class AdaptiveConformalTests
{
    [Fact]
    public void The_share_of_misses_comes_back_to_its_target_under_drift_where_a_fixed_bound_does_not()
    {
        RandomStream random = new(1, "adaptive");
        double[] first = [.. Enumerable.Range(0, 200).Select(_ => Math.Abs(random.NextNormal()))];
        AdaptiveConformal adaptive = new(first, 0.1m, 0.02m);
        double fixedBound = new SplitConformal(first).Bound(0.1m);
        int fixedMisses = 0;
        const int rows = 4000;
        for (int row = 0; row < rows; row++)
        {
            double score = Math.Abs(random.NextNormal()) * (1 + (3.0 * row / rows));
            fixedMisses += score > fixedBound ? 1 : 0;
            adaptive.Update(score);
        }

        Assert.InRange(adaptive.Missed / (double)rows, 0.1 - (0.92 / (0.02 * rows)), 0.1 + (0.92 / (0.02 * rows)));
        Assert.True(fixedMisses > 0.3 * rows);
    }

    [Fact]
    public void The_share_of_misses_is_bounded_even_when_an_adversary_chooses_the_scores()
    {
        AdaptiveConformal adaptive = new([1, 2, 3], 0.2m, 0.05m);
        const int rows = 3000;
        for (int row = 0; row < rows; row++)
        {
            double bound = adaptive.Bound;
            adaptive.Update(double.IsFinite(bound) ? bound + 1 : 0);
        }

        Assert.InRange(adaptive.Missed / (double)rows, 0.2 - (0.85 / (0.05 * rows)), 0.2 + (0.85 / (0.05 * rows)));
    }

    [Fact]
    public void The_window_keeps_the_newest_scores_and_leaves_out_what_is_no_number()
    {
        AdaptiveConformal adaptive = new([1, 2, 3, 4], 0.5m, 0.000001m);
        foreach (double score in (double[])[10, 20, 30, double.NaN, 40])
            adaptive.Update(score);
        Assert.Equal(30, adaptive.Bound);
        Assert.Equal(5, adaptive.Missed);
    }
}
