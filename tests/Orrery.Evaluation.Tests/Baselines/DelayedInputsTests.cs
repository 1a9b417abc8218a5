using Orrery.Evaluation.Baselines;
using Orrery.Evaluation.OpenLoop;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Tests.Baselines;

public sealed class DelayedInputsTests
{
    private static readonly int[] Delays = [7, 2];

    /// <summary>o(t) = 0.8 o(t-1) + a1(t-7) + 0.5 a2(t-2).</summary>
    private static LogStretch Late(int rows, ulong seed)
    {
        RandomStream random = new(seed, "late");
        double[] observations = new double[rows], actions = new double[2 * rows];
        for (int row = 0; row < rows; row++)
        {
            (actions[2 * row], actions[(2 * row) + 1]) = (random.NextNormal(), random.NextNormal());
            observations[row] = (row > 0 ? 0.8 * observations[row - 1] : 0)
                + (row >= 7 ? actions[2 * (row - 7)] : 0) + (row >= 2 ? 0.5 * actions[(2 * (row - 2)) + 1] : 0);
        }

        return new LogStretch("late", observations, 1, actions, 2);
    }

    [Fact]
    public void A_baseline_that_knows_the_dead_times_needs_no_long_memory()
    {
        LogStretch training = Late(400, 1), test = Late(200, 2);
        DelayedInputs told = new(ArxFit.Fit([DelayedInputs.Shift(training, Delays)], 1, directInput: true), Delays);
        Assert.Equal(("ARX(1)", 8), (told.Name, told.History));
        Assert.True(WholeRecord.Errors(told, test, 10)[0].Nrmse < 1e-6);
        Assert.True(WholeRecord.Errors(ArxFit.Fit([training], 1, directInput: true), test, 10)[0].Nrmse > 0.5);
    }

    [Fact]
    public void Without_dead_times_nothing_changes()
    {
        LogStretch training = Late(400, 1), test = Late(200, 2);
        ArxModel plain = ArxFit.Fit([training], 3, directInput: true);
        DelayedInputs told = new(plain, [0, 0]);
        Assert.Equal(WholeRecord.Simulate(plain, test, 10), WholeRecord.Simulate(told, test, 10));
        Assert.Equal(training.Rows, DelayedInputs.Shift(training, [0, 0]).Rows);
    }

    [Fact]
    public void A_stretch_shorter_than_the_dead_time_gives_no_rows() => Assert.Equal(0, DelayedInputs.Shift(Late(5, 3), Delays).Rows);
}
