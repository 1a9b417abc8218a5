using Orrery.Environments.Navigation;
using Orrery.Evaluation.Probes;

namespace Orrery.Evaluation.Tests.Probes;

public sealed class LatentDistancesTests
{
    [Fact]
    public void An_encoder_that_knows_the_position_gives_the_distance_on_the_map()
    {
        using var environment = new TwoRooms();
        double[] distances = LatentDistances.Over(environment, CenterOfDot, 2, [45, 20]);
        Assert.Equal(65 * 65, distances.Length);
        Assert.Equal(0, distances[(20 * 65) + 45], 1);
        Assert.Equal(5, distances[(24 * 65) + 48], 1);
        Assert.True(double.IsNaN(distances[0]));
        Assert.True(double.IsNaN(distances[(40 * 65) + 32]));
        Assert.False(double.IsNaN(distances[(10 * 65) + 32]));
    }

    private static void CenterOfDot(ReadOnlySpan<byte> pixels, int batch, Span<float> latents)
    {
        int picture = pixels.Length / batch;
        for (int b = 0; b < batch; b++)
        {
            double sum = 0;
            double x = 0;
            double y = 0;
            for (int i = 0; i < 65 * 65; i++)
            {
                byte value = pixels[(b * picture) + i];
                sum += value;
                x += value * (i % 65);
                y += value * (i / 65);
            }

            latents[b * 2] = (float)(x / sum);
            latents[(b * 2) + 1] = (float)(y / sum);
        }
    }
}
