using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using Orrery.Data.Datasets;
using Orrery.Data.Replay;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Tensors;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Training;

/// <summary>Small but real: it must learn, not only run.</summary>
public sealed class LearningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_alone_teach_where_the_dot_is()
    {
        using Dataset dataset = TrainingFixtures.TwoRooms(_folder.File("data"), 80, length: 61);
        Recipe recipe = RecipeFile.Load("two-rooms/debug");
        List<double> losses = [];

        TrainingSummary summary = TrainingFixtures.Train(recipe, dataset, _folder.File("run"), 2, progress => losses.Add(progress.Loss));

        Assert.True(losses[^1] < losses[0], $"The loss went from {losses[0]} to {losses[^1]}.");
        Assert.False(summary.Health!.Collapsed, summary.Health.Warning);
        Assert.True(ProbePosition(dataset) > 0.8, $"A linear probe explains {ProbePosition(dataset)} of the position.");
    }

    [Theory]
    [InlineData("ensemble=1")]
    [InlineData("ensemble=2")]
    [InlineData("hidden=0")]
    [InlineData("encoder=gru")]
    [InlineData("latentPrediction.weight=0.01")]
    public void A_linear_system_is_learned_to_a_near_exact_free_run(string setting)
    {
        using Dataset dataset = TrainingFixtures.LinearLog(_folder.File("data"), 900);
        double error = FreeRunError(dataset, setting);
        Assert.True(error < 0.03, $"The free run is off by {error} standard deviations.");
    }

    [Fact]
    public void A_dead_time_longer_than_the_memory_can_be_told()
    {
        using Dataset dataset = TrainingFixtures.LinearLog(_folder.File("data"), 900, delay: 12);
        double told = FreeRunError(dataset, "delays.u=12");
        Directory.Delete(_folder.File("run"), recursive: true);
        double untold = FreeRunError(dataset, "ensemble=1");
        Assert.True(told < 0.01 && untold > 0.05, $"The free run is off by {told} and, without the dead time, by {untold} standard deviations.");
    }

    private double FreeRunError(Dataset dataset, string setting)
    {
        Recipe recipe = TrainingFixtures.Log("history=6", "training.updates=120", "training.batch=8", "training.window=60", setting);
        TrainingFixtures.Train(recipe, dataset, _folder.File("run"));

        using CpuBackend backend = new(1);
        using WorldModel model = WorldModel.Load(_folder.File("run"), backend);
        EpisodeRange test = TrainingSplit.Of(recipe, dataset).Test.Single();
        float[] latent = new float[model.LatentSize];
        model.Encode(dataset.Observation(test.Start - model.History, model.History), dataset.Action(test.Start - model.History, model.History), latent);
        float[] latents = new float[test.Length * model.LatentSize];
        model.Rollout(latent, dataset.Action(test.Start, test.Length), 1, test.Length, latents);
        float[] predicted = new float[test.Length];
        model.Read(latents, test.Length, predicted);
        ReadOnlySpan<float> observed = dataset.Observation(test.Start, test.Length);
        double squares = 0;
        for (int row = 0; row < test.Length; row++)
            squares += (predicted[row] - observed[row]) * (double)(predicted[row] - observed[row]);

        return Math.Sqrt(squares / test.Length) / model.Description.Observation!.Scale[0];
    }

    [Fact]
    public void A_refit_that_ends_early_takes_small_steps_at_its_end_too()
    {
        const int updates = 200;
        DatasetSpaces spaces = new(new VectorSpace("outputs", [new Dimension("y")]), new VectorSpace("inputs", [new Dimension("u")]));
        using (DatasetWriter writer = new(_folder.File("noise"), spaces, 1, "s", Provenance.Unknown))
        {
            // There is nothing to learn but noise by heart, which makes held-out errors grow.
            RandomStream random = new(4, "noise");
            writer.BeginEpisode("record");
            for (int row = 0; row < 120; row++)
                writer.Append([(float)random.NextNormal()], [(float)random.NextNormal()]);
            writer.EndEpisode(EpisodeEnd.EndOfRecord);
            writer.Complete();
        }

        using Dataset noise = Dataset.Open(_folder.File("noise"));
        TrainingSummary summary = TrainingFixtures.Train(
            TrainingFixtures.Log("hidden=32", $"training.updates={updates}", "training.window=10", "training.validateEvery=10", "training.learningRate=0.02", "training.finalLearningRate=0.01"),
            noise, _folder.File("run"));

        JsonElement[] steps = [.. File.ReadLines(_folder.File("run/metrics.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.TryGetProperty("phase", out JsonElement phase) && phase.GetString() == "refit")];
        Assert.False(summary.BestAtEnd);
        Assert.InRange(steps.Length, updates / 10, updates / 2);
        Assert.Equal(0.01 * 0.02, steps[^1].GetProperty("learningRate").GetDouble(), 1e-5);
    }

    [Fact]
    public void A_training_that_is_best_at_its_end_says_so_also_when_asked_again()
    {
        using Dataset dataset = TrainingFixtures.LinearLog(_folder.File("data"), 900);
        Recipe recipe = TrainingFixtures.Log("training.updates=40", "training.learningRate=0.001");
        Assert.True(TrainingFixtures.Train(recipe, dataset, _folder.File("run")).BestAtEnd);
        Assert.True(TrainingFixtures.Train(recipe, dataset, _folder.File("run")).BestAtEnd);
    }

    [Fact]
    public void A_collapsed_run_says_so()
    {
        using Dataset dataset = TrainingFixtures.TwoRooms(_folder.File("data"), 8);
        // Nothing but prediction: the easiest solution is to see nothing.
        Recipe recipe = TrainingFixtures.Pixels(
            "training.updates=40", "training.batch=4", "training.window=3", "objective.sigReg=0", "objective.inverseDynamics=0", "encoder.headNorm=none");
        List<string> warnings = [];

        TrainingSummary summary = TrainingFixtures.Train(recipe, dataset, _folder.File("run"), 1, progress =>
        {
            if (progress.Warning is { } warning)
                warnings.Add(warning);
        });

        Assert.True(summary.Health!.Collapsed);
        Assert.Contains("collapsed", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Contains("collapsed", File.ReadAllText(Path.Combine(_folder.File("run"), "metrics.jsonl")), StringComparison.Ordinal);
    }

    private double ProbePosition(Dataset dataset)
    {
        using CpuBackend backend = new(2);
        using WorldModel model = WorldModel.Load(_folder.File("run"), backend);
        Split split = TrainingSplit.Of(model.Description, dataset);
        (Matrix<double> x, Matrix<double> y) = Table(model, dataset, [.. split.Training.Take(20)]);
        Matrix<double> weights = (x.TransposeThisAndMultiply(x) + (1e-3 * Matrix<double>.Build.DenseIdentity(x.ColumnCount))).Cholesky().Solve(x.TransposeThisAndMultiply(y));
        (Matrix<double> testX, Matrix<double> testY) = Table(model, dataset, split.Test);
        Matrix<double> error = (testX * weights) - testY;
        Vector<double> mean = testY.ColumnSums() / testY.RowCount;
        double spread = testY.EnumerateRows().Sum(row => (row - mean).DotProduct(row - mean));
        return 1 - (error.EnumerateRows().Sum(row => row.DotProduct(row)) / spread);
    }

    private static (Matrix<double> X, Matrix<double> Y) Table(WorldModel model, Dataset dataset, IReadOnlyList<EpisodeRange> part)
    {
        LatentTable table = LatentTable.Encode(model, dataset, part, stride: 3);
        Matrix<double> x = Matrix<double>.Build.Dense(table.Count, table.LatentSize + 1, (row, column) => column < table.LatentSize ? table[row][column] : 1);
        Matrix<double> y = Matrix<double>.Build.Dense(table.Count, 2, (row, column) => dataset.State(table.Rows[row])[column]);
        return (x, y);
    }
}
