using System.Text.Json;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Tensors;

namespace Orrery.Models.Tests.Training;

/// <summary>Every published family of models trains, and does what sets it apart.</summary>
public sealed class FamilyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Families => ["pldm", "eb-jepa", "delta-jepa", "byol", "contrastive", "generative"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Families))]
    public void A_family_learns_and_goes_on_to_the_same_bits_when_it_was_stopped(string family)
    {
        using Dataset dataset = TrainingFixtures.TwoRooms(_folder.File("data"), 12);
        Recipe recipe = RecipeFile.Load($"{family}/debug", "training.updates=24", "training.batch=8", "training.validateEvery=8", "training.checkpointEvery=4");
        TrainingSummary whole = TrainingFixtures.Train(recipe, dataset, _folder.File("whole"));
        double[] losses = Losses("whole");
        double early = losses[..8].Average(), late = losses[^8..].Average();
        Assert.True(late < early, $"The loss went from {early} to {late} on average over eight updates.");

        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => TrainingFixtures.Train(recipe, dataset, _folder.File("stopped"), 1, progress =>
        {
            if (progress.Update >= 8)
                stop.Cancel();
        }, stop.Token));
        TrainingSummary resumed = TrainingFixtures.Train(recipe, dataset, _folder.File("stopped"), threads: 2);
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole.Checkpoint, "model.safetensors")), File.ReadAllBytes(Path.Combine(resumed.Checkpoint, "model.safetensors")));
    }

    [Fact]
    public void LeWm_in_the_smallest_size_trains_on_64_pixels()
    {
        using Dataset dataset = Ball(20);
        Recipe recipe = RecipeFile.Load("lewm/debug", "actionBlock=1", "training.updates=12", "training.validateEvery=12");
        TrainingSummary summary = TrainingFixtures.Train(recipe, dataset, _folder.File("run"));
        Assert.True(double.IsFinite(summary.ValidationError!.Value));
    }

    [Fact]
    public void Stacked_pictures_are_a_row_apart_and_end_with_the_row_whose_latent_it_is()
    {
        using Dataset dataset = Ball(20);
        Recipe recipe = RecipeFile.Load("two-rooms/debug", "frames=3", "actionBlock=2", "training.updates=10", "training.validateEvery=10");
        TrainingSummary summary = TrainingFixtures.Train(recipe, dataset, _folder.File("run"));
        Assert.True(double.IsFinite(summary.ValidationError!.Value));
        using CpuBackend backend = new(1);
        using WorldModel model = WorldModel.Load(_folder.File("run"), backend);
        Assert.Equal((3, 3 * 64 * 64), (model.History, model.StackSize));

        LatentTable table = LatentTable.Encode(model, dataset, [.. dataset.Episodes.Take(2)]);
        Assert.Equal(2 * 18, table.Count);
        Assert.Equal([2L, 3L], table.Rows[..2].ToArray());
        byte[] stack = [.. dataset.Pixels(25), .. dataset.Pixels(26), .. dataset.Pixels(27)];
        float[] latent = new float[model.LatentSize];
        model.Encode(stack, 1, latent);
        Assert.All(latent.Zip(table[table.Rows.IndexOf(27L)].ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        ObservationStack pictures = new(3, 64 * 64);
        for (int row = 22; row <= 27; row++)
            pictures.Push(dataset.Pixels(row));
        Assert.Equal(stack, pictures.Bytes.ToArray());
    }

    [Fact]
    public void Vectors_are_predicted_in_their_own_units_where_the_encoder_has_no_layers()
    {
        using Dataset dataset = TrainingFixtures.LinearLog(_folder.File("data"), 60, records: 20, delay: 1);
        string[] settings =
        [
            "encoder.kind=mlp", "encoder.hidden=[]", "frames=2", "latentSize=2", "actionBlock=1", "predictor.hidden=32", "heldOutShare=0.1",
            "objective.sigReg=0", "objective.temporalSimilarity=0", "objective.inverseDynamics=0", "training.updates=400", "training.validateEvery=400",
        ];
        TrainingSummary summary = TrainingFixtures.Train(RecipeFile.Load("two-rooms/debug", settings), dataset, _folder.File("run"), 1);
        Assert.True(summary.ValidationError < 0.02, $"Predictions are off by {summary.ValidationError} of the variance.");

        using CpuBackend backend = new(1);
        using WorldModel model = WorldModel.Load(_folder.File("run"), backend);
        float[] latent = new float[2];
        model.Encode(dataset.Observation(7, 2), [], latent);
        Assert.Equal((dataset.Observation(8)[0] - model.Description.Observation!.Mean[0]) / model.Description.Observation.Scale[0], latent[1], 1e-4);
        Assert.Contains("not pictures", Assert.Throws<InvalidOperationException>(() => model.Encode(new byte[8], 1, latent)).Message);
        Assert.Contains("latentSize is 16", Assert.Throws<RecipeException>(
            () => TrainingFixtures.Train(RecipeFile.Load("two-rooms/debug", settings[..3]), dataset, _folder.File("other"))).Message);
    }

    [Fact]
    public void A_decoder_draws_where_the_dot_is_and_teaches_the_encoder_nothing()
    {
        using Dataset dataset = TrainingFixtures.TwoRooms(_folder.File("data"), 40);
        string[] settings = ["training.updates=200", "training.batch=16", "training.window=1", "training.clipNorm=1000000"];
        TrainingFixtures.Train(RecipeFile.Load("two-rooms/debug", [.. settings, "decoder.channels=[16,16,8,8]", "decoder.hidden=64"]), dataset, _folder.File("seen"));
        TrainingFixtures.Train(RecipeFile.Load("two-rooms/debug", settings), dataset, _folder.File("blind"));
        using CpuBackend backend = new(2);
        using WorldModel seen = WorldModel.Load(_folder.File("seen"), backend);
        using WorldModel blind = WorldModel.Load(_folder.File("blind"), backend);
        float[] first = new float[seen.LatentSize], second = new float[blind.LatentSize];
        byte[] drawn = new byte[seen.ObservationSize];
        seen.Encode(dataset.Pixels(5), 1, first);
        blind.Encode(dataset.Pixels(5), 1, second);
        Assert.Equal(second, first);

        seen.Decode(first, 1, drawn);
        int wall = 65 * 65;
        double wrong = drawn[wall..].Zip(dataset.Pixels(5)[wall..].ToArray()).Average(pair => Math.Abs(pair.First - pair.Second));
        Assert.True(wrong < 15, $"The walls are drawn wrong by {wrong} of 255.");
        Assert.False(blind.HasDecoder);
        Assert.Contains("decoder.channels", Assert.Throws<InvalidOperationException>(() => blind.Decode(second, 1, drawn)).Message);
    }

    [Theory]
    [InlineData("objective.target=averaged", "training.averaging")]
    [InlineData("objective.reconstruction=1", "objective.reconstruction")]
    [InlineData("objective.prediction=0", "objective.prediction")]
    [InlineData("objective.inverseForm=both", "objective.inverseForm")]
    [InlineData("frames=0", "frames")]
    public void What_cannot_be_combined_is_told(string setting, string key) =>
        Assert.Contains(key, Assert.Throws<RecipeException>(() => RecipeFile.Load("two-rooms/debug", setting)).Message);

    [Fact]
    public void The_first_picture_stands_for_those_before_it()
    {
        ObservationStack stack = new(3, 2);
        stack.Push([1, 2]);
        Assert.Equal([1, 2, 1, 2, 1, 2], stack.Bytes.ToArray());
        stack.Push([3, 4]);
        stack.Push([5, 6]);
        Assert.Equal([1, 2, 3, 4, 5, 6], stack.Bytes.ToArray());
        stack.Clear();
        stack.Push([7, 8]);
        Assert.Equal([7, 8, 7, 8, 7, 8], stack.Bytes.ToArray());
        Assert.Contains("2 were needed", Assert.Throws<ArgumentException>(() => stack.Push([1])).Message);
    }

    /// <summary>A bar on a ring that keeps a speed of its own: 64 pixels wide and high, moved by no action.</summary>
    private Dataset Ball(int episodes)
    {
        DatasetSpaces spaces = new(
            new ImageSpace("bar", 1, 64, 64), new VectorSpace("push", [new Dimension("push", "", -1, 1)]), new VectorSpace("place", [new Dimension("x", "px")]));
        string folder = _folder.File("ball");
        using (DatasetWriter writer = new(folder, spaces, 1, "step", Provenance.Unknown))
        {
            Trajectory trajectory = new(spaces.Observation, spaces.Action, spaces.State, 20);
            for (int episode = 0; episode < episodes; episode++)
            {
                trajectory.Clear();
                trajectory.RecordName = $"ring {episode}";
                int speed = ((episode * 7) % 13) - 6;
                for (int step = 0; step < 20; step++)
                {
                    int row = trajectory.AddRow(), place = ((((episode * 29) + (step * speed)) % 64) + 64) % 64;
                    for (int pixel = 0; pixel < 64 * 64; pixel++)
                        trajectory.Pixels(row)[pixel] = ((pixel % 64) - place + 64) % 64 < 8 ? (byte)255 : (byte)0;
                    trajectory.State(row)[0] = place;
                    trajectory.Action(row)[0] = (step % 3) - 1;
                }

                writer.Write(trajectory);
            }

            writer.Complete();
        }

        return Dataset.Open(folder);
    }

    /// <summary>The loss of each update; what is reported on the way depends on the clock.</summary>
    private double[] Losses(string run) =>
    [
        .. File.ReadLines(Path.Combine(_folder.File(run), "metrics.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("loss", out _))
            .Select(line => line.GetProperty("loss").GetDouble()),
    ];
}
