using Orrery.Data.Normalization;
using Orrery.Evaluation.Baselines;
using Orrery.Evaluation.OpenLoop;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Tests.Baselines;

public sealed class LinearStateSpaceModelTests
{
    private static readonly Normalizer Observation = new([20], [3]);
    private static readonly Normalizer Action = new([1], [2]);

    /// <summary>Two tanks in a row, of which only the second is measured: a system of two states.</summary>
    private static LogStretch Tanks(int rows, ulong seed)
    {
        RandomStream random = new(seed, "tanks");
        double upper = 0, lower = 0, pump = 0;
        double[] level = new double[rows], driven = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            pump = row % 7 == 0 ? random.NextNormal() : pump;
            lower += 0.2 * (upper - lower);
            upper += 0.3 * (pump - upper);
            (level[row], driven[row]) = (20 + (3 * lower), 1 + (2 * pump));
        }

        return new LogStretch("tanks", level, 1, driven, 1);
    }

    [Fact]
    public void A_linear_plant_is_predicted_from_its_inputs_alone()
    {
        LinearStateSpaceModel model = LinearStateSpaceFit.Fit([Tanks(800, 1)], Observation, Action, 10, 8)!;
        double nrmse = WholeRecord.Errors(model, Tanks(300, 2), 10)[0].Nrmse;
        Assert.True(nrmse < 0.05, $"NRMSE {nrmse}");
    }

    [Fact]
    public void The_number_of_states_is_chosen_on_the_validation_rows()
    {
        LogStretch training = Tanks(600, 3), validation = Tanks(200, 4);
        LinearStateSpaceModel model = LinearStateSpaceFit.FitBestSize([training], [validation], [training, validation], Observation, Action, 10, 8)!;
        Assert.InRange(model.States, 2, 8);
        double one = ArxFit.FreeRunNrmse(LinearStateSpaceFit.Fit([training], Observation, Action, 10, 1)!, [validation]);
        Assert.True(ArxFit.FreeRunNrmse(model, [validation]) < 0.5 * one);
    }

    [Fact]
    public void Too_few_rows_give_no_model() =>
        Assert.Null(LinearStateSpaceFit.Fit([Tanks(40, 5)], Observation, Action, 10, 8));

    [Fact]
    public void A_history_that_it_was_not_identified_with_is_refused()
    {
        LogStretch rows = Tanks(400, 6);
        Orrery.Models.Identification.NormalizedStretch normalized = new(new float[400], new float[400]);
        RandomStream random = new(7, "rows");
        for (int row = 0; row < rows.Rows; row++)
            (normalized.Observations[row], normalized.Actions[row]) = ((float)random.NextNormal(), (float)random.NextNormal());
        var system = Orrery.Models.Identification.SubspaceIdentification.Identify([normalized], 1, 1, 10, 20, 4)!;
        ArgumentException problem = Assert.Throws<ArgumentException>(() => new LinearStateSpaceModel(system, Observation, Action, 9));
        Assert.Contains("20 numbers", problem.Message, StringComparison.Ordinal);
    }
}
