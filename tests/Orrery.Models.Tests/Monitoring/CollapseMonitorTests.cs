using Orrery.Models.Monitoring;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Monitoring;

public class CollapseMonitorTests
{
    [Fact]
    public void Independent_standard_normals_use_every_dimension()
    {
        float[] latents = Normals(4000, 8);

        LatentHealth health = new CollapseMonitor(8).Measure(latents);

        Assert.False(health.Collapsed);
        Assert.InRange(health.EffectiveRank, 7.9, 8.0);
        Assert.All(health.Deviations, deviation => Assert.InRange(deviation, 0.95, 1.05));
        Assert.Equal(health.Spectrum.OrderDescending(), health.Spectrum);
        Assert.Equal(health.Deviations.Sum(deviation => deviation * deviation), health.Spectrum.Sum(), 6);
    }

    [Fact]
    public void Equal_latents_are_a_collapse_to_a_point()
    {
        float[] latents = new float[64 * 8];
        latents.AsSpan().Fill(3);

        LatentHealth health = new CollapseMonitor(8).Measure(latents);

        Assert.True(health.Collapsed);
        Assert.Equal(0, health.EffectiveRank);
        Assert.Contains("collapsed to a point", health.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Latents_along_one_direction_are_a_collapse_to_a_line()
    {
        float[] along = Normals(256, 1);
        float[] latents = new float[256 * 6];
        for (int row = 0; row < 256; row++)
            for (int dimension = 0; dimension < 6; dimension++)
                latents[(row * 6) + dimension] = along[row] * (dimension + 1);

        LatentHealth health = new CollapseMonitor(6).Measure(latents);

        Assert.InRange(health.EffectiveRank, 1, 1.01);
        Assert.Contains("collapsed to a line", health.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Effective_rank_is_the_exponential_of_the_entropy_of_the_singular_values()
    {
        Assert.Equal(4, CollapseMonitor.Rank([1, 1, 1, 1]), 9);
        Assert.Equal(1, CollapseMonitor.Rank([9, 0, 0]), 9);
        // Singular values 3 and 1: shares 3/4 and 1/4.
        double entropy = -((0.75 * Math.Log(0.75)) + (0.25 * Math.Log(0.25)));
        Assert.Equal(Math.Exp(entropy), CollapseMonitor.Rank([9, 1]), 9);
    }

    [Fact]
    public void A_latent_that_is_not_a_number_is_told_as_divergence()
    {
        float[] latents = Normals(16, 4);
        latents[7] = float.NaN;

        Assert.Contains("diverged", new CollapseMonitor(4).Measure(latents).Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_of_the_wrong_length_is_refused() =>
        Assert.Throws<ArgumentException>(() => new CollapseMonitor(4).Measure(new float[10]));

    private static float[] Normals(int rows, int size)
    {
        float[] values = new float[rows * size];
        new RandomStream(1, "collapse").FillNormal(values);
        return values;
    }
}
