using System.Text.Json;
using Orrery.Evaluation.Baselines;
using Orrery.Evaluation.OpenLoop;

namespace Orrery.Evaluation.Tests.OpenLoop;

public sealed class OpenLoopEvaluationTests
{
    private static LogStretch Ramp(int rows, string name = "test") => new(name,
        [.. Enumerable.Range(0, rows).SelectMany(row => new double[] { row, -2 * row })], 2, [.. Enumerable.Repeat(1.0, rows)], 1);

    private static OpenLoopOptions Options(int horizon = 20) => new("test", 1, "s", [("up", "m"), ("down", "m")], horizon);

    /// <summary>Adds the action to the first column and takes it twice from the second.</summary>
    private sealed class RampModel : IFreeRunModel
    {
        public string Name => "ramp";

        public int History => 3;

        public void FreeRun(ReadOnlySpan<double> observations, ReadOnlySpan<double> actions, Span<double> predictions)
        {
            double up = observations[^2];
            double down = observations[^1];
            for (int step = 0; step < predictions.Length / 2; step++)
            {
                up += actions[History - 1 + step];
                down -= 2 * actions[History - 1 + step];
                predictions[step * 2] = up;
                predictions[(step * 2) + 1] = down;
            }
        }
    }

    [Fact]
    public void A_perfect_model_has_no_error_and_persistence_that_of_the_ramp()
    {
        (OpenLoopResult result, IReadOnlyList<FreeRunTrace> traces) =
            OpenLoopEvaluation.Run([new RampModel(), new PersistenceModel(2)], [Ramp(100)], [Ramp(50, "training")], Options());
        Assert.All(result.Models[0].RmseByHorizon.SelectMany(column => column), error => Assert.Equal(0, error, 12));
        for (int index = 0; index < result.Horizons.Count; index++)
        {
            Assert.Equal(result.Horizons[index], result.Models[1].RmseByHorizon[0][index], 9);
            Assert.Equal(2 * result.Horizons[index], result.Models[1].RmseByHorizon[1][index], 9);
        }

        Assert.Equal(0, result.Models[0].MeanFreeRunNrmse);
        Assert.Equal(3, result.InitialRows);
        Assert.Equal(97 * 2, traces[0].Predictions.Length);
        Assert.True(result.Models[1].FreeRunNrmse[0] > 1);
    }

    [Fact]
    public void Windows_do_not_cross_stretches()
    {
        (OpenLoopResult result, _) = OpenLoopEvaluation.Run([new RampModel()], [Ramp(30, "a"), Ramp(24, "b")], [], Options());
        // Nine rows ahead: last known rows 2..20 in the first stretch and 2..14 in the second.
        Assert.Equal(19 + 13, result.Windows);
        Assert.Equal(3 + 2, result.DisjointWindows);
    }

    [Fact]
    public void Horizons_are_dense_at_first_and_end_at_the_longest()
    {
        int[] horizons = OpenLoopEvaluation.Horizons(64);
        Assert.Equal([1, 2, 3, 4], horizons[..4]);
        Assert.Equal(64, horizons[^1]);
        Assert.Equal([1], OpenLoopEvaluation.Horizons(1));
    }

    [Fact]
    public void A_part_that_is_too_short_is_named()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => OpenLoopEvaluation.Run([new RampModel()], [Ramp(3)], [], Options()));
        Assert.Contains("longest stretch has 3 rows", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_horizon_fits_three_times_into_the_longest_stretch()
    {
        (OpenLoopResult result, _) = OpenLoopEvaluation.Run([new RampModel()], [Ramp(10)], [], Options(64));
        Assert.Equal(2, result.Horizons[^1]);
        Assert.Equal(6, result.Windows);
        Assert.Equal(3, result.DisjointWindows);
    }

    [Fact]
    public void The_result_survives_a_round_trip_through_json()
    {
        (OpenLoopResult result, _) = OpenLoopEvaluation.Run([new RampModel(), new PersistenceModel(2)], [Ramp(40)], [], Options());
        string json = JsonSerializer.Serialize(result, EvaluationJson.Default.OpenLoopResult);
        OpenLoopResult back = JsonSerializer.Deserialize(json, EvaluationJson.Default.OpenLoopResult)!;
        Assert.Equal(result.Models[1].RmseByHorizon[1], back.Models[1].RmseByHorizon[1]);
        Assert.True(double.IsNaN(back.Columns[0].TrainingDeviation));
    }
}
