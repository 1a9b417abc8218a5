using Orrery.Evaluation.Baselines;
using Orrery.Evaluation.Intervals;
using Orrery.Evaluation.OpenLoop;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Tests.Intervals;

public sealed class IntervalStudyTests
{
    private static readonly PredictedColumn[] Columns = [new("level", "m", 1)];

    /// <summary>Noise whose deviation grows from 1 to a final one; persistence errs by the difference of two of them.</summary>
    private static LogStretch Noise(int rows, double final = 1, ulong seed = 1)
    {
        RandomStream random = new(seed, "noise");
        return new LogStretch("test", [.. Enumerable.Range(0, rows).Select(row => random.NextNormal() * (1 + ((final - 1) * row / rows)))], 1, [], 0);
    }

    private static IntervalResult Run(LogStretch stretch, int horizon, params decimal[] levels) =>
        IntervalStudy.Run(new PersistenceModel(1), [stretch], Columns, new IntervalOptions(levels, horizon, 1));

    private static IntervalCoverage Of(IntervalResult result, IntervalMethod method) => result.Coverage.Single(line => line.Method == method);

    [Theory]
    [InlineData(0.8)]
    [InlineData(0.9)]
    public void Without_drift_every_method_measures_its_level(double level)
    {
        double[] measured = [.. Enumerable.Range(1, 8).SelectMany(seed =>
            Run(Noise(600, seed: (ulong)seed), 4, (decimal)level).Coverage.Select(line => line.Coverage))];
        Assert.InRange(measured.Average(), level - 0.015, level + 0.025);
    }

    [Fact]
    public void Where_errors_grow_the_fixed_interval_misses_and_the_adaptive_one_follows()
    {
        IntervalResult result = Run(Noise(1200, final: 5), 4, 0.9m);
        double fixedOne = Of(result, IntervalMethod.InTime).Coverage, adaptive = Of(result, IntervalMethod.Adaptive).Coverage;
        Assert.True(fixedOne < 0.8, $"fixed: {fixedOne}");
        Assert.True(adaptive > 0.86, $"adaptive: {adaptive}");
    }

    [Fact]
    public void Bands_for_whole_windows_are_wider_and_hold_whole_windows()
    {
        IntervalCoverage line = Of(Run(Noise(2000), 10, 0.9m), IntervalMethod.Interleaved);
        Assert.True(line.SimultaneousWidth > 1.2 * line.Width);
        Assert.InRange(line.Simultaneous, 0.82, 0.98);
    }

    [Fact]
    public void The_horizon_is_as_long_as_the_level_has_windows_side_by_side()
    {
        // 100 predicted rows, 50 calibrate; 0.9 needs 9 windows, 0.8 needs 4 and 0.99 needs 99.
        IntervalResult result = Run(Noise(101), 64, 0.8m, 0.9m, 0.99m);
        int[] horizons = [.. result.Coverage.Select(line => line.Horizon).Distinct()];
        Assert.Equal([12, 5, 0], horizons);
        Assert.All(result.Coverage.Where(line => line.Horizon == 0), line => Assert.True(double.IsNaN(line.Coverage) && double.IsNaN(line.Width)));
    }

    [Fact]
    public void Missing_measurements_are_left_out()
    {
        double[] values = Noise(400).ObservationColumn(0);
        values[100] = double.NaN;
        IntervalResult result = Run(new LogStretch("test", values, 1, [], 0), 4, 0.9m);
        Assert.All(result.Coverage, line => Assert.InRange(line.Coverage, 0.8, 1));
    }

    [Fact]
    public void No_window_is_shared_by_both_groups_of_rows()
    {
        RowDivision division = RowDivision.Interleaved(400, 10, 20);
        for (int first = 0; first < 390; first++)
            if (division.GroupOf(first, 10) is { } group)
                for (int other = Math.Max(0, first - 9); other < Math.Min(390, first + 10); other++)
                    Assert.True(division.GroupOf(other, 10) is null || division.GroupOf(other, 10) == group);
        Assert.Contains(Enumerable.Range(0, 390), first => division.GroupOf(first, 10) == 0);
        Assert.Contains(Enumerable.Range(0, 390), first => division.GroupOf(first, 10) == 1);
    }
}
