using System.Diagnostics;
using Orrery.EndToEnd.Tests.Support;

namespace Orrery.EndToEnd.Tests.Journeys;

/// <summary>The process that a person starts, stopped at any moment, and the same command again.</summary>
public sealed class KilledTrainingTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_killed_training_run_ends_with_the_bits_of_one_that_was_not()
    {
        byte[] whole = await Uninterrupted();
        string run = _folder.File("killed");

        for (int kill = 0; kill < 3; kill++)
        {
            using Process process = Tool.Start(Command(run));
            Discard(process);
            await WaitForCheckpoint(process, run);
            await Task.Delay(_random.Next(150));
            process.Kill();
            await process.WaitForExitAsync();
        }

        await RunToTheEnd(run);
        Assert.Equal(whole, NewestModel(run));
    }

    [UnixFact]
    public async Task Control_C_leaves_a_checkpoint_to_go_on_from()
    {
        byte[] whole = await Uninterrupted();
        string run = _folder.File("stopped");
        using Process process = Tool.Start(Command(run));
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        await WaitForCheckpoint(process, run);

        using (Process signal = Process.Start("kill", [Interruption(), $"{process.Id}"]))
            await signal.WaitForExitAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);

        Assert.True(process.ExitCode == 130, $"Exit code {process.ExitCode}.\n{await error}");
        Assert.Contains("a checkpoint was kept", await error, StringComparison.Ordinal);
        Assert.Empty(await output);
        await RunToTheEnd(run);
        Assert.Equal(whole, NewestModel(run));
    }

    // Background jobs of a shell inherit an ignored SIGINT, and so do their children; SIGTERM ends training the same way.
    private static string Interruption()
    {
        const string ignored = "SigIgn:", status = "/proc/self/status";
        const ulong interrupt = 1 << 1;
        string? line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(text => text.StartsWith(ignored, StringComparison.Ordinal)) : null;
        bool isIgnored = line is not null && (Convert.ToUInt64(line[ignored.Length..].Trim(), 16) & interrupt) != 0;
        return isIgnored ? "-TERM" : "-INT";
    }

    private async Task<byte[]> Uninterrupted()
    {
        TankLog.Write(_folder.File("tank.csv"));
        await RunToTheEnd(_folder.File("whole"));
        return NewestModel(_folder.File("whole"));
    }

    private async Task RunToTheEnd(string run) => (await Tool.RunAsync(Command(run))).IsFine();

    // Many checkpoints, so that a kill often falls into the writing of one.
    private string[] Command(string run) =>
    [
        "train", _folder.File("tank.csv"), "--observations", "level", "--actions", "voltage", "--recipe", "plant/debug", "--seed", "3",
        "--set", "training.updates=2000", "--set", "training.checkpointEvery=10", "--set", "training.validateEvery=100", "--output", run,
    ];

    private static async Task WaitForCheckpoint(Process process, string run)
    {
        Stopwatch waited = Stopwatch.StartNew();
        string checkpoints = Path.Combine(run, "checkpoints");
        string[] before = Complete(checkpoints);
        while (Complete(checkpoints).SequenceEqual(before))
        {
            Assert.False(process.HasExited, "Training ended before it could be stopped; make it longer.");
            Assert.True(waited.Elapsed < Patience, "No checkpoint appeared.");
            await Task.Delay(5);
        }
    }

    private static string[] Complete(string checkpoints) => Directory.Exists(checkpoints)
        ? [.. Directory.EnumerateDirectories(checkpoints).Where(folder => !folder.EndsWith(".partial", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];

    private static byte[] NewestModel(string run) => File.ReadAllBytes(Path.Combine(Complete(Path.Combine(run, "checkpoints"))[^1], "model.safetensors"));

    private static void Discard(Process process)
    {
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }
}
