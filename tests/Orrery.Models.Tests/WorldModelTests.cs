using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Models.Checkpoints;
using Orrery.Models.Tests.Training;
using Orrery.Models.Training;
using Orrery.Tensors;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests;

/// <summary>One small model of pictures and one of a log, trained once for all tests.</summary>
public sealed class TrainedModels : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TrainedModels()
    {
        PixelData = TrainingFixtures.TwoRooms(_folder.File("rooms"), 6);
        LogData = TrainingFixtures.LinearLog(_folder.File("log"), 500);
        TrainingFixtures.Train(TrainingFixtures.Pixels("training.updates=6", "training.batch=4", "training.window=3"), PixelData, PixelRun);
        TrainingFixtures.Train(TrainingFixtures.Log("history=5"), LogData, LogRun);
    }

    public Dataset PixelData { get; }

    public Dataset LogData { get; }

    public string PixelRun => _folder.File("rooms-run");

    public string LogRun => _folder.File("log-run");

    public void Dispose()
    {
        PixelData.Dispose();
        LogData.Dispose();
        _folder.Dispose();
    }
}

[Collection("alone")]
public sealed class WorldModelTests(TrainedModels trained) : IClassFixture<TrainedModels>, IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_roll_out_equals_predictions_step_by_step(bool pixels)
    {
        using WorldModel model = Load(pixels);
        (float[] latent, float[] actions) = Candidates(model, 1, 6);
        float[] whole = Roll(model, latent, actions, 1, 6);
        int step = model.ActionBlock * model.ActionSize;
        for (int index = 0; index < 6; index++)
        {
            latent = Roll(model, latent, actions[(index * step)..((index + 1) * step)], 1, 1);
            Assert.Equal(whole[(index * model.LatentSize)..((index + 1) * model.LatentSize)], latent);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Slopes_along_actions_are_per_physical_unit_and_what_differences_say(bool pixels)
    {
        using WorldModel model = Load(pixels);
        const int candidates = 3, horizon = 3;
        (float[] latent, float[] actions) = Candidates(model, candidates, horizon);
        float[] upstream = new float[candidates * horizon * model.LatentSize], slopes = new float[actions.Length];
        new RandomStream(3, "upstream").FillNormal(upstream);
        model.Record(latent, actions, candidates, horizon, new float[upstream.Length]);
        model.PullBack(upstream, slopes);
        float[] direction = new float[actions.Length];
        new RandomStream(4, "direction").FillNormal(direction);
        double difference = (Along(1e-3f) - Along(-1e-3f)) / 2e-3, slope = slopes.Zip(direction, (one, other) => (double)one * other).Sum();
        Assert.True(Math.Abs(difference) > 1e-3);
        Assert.InRange(slope, difference - (0.03 * Math.Abs(difference)), difference + (0.03 * Math.Abs(difference)));

        double Along(float distance) => Roll(model, latent, [.. actions.Zip(direction, (action, move) => action + (distance * move))], candidates, horizon)
            .Zip(upstream, (reached, weight) => (double)reached * weight).Sum();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Permuting_candidates_permutes_roll_outs_exactly(bool pixels)
    {
        using WorldModel model = Load(pixels);
        const int candidates = 77, horizon = 5;
        (float[] latent, float[] actions) = Candidates(model, candidates, horizon);
        int[] order = [.. Enumerable.Range(0, candidates)];
        new RandomStream(2, "order").Shuffle(order);
        int width = horizon * model.ActionBlock * model.ActionSize;
        float[] permuted = [.. order.SelectMany(index => actions[(index * width)..((index + 1) * width)])];

        float[] before = Roll(model, latent, actions, candidates, horizon);
        float[] after = Roll(model, latent, permuted, candidates, horizon);

        int size = horizon * model.LatentSize;
        for (int place = 0; place < candidates; place++)
            Assert.Equal(before[(order[place] * size)..((order[place] + 1) * size)], after[(place * size)..((place + 1) * size)]);
    }

    [Fact]
    public void Roll_outs_are_the_same_bits_at_any_number_of_threads_and_candidates()
    {
        using WorldModel two = Load(pixels: true);
        using CpuBackend single = new(1);
        using WorldModel one = WorldModel.Load(trained.PixelRun, single);
        (float[] latent, float[] actions) = Candidates(two, 70, 4);
        float[] expected = Roll(two, latent, actions, 70, 4);

        Assert.Equal(expected, Roll(one, latent, actions, 70, 4));
        int width = 4 * two.ActionBlock * two.ActionSize;
        Assert.Equal(expected[..(3 * 4 * two.LatentSize)], Roll(one, latent, actions[..(3 * width)], 3, 4));
    }

    [Fact]
    public void Rolling_out_allocates_nothing_after_the_first_call()
    {
        using WorldModel model = Load(pixels: true);
        (float[] latent, float[] actions) = Candidates(model, 64, 4);
        float[] latents = new float[64 * 4 * model.LatentSize];
        for (int warm = 0; warm < 3; warm++)
            model.Rollout(latent, actions, 64, 4, latents);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            model.Rollout(latent, actions, 64, 4, latents);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Pictures_are_encoded_the_same_alone_and_together()
    {
        using WorldModel model = Load(pixels: true);
        LatentTable table = LatentTable.Encode(model, trained.PixelData, [trained.PixelData.Episodes[0]], stride: 4);
        float[] alone = new float[model.LatentSize];
        model.Encode(trained.PixelData.Pixels(table.Rows[5]), 1, alone);

        Assert.Equal(11, table.Count);
        Assert.Equal(20, table.Rows[5]);
        for (int number = 0; number < alone.Length; number++)
            Assert.Equal(alone[number], table[5][number], 4);
    }

    [Fact]
    public void A_log_model_speaks_physical_units()
    {
        using WorldModel model = Load(pixels: false);
        LatentTable table = LatentTable.Encode(model, trained.LogData, [trained.LogData.Episodes[0]]);
        Assert.Equal(500 - model.History + 1, table.Count);
        float[] observations = new float[table.Count];
        model.Read(table.Latents, table.Count, observations);
        double mean = observations.Average();
        Assert.InRange(mean, 15, 25);
    }

    [Fact]
    public void What_a_model_cannot_do_is_said()
    {
        using WorldModel pixels = Load(pixels: true);
        using WorldModel log = Load(pixels: false);
        Assert.False(pixels.HasReadout);
        Assert.True(log.HasReadout);
        Assert.Throws<InvalidOperationException>(() => pixels.Read(new float[pixels.LatentSize], 1, new float[1]));
        Assert.Throws<InvalidOperationException>(() => log.Encode(new byte[8450], 1, new float[log.LatentSize]));
        Assert.Throws<InvalidOperationException>(() => pixels.Encode(new float[1], new float[1], new float[pixels.LatentSize]));
        Assert.Throws<ArgumentException>(() => log.Rollout(new float[1], [], 1, 1, []));
    }

    [Fact]
    public void A_folder_without_a_model_is_one_sentence()
    {
        using TemporaryFolder empty = new();
        Assert.Contains("no checkpoint", Assert.Throws<OrreryDataException>(() => WorldModel.Load(empty.Path, _backend)).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<OrreryDataException>(() => WorldModel.Load(empty.File("nowhere"), _backend)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_newest_checkpoint_is_said_and_not_replaced_by_an_older_one()
    {
        using TemporaryFolder copy = new();
        foreach (string file in Directory.EnumerateFiles(trained.LogRun, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            string target = copy.File(Path.GetRelativePath(trained.LogRun, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        string newest = Path.Combine(new CheckpointStore(copy.File("checkpoints")).List()[0], "model.safetensors");
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^1]);

        string message = Assert.Throws<OrreryDataException>(() => WorldModel.Load(copy.Path, _backend)).Message;
        Assert.Contains("model.safetensors", message, StringComparison.Ordinal);
        Assert.Contains("cut off", message, StringComparison.Ordinal);
    }

    private WorldModel Load(bool pixels) => WorldModel.Load(pixels ? trained.PixelRun : trained.LogRun, _backend);

    private static (float[] Latent, float[] Actions) Candidates(WorldModel model, int candidates, int horizon)
    {
        float[] latent = new float[model.LatentSize];
        float[] actions = new float[candidates * horizon * model.ActionBlock * model.ActionSize];
        RandomStream random = new(1, "candidates");
        random.FillNormal(latent);
        random.FillNormal(actions);
        return (latent, actions);
    }

    private static float[] Roll(WorldModel model, float[] latent, float[] actions, int candidates, int horizon)
    {
        float[] latents = new float[candidates * horizon * model.LatentSize];
        model.Rollout(latent, actions, candidates, horizon, latents);
        return latents;
    }
}
