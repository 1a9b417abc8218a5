using Orrery.Planning.Surprise;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Surprise;

public class SplitConformalTests
{
    public static TheoryData<string> Cases() => GoldenPlans.Of("conformal_quantile");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ranks_and_bounds_match_the_golden_files(string name)
    {
        SplitConformal conformal = new([.. GoldenPlans.Tensor(name, "input.scores").Select(score => (double)score)]);
        float[] ranks = GoldenPlans.Tensor(name, "output.rank"), bounds = GoldenPlans.Tensor(name, "output.quantile");
        double[] alphas = [.. GoldenPlans.Parameters(name).GetProperty("alphas").EnumerateArray().Select(level => level.GetDouble())];
        for (int index = 0; index < alphas.Length; index++)
        {
            Assert.Equal(ranks[index], SplitConformal.Rank(conformal.Count, SplitConformal.Level(alphas[index])));
            Assert.Equal(bounds[index], (float)conformal.Bound(alphas[index]));
            Assert.Equal(float.IsFinite(bounds[index]), conformal.Supports(SplitConformal.Level(alphas[index])));
        }
    }

    [Theory]
    [InlineData("0.05", 19)]
    [InlineData("0.1", 9)]
    [InlineData("0.01", 99)]
    [InlineData("0.3", 3)]
    [InlineData("0.0000115", 86956)]
    [InlineData("0.5", 1)]
    [InlineData("0.99", 1)]
    public void The_scores_that_a_level_needs_are_one_over_alpha_less_one(string level, long needed)
    {
        decimal alpha = decimal.Parse(level, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(needed, SplitConformal.Needed(alpha));
        Assert.True(SplitConformal.Rank((int)needed, alpha) <= needed);
        Assert.True(SplitConformal.Rank((int)needed - 1, alpha) > needed - 1);
    }

    [Fact]
    public void P_values_count_ties_as_they_say()
    {
        SplitConformal conformal = new([3, 1, 2, 2]);
        Assert.Equal(1, conformal.PValue(0));
        Assert.Equal(4 / 5.0, conformal.PValue(2));
        Assert.Equal(1 / 5.0, conformal.PValue(9));
        Assert.Equal(1 / 5.0, conformal.PValue(double.NaN));
        Assert.Equal((1 + (0.5 * 3)) / 5, conformal.SmoothedPValue(2, 0.5));
        Assert.Equal(0, conformal.SmoothedPValue(9, 0));
        Assert.Equal(1, conformal.SmoothedPValue(0, 1));
    }

    [Fact]
    public void A_new_exchangeable_score_exceeds_the_bound_no_more_often_than_declared()
    {
        RandomStream random = new(3, "conformal");
        int exceeded = 0, small = 0;
        const int trials = 4000;
        double[] scores = new double[39];
        for (int trial = 0; trial < trials; trial++)
        {
            for (int index = 0; index < scores.Length; index++)
                scores[index] = Math.Exp(random.NextNormal());
            double fresh = Math.Exp(random.NextNormal());
            SplitConformal conformal = new(scores);
            exceeded += fresh > conformal.Bound(0.1m) ? 1 : 0;
            small += conformal.PValue(fresh) <= 0.1 ? 1 : 0;
        }

        // 0.1 exactly here, since 40 times 0.1 is whole; 0.0142 is three standard deviations.
        Assert.InRange(exceeded / (double)trials, 0.1 - 0.0143, 0.1 + 0.0143);
        Assert.Equal(exceeded, small);
    }

    [Fact]
    public void Levels_and_scores_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new SplitConformal([1, double.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SplitConformal.Rank(5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SplitConformal.Level(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SplitConformal.Level(double.NaN));
        Assert.Equal(double.PositiveInfinity, new SplitConformal([]).Bound(0.5m));
    }
}
