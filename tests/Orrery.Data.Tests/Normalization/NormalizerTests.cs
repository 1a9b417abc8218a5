using System.Text.Json;
using Orrery.Data.Normalization;

namespace Orrery.Data.Tests.Normalization;

public class NormalizerTests
{
    private static ColumnStatistics Gather(params float[][] rows)
    {
        var statistics = new RunningStatistics(rows[0].Length);
        foreach (var row in rows)
            statistics.Add(row);
        return statistics.ToStatistics();
    }

    [Fact]
    public void Statistics_are_those_of_the_rows()
    {
        var statistics = Gather([1, 10], [2, 10], [3, 10], [6, 10]);
        Assert.Equal([3, 10], statistics.Mean);
        Assert.Equal(Math.Sqrt(3.5), statistics.StandardDeviation[0], 12);
        Assert.Equal(0, statistics.StandardDeviation[1]);
        Assert.Equal([1, 10], statistics.Minimum);
        Assert.Equal([6, 10], statistics.Maximum);
    }

    [Fact]
    public void A_large_offset_costs_no_accuracy()
    {
        var statistics = new RunningStatistics(1);
        for (var i = 0; i < 100_000; i++)
            statistics.Add([10_000 + (i % 2 == 0 ? 0.5f : -0.5f)]);
        Assert.Equal(0.5, statistics.ToStatistics().StandardDeviation[0], 9);
    }

    [Fact]
    public void Applying_and_inverting_gives_the_physical_values_back()
    {
        var normalizer = Normalizer.Fit(Gather([1, 100], [2, 120], [3, 170]));
        float[] rows = [1, 100, 2, 120, 3, 170];
        var normalized = new float[6];
        normalizer.Apply(rows, normalized);
        Assert.Equal(0, normalized[0] + normalized[2] + normalized[4], 5);
        Assert.Equal(3, (normalized[1] * normalized[1]) + (normalized[3] * normalized[3]) + (normalized[5] * normalized[5]), 4);
        normalizer.Invert(normalized, normalized);
        for (var i = 0; i < rows.Length; i++)
            Assert.Equal(rows[i], normalized[i], 4);
    }

    [Fact]
    public void A_constant_column_becomes_zero_and_nothing_is_divided_by_zero()
    {
        var normalizer = Normalizer.Fit(Gather([7, 0, 1e9f], [7, 0, 1e9f]));
        Assert.Equal([1, 1, 1], normalizer.Scale);
        var normalized = new float[3];
        normalizer.Apply([7, 0, 1e9f], normalized);
        Assert.Equal([0f, 0f, 0f], normalized);
    }

    [Fact]
    public void Rounding_noise_around_a_constant_does_not_count_as_a_signal()
    {
        var normalizer = Normalizer.Fit(Gather([1000.0001f], [1000], [1000], [1000], [1000.0001f]));
        Assert.Equal(1, normalizer.Scale[0]);
    }

    [Fact]
    public void It_goes_through_json_and_back()
    {
        var normalizer = Normalizer.Fit(Gather([1.1f, 5], [2.3f, 5]));
        var json = JsonSerializer.Serialize(normalizer);
        var again = JsonSerializer.Deserialize<Normalizer>(json)!;
        Assert.Equal(normalizer.Mean, again.Mean);
        Assert.Equal(normalizer.Scale, again.Scale);
    }

    [Fact]
    public void Numbers_that_cannot_be_used_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Normalizer([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => new Normalizer([1], [0]));
        Assert.Throws<ArgumentException>(() => new Normalizer([double.NaN], [1]));
        Assert.Throws<ArgumentException>(() => Normalizer.Identity(2).Apply(new float[3], new float[3]));
        Assert.Throws<ArgumentException>(() => Normalizer.Identity(2).Apply(new float[4], new float[2]));
    }
}
