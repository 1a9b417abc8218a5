using Orrery.Data.Datasets;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Training;

public sealed class MixtureFitTests : IDisposable
{
    private const int Starts = 240;
    private static readonly int[] Horizons = [1, 2, 4, 8, 16, 32, 64];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shares_are_convex_and_follow_who_is_right_at_each_horizon()
    {
        // The difference equation is right near ahead, the deep model far ahead.
        double[] shares = MixtureFit.Shares(Errors((start, rows) => [rows < 8 ? 1 : 0.1, 2, rows < 8 ? 0.1 : 1, 2]), 0, refits: true).Shares;
        for (int knot = 0; knot < HorizonMixture.Knots.Length; knot++)
        {
            double[] at = shares[(knot * 4)..((knot * 4) + 4)];
            Assert.All(at, share => Assert.InRange(share, 0, 1));
            Assert.Equal(1, at.Sum(), 1e-9);
        }

        Assert.True(shares[2] > 0.8, $"{shares[2]} of the equation one row ahead");
        Assert.True(shares[^4] > 0.8, $"{shares[^4]} of the deep model far ahead");
    }

    [Fact]
    public void Predictors_that_err_alike_and_independently_share_evenly()
    {
        double[] shares = MixtureFit.Shares(Errors((_, _) => [1, 1, 1, 1]), 0, refits: true).Shares;
        Assert.All(shares, share => Assert.InRange(share, 0.15, 0.35));
    }

    [Fact]
    public void A_block_that_is_hard_for_all_does_not_decide_alone()
    {
        // The deep model is five times better, but for an eighth of the time, when all err a hundred times as much and it a little more.
        double[] shares = MixtureFit.Shares(Errors((start, _) => start < Starts / 8 ? [150, 300, 100, 300] : [0.2, 30, 1, 30]), 0, refits: true).Shares;
        Assert.True(shares[0] > 0.5, $"{shares[0]} of the deep model");
    }

    [Fact]
    public void Linear_models_that_seem_better_far_ahead_alone_are_not_believed_at_once()
    {
        double[] shares = MixtureFit.Shares(Errors((_, rows) => rows < 20 ? [0.2, 2, 1, 2] : [1.2, 2, 1, 2]), 0, refits: true).Shares;
        Assert.True(shares[^4] + shares[^3] > 0.6, $"{shares[^4]} of the deep model far ahead");
    }

    [Fact]
    public void Far_horizons_of_few_windows_go_by_what_is_known_nearer()
    {
        // Far ahead the deep model alone seems better than itself shifted: for three windows and fewer, or for seventy and more.
        double[] Far(long rows) => MixtureFit.Shares(
            Errors((_, ahead) => ahead < 32 ? [1, 0.5, 2, 2] : [0.5, 1, 2, 2], rows: rows), 0, refits: true).Shares[^4..];
        double[] few = Far(100), many = Far(5_000);
        Assert.True(few[1] > few[0], $"{few[0]} of the deep model and {few[1]} of the shifted one after few rows");
        Assert.True(many[0] > 0.7, $"{many[0]} of the deep model after many");
    }

    [Fact]
    public void The_deep_model_is_trusted_further_where_the_refit_lets_it_see_more()
    {
        double Deep(long rows, bool refits) => MixtureFit.Shares(Errors((_, _) => [1.2, 2, 1, 2], rows: rows), 0, refits).Shares[^4..^2].Sum();
        Assert.True(Deep(200, refits: true) > Deep(200, refits: false) + 0.04, $"{Deep(200, refits: true)} and {Deep(200, refits: false)}");
        Assert.InRange(Deep(50_000, refits: true) - Deep(50_000, refits: false), 0, 0.01);
    }

    [Fact]
    public void Where_a_linear_model_is_as_good_the_ratio_says_so()
    {
        Assert.Equal(0.5, MixtureFit.Shares(Errors((_, _) => [1, 3, 0.5, 4], noisy: false), 0, refits: true).LinearRatio, 1e-6);
        Assert.Equal(2, MixtureFit.Shares(Errors((_, _) => [1, 0.5, 4, 1], noisy: false), 0, refits: true).LinearRatio, 1e-6);
    }

    [Fact]
    public void A_linear_log_is_said_to_need_no_deep_model()
    {
        using Dataset dataset = TrainingFixtures.LinearLog(_folder.File("data"), 900);
        TrainingSummary summary = TrainingFixtures.Train(TrainingFixtures.Log("history=6"), dataset, _folder.File("run"));
        BlendedColumn column = Assert.Single(summary.Blend);
        Assert.True(column.LinearErrorRatio < 1, $"The linear models err {column.LinearErrorRatio} times as much as the deep one.");
        Assert.Null(column.Rows);
    }

    [Fact]
    public void A_recipe_of_before_there_was_a_state_space_is_told_what_to_set()
    {
        using Dataset dataset = TrainingFixtures.LinearLog(_folder.File("data"), 900);
        string message = Assert.Throws<RecipeException>(
            () => TrainingFixtures.Train(TrainingFixtures.Log("linearStates=0"), dataset, _folder.File("run"))).Message;
        Assert.Contains("--set linearStates=8", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Between_two_predictors_the_shares_are_those_of_the_least_variance()
    {
        // Independent errors of variances 1 and 3: three quarters and a quarter, at every knot.
        ConvexShares shares = new([1, 4, 16], 2, 1, 0.1, 10);
        foreach (int rows in (int[])[1, 2, 4, 8, 16, 30])
            shares.Add(rows, 1, new double[,] { { 1, 0 }, { 0, 3 } });
        double[] solved = shares.Solve();
        Assert.Equal([0.75, 0.25, 0.75, 0.25, 0.75, 0.25], solved.Select(share => Math.Round(share, 6)));
    }

    [Fact]
    public void A_predictor_that_only_repeats_another_with_larger_errors_gets_nothing()
    {
        ConvexShares shares = new([1, 4], 2, 1, 0.1, 10);
        shares.Add(1, 1, new double[,] { { 1, 2 }, { 2, 4 } });
        shares.Add(4, 1, new double[,] { { 1, 2 }, { 2, 4 } });
        Assert.Equal([1, 0, 1, 0.0], shares.Solve());
    }

    /// <summary>Errors of one output, of given sizes and independent of each other, against a truth of deviation 10.</summary>
    private static PredictorErrors Errors(Func<int, int, double[]> sizes, bool noisy = true, long rows = 5_000)
    {
        RandomStream random = new(4, "errors");
        List<float> errors = [], truth = [];
        for (int start = 0; start < Starts; start++)
            foreach (int ahead in Horizons)
            {
                truth.Add((float)(10 * random.NextNormal()));
                errors.AddRange(sizes(start, ahead).Select(size => (float)(size * (noisy ? random.NextNormal() : 1))));
            }

        return new PredictorErrors(rows, 1, Horizons, [.. truth], [.. errors]);
    }
}
