using Orrery.Data.Datasets;
using Orrery.Data.Replay;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Models.Losses;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Training;

/// <summary>What is measured with less noise counts more, where a recipe asks for a filter.</summary>
public sealed class NoiseEmphasisTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuBackend _backend = new(1);

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(new[] { 1f, 4f }, new[] { 1.6f, 0.4f })]
    [InlineData(new[] { 0f, 9f }, new[] { 1.8f, 0.2f })]
    [InlineData(new[] { 0f, 0f }, new[] { 1f, 1f })]
    [InlineData(new[] { 0.3f }, new[] { 1f })]
    public void Observations_count_by_one_over_their_noise_within_bounds(float[] noise, float[] expected)
    {
        float[] weights = new float[3 * noise.Length];
        Array.Fill(weights, 2);
        ErrorEmphasis.WeighByNoise(weights, noise);
        for (int place = 0; place < weights.Length; place++)
            Assert.Equal(2 * expected[place % noise.Length], weights[place], 1e-6f);
    }

    [Fact]
    public void One_observation_counts_as_before_to_the_bit()
    {
        foreach (float noise in (float[])[0.1f, 0.3f, 7e-5f, 3.3f])
        {
            float[] weights = [0.7f];
            ErrorEmphasis.WeighByNoise(weights, [noise]);
            Assert.Equal(0.7f, weights[0]);
        }
    }

    [Fact]
    public void A_refit_counts_by_the_noise_that_the_fit_found()
    {
        using Dataset log = TwoSensors(300);
        float alike = Loss(log, [0.2f, 0, 2, 2]), first = Loss(log, [0.2f, 0, 1, 4]), second = Loss(log, [0.2f, 0, 4, 1]);
        Assert.Equal(2 * alike, first + second, 1e-4f * alike);
        // The second sensor's noise is larger, and so are its errors.
        Assert.True(first < 0.7 * second, $"{first} and {second}");
    }

    [Theory]
    [InlineData(13)]
    [InlineData(37)]
    public void It_goes_on_with_them_after_a_stop(int stopAfter)
    {
        using Dataset log = TwoSensors(400);
        Recipe recipe = Recipe("training.updates=30", "training.validateEvery=3", "training.checkpointEvery=4");
        float[] whole = Weights(TrainingFixtures.Train(recipe, log, _folder.File("whole")));

        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => TrainingFixtures.Train(recipe, log, _folder.File("stopped"), 1, progress =>
        {
            if (progress.Update + (progress.Phase == "refit" ? 30 : 0) >= stopAfter)
                stop.Cancel();
        }, stop.Token));
        Assert.Equal(whole, Weights(TrainingFixtures.Train(recipe, log, _folder.File("stopped"))));
    }

    private static Recipe Recipe(params string[] settings) =>
        TrainingFixtures.Log(["history=4", "filterRows=6", "linearOrder=0", "hidden=4", "latentSize=2", "training.window=8", "validationRun=8", .. settings]);

    private float[] Weights(TrainingSummary summary)
    {
        using WorldModel model = WorldModel.Load(summary.Checkpoint, _backend);
        float[] latent = new float[model.LatentSize], latents = new float[20 * model.LatentSize], read = new float[40];
        model.Rollout(latent, new float[20], 1, 20, latents);
        model.Read(latents, 20, read);
        return [.. latents, .. read];
    }

    /// <summary>The loss of the first update of a training that takes over what an earlier one settled.</summary>
    private float Loss(Dataset log, float[] settled)
    {
        LogRecipe recipe = (LogRecipe)Recipe();
        Split split = TrainingSplit.Of(recipe, log);
        WorldModelDescription description = TrainingData.Describe(recipe, log, split);
        LogNetwork network = (LogNetwork)WorldModelNetwork.Create(_backend, recipe, description.Spaces, description.Proprioception);
        using LogProblem problem = new(
            network, recipe, log, split.Training, [], description, TrainingData.Validation(recipe, log, split));
        problem.TakeOver(settled);
        problem.FillBatch(0);
        using Tape tape = new(_backend);
        return problem.Loss(tape, problem.Forward(tape), 0, new LossTerms()).Item();
    }

    /// <summary>One state, measured by a fine sensor and by a rough one.</summary>
    private Dataset TwoSensors(int rows)
    {
        DatasetSpaces spaces = new(new VectorSpace("sensors", [new Dimension("fine"), new Dimension("rough")]), new VectorSpace("inputs", [new Dimension("u")]));
        RandomStream random = new(4, "sensors");
        using (DatasetWriter writer = new(_folder.File("log"), spaces, 1, "s", Provenance.Unknown))
        {
            writer.BeginEpisode("record");
            double state = 0, input = 0;
            for (int row = 0; row < rows; row++)
            {
                if (row % 5 == 0)
                    input = random.NextNormal();
                state = (0.8 * state) + (0.3 * input);
                writer.Append([(float)(state + (0.02 * random.NextNormal())), (float)(state + (0.5 * random.NextNormal()))], [(float)input]);
            }

            writer.EndEpisode(EpisodeEnd.EndOfRecord);
            writer.Complete();
        }

        return Dataset.Open(_folder.File("log"));
    }
}
