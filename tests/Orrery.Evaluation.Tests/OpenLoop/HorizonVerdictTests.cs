using Orrery.Evaluation.OpenLoop;

namespace Orrery.Evaluation.Tests.OpenLoop;

public sealed class HorizonVerdictTests
{
    private static OpenLoopResult Result(double[] model, double[] linear, double[] persistence, int windows = 100) => new(
        "test", 1, "s", [new PredictedColumn("level", "m", 1)], [.. Enumerable.Range(1, model.Length)], windows, 1,
        [
            new ModelErrors("world model", [model], [1], [1]),
            new ModelErrors("ARX(3)", [linear], [1], [1]),
            new ModelErrors("Persistence", [persistence], [1], [1]),
        ])
    { DisjointWindows = 4 };

    [Fact]
    public void A_model_that_is_always_better_is_called_so_with_the_least_and_the_greatest_gain() =>
        Assert.Equal(
            "better than the best baseline at every horizon, by 10 % to 50 %",
            HorizonVerdict.Of(Result([0.9, 1, 1], [1, 2, 2], [3, 4, 5]), 0));

    [Fact]
    public void Horizons_with_the_same_winner_are_named_together() =>
        Assert.Equal(
            "at 1–2 rows ARX(3) is as good; at 3 rows better than the best baseline, by up to 25 %; at 4–5 rows Persistence is better, by up to 50 %",
            HorizonVerdict.Of(Result([1, 1.01, 0.75, 2, 3], [1, 1, 1, 3, 3], [2, 2, 2, 1, 2.9]), 0));

    [Fact]
    public void Few_starts_are_told() =>
        Assert.Contains("only 12 starts, 4 windows", HorizonVerdict.Of(Result([1], [2], [2], windows: 12), 0), StringComparison.Ordinal);

    [Fact]
    public void A_baseline_that_runs_away_is_beaten_and_two_perfect_ones_are_alike()
    {
        Assert.Equal("better than the best baseline at every horizon, by 100 % to 100 %", HorizonVerdict.Of(Result([1], [double.PositiveInfinity], [double.NaN]), 0));
        Assert.Equal("at 1 row ARX(3) is as good", HorizonVerdict.Of(Result([0], [0], [1]), 0));
    }
}
