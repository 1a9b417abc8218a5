using Orrery.Evaluation.Statistics;

namespace Orrery.Evaluation.Tests.Statistics;

public sealed class PredictionErrorTests
{
    [Fact]
    public void Predicting_the_mean_has_a_normalised_error_of_one()
    {
        double[] truth = [1e4 + 1, 1e4 + 2, 1e4 + 3, 1e4 + 4];
        var error = new PredictionError();
        error.Add([1e4 + 2.5, 1e4 + 2.5, 1e4 + 2.5, 1e4 + 2.5], truth);
        Assert.Equal(1, error.Nrmse, 12);
        Assert.Equal(0, error.RSquared, 12);
        Assert.Equal(Math.Sqrt(1.25), error.Rmse, 12);
        Assert.Equal(1, error.MeanAbsolute, 12);
    }

    [Fact]
    public void Missing_truth_is_left_out()
    {
        var error = new PredictionError();
        error.Add([1, 2, 3], [1, double.NaN, 4]);
        Assert.Equal(2, error.Count);
        Assert.Equal(Math.Sqrt(0.5), error.Rmse, 12);
    }

    [Fact]
    public void A_constant_truth_predicted_exactly_has_no_error()
    {
        var error = new PredictionError();
        error.Add([3, 3], [3, 3]);
        Assert.Equal(0, error.Nrmse);
    }

    [Fact]
    public void Nothing_added_is_not_a_number() => Assert.True(double.IsNaN(new PredictionError().Rmse));

    [Fact]
    public void Quantiles_interpolate_between_order_statistics()
    {
        Assert.Equal(2.5, Quantiles.Of([4, 1, 3, 2], 0.5), 12);
        Assert.Equal(4, Quantiles.Of([4, 1, 3, double.NaN, 2], 1), 12);
        Assert.True(double.IsNaN(Quantiles.Of([], 0.5)));
    }
}
