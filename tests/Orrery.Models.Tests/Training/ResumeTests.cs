using System.Diagnostics;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Models.Checkpoints;
using Orrery.Models.Recipes;
using Orrery.Models.Runs;
using Orrery.Models.Training;

namespace Orrery.Models.Tests.Training;

public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_killed_again_and_again_ends_with_the_same_bits_as_one_that_was_not()
    {
        using Dataset dataset = TrainingFixtures.TwoRooms(_folder.File("data"), 8);
        Recipe recipe = TrainingFixtures.Pixels("training.updates=60", "training.batch=4", "training.window=3", "training.checkpointEvery=7", "training.validateEvery=1");
        File.WriteAllText(_folder.File("recipe.json"), RecipeFile.Write(recipe));
        TrainingSummary whole = TrainingFixtures.Train(recipe, dataset, _folder.File("whole"));

        int kills = 0;
        foreach (int update in new[] { 3, 16, 17, 44 })
            kills += RunAndKillAt(update) ? 1 : 0;
        Assert.False(RunAndKillAt(int.MaxValue));

        Assert.Equal(4, kills);
        AssertSameModel(whole.Checkpoint, new CheckpointStore(Path.Combine(_folder.File("killed"), "checkpoints")).List()[0]);
        AssertSameMetrics("whole", "killed");
    }

    [Theory]
    [InlineData(1, "ensemble=1")]
    [InlineData(13, "ensemble=1")]
    [InlineData(29, "encoder=gru")]
    [InlineData(37, "ensemble=1")]
    [InlineData(13, "ensemble=3")]
    [InlineData(37, "ensemble=3")]
    [InlineData(37, "latentPrediction.weight=0.1")]
    [InlineData(13, "delays.u=2")]
    [InlineData(13, "filterRows=6")]
    [InlineData(37, "filterRows=6")]
    [InlineData(37, "transition=control-affine")]
    [InlineData(37, "transition=control-affine-midpoint")]
    public void A_log_run_stopped_in_either_phase_goes_on_to_the_same_bits(int stopAfter, string setting)
    {
        using Dataset dataset = TrainingFixtures.LinearLog(_folder.File("data"), 400);
        Recipe recipe = TrainingFixtures.Log("training.updates=30", "training.validateEvery=3", "training.checkpointEvery=4", "history=5", setting);
        TrainingSummary whole = TrainingFixtures.Train(recipe, dataset, _folder.File("whole"));
        Assert.True(whole.Updates > stopAfter, "The run ends before it is stopped.");

        using CancellationTokenSource stop = new();
        int reports = 0;
        // With a validation at every third update, a report comes at least that often; time adds more.
        Assert.ThrowsAny<OperationCanceledException>(() => TrainingFixtures.Train(recipe, dataset, _folder.File("stopped"), 1, progress =>
        {
            reports++;
            if (progress.Update + (progress.Phase == "refit" ? 30 : 0) >= stopAfter)
                stop.Cancel();
        }, stop.Token));
        TrainingSummary resumed = TrainingFixtures.Train(recipe, dataset, _folder.File("stopped"), threads: 2);

        Assert.True(resumed.Resumed);
        Assert.Equal(whole.Updates, resumed.Updates);
        AssertSameModel(whole.Checkpoint, resumed.Checkpoint);
        AssertSameMetrics("whole", "stopped");
    }

    [Fact]
    public void Running_a_finished_run_again_changes_nothing()
    {
        using Dataset dataset = TrainingFixtures.LinearLog(_folder.File("data"), 300);
        Recipe recipe = TrainingFixtures.Log("history=5");
        TrainingSummary first = TrainingFixtures.Train(recipe, dataset, _folder.File("run"));
        DateTime written = Directory.GetLastWriteTimeUtc(first.Checkpoint);

        TrainingSummary second = TrainingFixtures.Train(recipe, dataset, _folder.File("run"));

        Assert.Equal(first.Checkpoint, second.Checkpoint);
        Assert.Equal(first.Updates, second.Updates);
        Assert.Equal(written, Directory.GetLastWriteTimeUtc(second.Checkpoint));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_at_any_number_of_threads()
    {
        using Dataset dataset = TrainingFixtures.TwoRooms(_folder.File("data"), 6);
        Recipe recipe = TrainingFixtures.Pixels("training.updates=8", "training.batch=4", "training.window=3");
        TrainingSummary one = TrainingFixtures.Train(recipe, dataset, _folder.File("one"), threads: 1);
        TrainingSummary three = TrainingFixtures.Train(recipe, dataset, _folder.File("three"), threads: 3);

        AssertSameModel(one.Checkpoint, three.Checkpoint);
    }

    [Fact]
    public void Training_that_diverges_says_so_and_keeps_the_last_good_checkpoint()
    {
        using Dataset dataset = TrainingFixtures.LinearLog(_folder.File("data"), 400);
        Recipe recipe = TrainingFixtures.Log("training.updates=400", "training.learningRate=9", "training.window=100", "training.warmUp=0.5", "training.checkpointEvery=1", "history=5");

        OrreryDataException problem = Assert.Throws<OrreryDataException>(() => TrainingFixtures.Train(recipe, dataset, _folder.File("run")));

        Assert.Contains("diverged", problem.Message, StringComparison.Ordinal);
        Assert.Contains("training.learningRate", problem.Message, StringComparison.Ordinal);
        LoadedCheckpoint kept = CheckpointStore.Find(_folder.File("run"));
        Assert.All(kept.Model.Entries, entry => Assert.DoesNotContain(entry.Values<float>().ToArray(), value => !float.IsFinite(value)));
    }

    [Fact]
    public void A_log_shorter_than_one_window_is_one_sentence()
    {
        using Dataset dataset = TrainingFixtures.LinearLog(_folder.File("data"), 12);

        OrreryDataException problem = Assert.Throws<OrreryDataException>(() => TrainingFixtures.Train(TrainingFixtures.Log(), dataset, _folder.File("run")));

        Assert.Contains("needs at least", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_for_pictures_does_not_take_a_log()
    {
        using Dataset dataset = TrainingFixtures.LinearLog(_folder.File("data"), 100);

        Assert.Contains("learns from pictures", Assert.Throws<RecipeException>(() =>
            TrainingFixtures.Train(TrainingFixtures.Pixels(), dataset, _folder.File("run"))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("run")), "Nothing is written for a recipe that does not fit.");
    }

    private bool RunAndKillAt(int update)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList = { typeof(ChildProcess).Assembly.Location, "train", _folder.File("recipe.json"), _folder.File("data"), _folder.File("killed") },
        };
        using Process child = Process.Start(start)!;
        while (child.StandardOutput.ReadLine() is { } line)
        {
            if (!line.StartsWith("train ", StringComparison.Ordinal) || int.Parse(line[6..], System.Globalization.CultureInfo.InvariantCulture) < update)
                continue;
            child.Kill();
            child.WaitForExit();
            return true;
        }

        child.WaitForExit();
        Assert.Equal(0, child.ExitCode);
        return false;
    }

    private static void AssertSameModel(string left, string right) => Assert.Equal(
        File.ReadAllBytes(Path.Combine(left, "model.safetensors")), File.ReadAllBytes(Path.Combine(right, "model.safetensors")));

    private void AssertSameMetrics(string left, string right)
    {
        Assert.Equal(Read(left), Read(right));

        string[] Read(string run) => [.. MetricsLog.Read(Path.Combine(_folder.File(run), "metrics.jsonl")).Select(line =>
            $"{line.Step} {line.Phase} {string.Join(" ", line.Values.Where(pair => pair.Key != "seconds").Select(pair => $"{pair.Key}={pair.Value:R}"))}")];
    }
}
