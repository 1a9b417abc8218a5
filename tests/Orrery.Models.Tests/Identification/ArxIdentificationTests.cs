using Orrery.Models.Identification;
using Orrery.Models.Training;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Identification;

public sealed class ArxIdentificationTests
{
    [Fact]
    public void A_difference_equation_is_found_again_with_its_order()
    {
        NormalizedStretch training = Simulated(600, 1), validation = Simulated(300, 2);
        Assert.Equal(2, ArxIdentification.ChooseOrder([training], [validation], 1, 1, 5));
        ArxEquation found = ArxIdentification.Fit([training], 1, 1, 2)!;
        Assert.Equal([1.5, -0.7, 0, 0.4, 0, 0.1], found.Coefficients.Select(value => Math.Round(value, 2)));
    }

    [Fact]
    public void Where_nothing_drives_the_output_no_change_is_the_best_equation()
    {
        Assert.Equal(0, ArxIdentification.ChooseOrder([Wandering(600, 1)], [Wandering(300, 2)], 1, 1, 5));
        Assert.Equal([1.0, 0, 0, 0], ArxEquation.Persistence(1, 1).Coefficients);
    }

    [Fact]
    public void Too_few_rows_give_none()
    {
        NormalizedStretch few = Simulated(12, 1);
        Assert.Null(ArxIdentification.Fit([few], 1, 1, 5));
        Assert.Equal(0, ArxIdentification.ChooseOrder([Simulated(4, 1)], [few], 1, 1, 5));
    }

    [Fact]
    public void Near_horizons_count_more_and_all_together_as_before()
    {
        float[] weights = ErrorEmphasis.Weights([Simulated(500, 3)], 40, 1, 0.1);
        Assert.True(weights[0] > 2 * weights[39], $"{weights[0]} and {weights[39]}");
        Assert.Equal(1, weights.Average(), 1e-5);
        Assert.All(ErrorEmphasis.Weights([Simulated(500, 3)], 40, 1, 0), weight => Assert.Equal(1, weight));
    }

    /// <summary>y[t] = 0.1 + 1.5 y[t-1] - 0.7 y[t-2] + 0.4 u[t-1], with a little noise.</summary>
    private static NormalizedStretch Simulated(int rows, ulong seed)
    {
        RandomStream random = new(seed, "simulated");
        float[] y = new float[rows], u = new float[rows];
        for (int row = 0; row < rows; row++)
        {
            u[row] = row % 6 == 0 ? (float)random.NextNormal() : u[row - 1];
            y[row] = row < 2 ? 0 : (float)(0.1 + (1.5 * y[row - 1]) - (0.7 * y[row - 2]) + (0.4 * u[row - 1]) + (0.003 * random.NextNormal()));
        }

        return new NormalizedStretch(y, u);
    }

    private static NormalizedStretch Wandering(int rows, ulong seed)
    {
        RandomStream random = new(seed, "wandering");
        float[] y = new float[rows], u = new float[rows];
        for (int row = 1; row < rows; row++)
            (y[row], u[row]) = (y[row - 1] + (0.05f * (float)random.NextNormal()), (float)random.NextNormal());
        return new NormalizedStretch(y, u);
    }
}
