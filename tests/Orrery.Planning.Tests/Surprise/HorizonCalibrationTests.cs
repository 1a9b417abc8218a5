using Orrery.Planning.Surprise;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Surprise;

public class HorizonCalibrationTests
{
    private const int Horizon = 6;
    private const int Outputs = 2;

    [Theory]
    [InlineData(ErrorSide.Both)]
    [InlineData(ErrorSide.Above)]
    [InlineData(ErrorSide.Below)]
    public void A_new_window_leaves_its_margins_no_more_often_than_declared(ErrorSide side)
    {
        RandomStream random = new(5, $"horizon {side}");
        int joint = 0, one = 0;
        const int trials = 1500;
        double[] jointMargins = new double[Horizon * Outputs], oneMargins = new double[Horizon];
        for (int trial = 0; trial < trials; trial++)
        {
            (float[] predictions, float[] truths) = Windows(random, 52);
            HorizonCalibration calibration = HorizonCalibration.From(predictions, truths, Horizon, Outputs);
            Assert.Equal(39, calibration.Windows);
            calibration.JointMargins(0.1m, side, jointMargins);
            calibration.Margins(1, 0.1m, side, oneMargins);
            (float[] prediction, float[] truth) = Windows(random, 1);
            joint += Leaves(prediction, truth, jointMargins, side, 0, Outputs) ? 1 : 0;
            one += Leaves(prediction, truth, [.. oneMargins.SelectMany(margin => new[] { 0, margin })], side, 1, 2) ? 1 : 0;
        }

        // 0.1 exactly with 39 windows; 0.0232 is three standard deviations.
        Assert.InRange(joint / (double)trials, 0.1 - 0.0233, 0.1 + 0.0233);
        Assert.InRange(one / (double)trials, 0.1 - 0.0233, 0.1 + 0.0233);
    }

    [Fact]
    public void Margins_grow_with_the_step_as_errors_do()
    {
        (float[] predictions, float[] truths) = Windows(new RandomStream(2, "growing"), 400);
        double[] margins = new double[Horizon];
        HorizonCalibration.From(predictions, truths, Horizon, Outputs).Margins(0, 0.05m, ErrorSide.Both, margins);
        Assert.True(margins[5] > 1.7 * margins[0]);
        Assert.Equal(margins.Order(), margins);
    }

    [Fact]
    public void Too_few_windows_for_a_level_are_said_and_bound_nothing()
    {
        (float[] predictions, float[] truths) = Windows(new RandomStream(2, "few"), 24);
        HorizonCalibration calibration = HorizonCalibration.From(predictions, truths, Horizon, Outputs);
        double[] margins = new double[Horizon];
        Assert.False(calibration.Supports(0.01m));
        calibration.Margins(0, 0.01m, ErrorSide.Above, margins);
        Assert.All(margins, margin => Assert.Equal(double.PositiveInfinity, margin));
        ArgumentException problem = Assert.Throws<ArgumentException>(() => HorizonCalibration.From(predictions.AsSpan(0, 48), truths.AsSpan(0, 48), Horizon, Outputs));
        Assert.Contains("4 usable windows", problem.Message, StringComparison.Ordinal);
    }

    private static bool Leaves(float[] prediction, float[] truth, double[] margins, ErrorSide side, int first, int end)
    {
        for (int place = 0; place < margins.Length; place++)
        {
            if (place % Outputs < first || place % Outputs >= end)
                continue;
            double error = truth[place] - prediction[place];
            double counted = side switch { ErrorSide.Above => error, ErrorSide.Below => -error, _ => Math.Abs(error) };
            if (counted > margins[place])
                return true;
        }

        return false;
    }

    /// <summary>Errors that wander off like a free run's, skewed.</summary>
    private static (float[] Predictions, float[] Truths) Windows(RandomStream random, int count)
    {
        float[] predictions = new float[count * Horizon * Outputs], truths = new float[count * Horizon * Outputs];
        for (int window = 0; window < count; window++)
        {
            double[] error = new double[Outputs];
            for (int step = 0; step < Horizon; step++)
                for (int output = 0; output < Outputs; output++)
                {
                    double normal = random.NextNormal();
                    error[output] += normal + (0.3 * normal * normal);
                    int place = (((window * Horizon) + step) * Outputs) + output;
                    predictions[place] = window;
                    truths[place] = (float)(window + error[output]);
                }
        }

        return (predictions, truths);
    }
}
