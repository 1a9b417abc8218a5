using System.Text.Json;

namespace Orrery.Cli.Tests;

/// <summary>Runs that predict latents, of worlds other than Two Rooms: what does not fit them is said in a sentence.</summary>
public sealed class LatentRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-latent-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_run_on_another_map_is_sent_to_its_protocol()
    {
        string run = await Train("two-rooms-random", "two-rooms/debug", "training.updates=4");
        (int code, _, string error) = await Run("evaluate", run, "--episodes", "2");
        Assert.Equal(2, code);
        Assert.Contains("--protocol eb-jepa-two-rooms-random", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_of_vectors_says_what_it_cannot_do()
    {
        // The dataset is a plant's, so that no physics library is needed.
        string run = await Train("cascaded-tanks", "push-t/state", "training.updates=4", "latentSize=2", "frames=2", "training.batch=4", "heldOutShare=0.3");
        string data = Path.Combine(_folder, "data");
        foreach (string[] arguments in (string[][])
        [
            ["evaluate", run],
            ["evaluate", run, "--probe", "--seed", "1"],
            ["evaluate", run, "--probe", "--protocol", "four-room"],
            ["evaluate", run, "--probe", "--attack"],
            ["watch", run, data],
            ["plan", run, "--goal", "level=5"],
            ["whatif", run, Path.Combine(_folder, "inputs.csv")],
            ["quickstart", "--recipe", "push-t/state", "--output", Path.Combine(_folder, "quick")],
        ])
        {
            (int code, _, string error) = await Run(arguments);
            Assert.True(code == 2, $"{arguments[0]} ended with {code}: {error}");
            Assert.Single(error.Trim().Split('\n'));
        }

        Assert.False(Directory.Exists(Path.Combine(_folder, "quick")));
    }

    [Fact]
    public async Task A_probe_finds_what_the_latents_hold_and_says_what_they_do_not()
    {
        // Two stacked measurements are the latent itself: the level that is measured is there, and the disturbed level of the other tank is not.
        string run = await Train("cascaded-tanks", "push-t/state", "training.updates=4", "latentSize=2", "frames=2", "training.batch=4", "heldOutShare=0.3");
        (int code, string output, string error) = await Run("evaluate", run, "--probe", "--json");
        Assert.True(code == 0, error);
        JsonElement[] columns = [.. JsonDocument.Parse(output).RootElement.GetProperty("columns").EnumerateArray()];
        Assert.All(columns, column => Assert.True(column.GetProperty("imagined").GetArrayLength() > 0));
        double[] left = [.. columns.Select(column => column.GetProperty("linear").GetDouble() / column.GetProperty("deviation").GetDouble())];
        Assert.True(left.Min() < 0.2, output);
        Assert.True(left.Max() > 2 * left.Min(), output);
    }

    [Fact]
    public async Task A_probe_of_a_picture_model_names_every_number_of_the_state()
    {
        string run = await Train("two-rooms-random", "two-rooms/debug", "training.updates=4", "heldOutShare=0.3");
        (int code, string output, string error) = await Run("evaluate", run, "--probe");
        Assert.True(code == 0, error);
        foreach (string name in (string[])["x", "y", "wall", "door", "deviation"])
            Assert.Contains(name, output, StringComparison.Ordinal);
    }

    [MujocoFact]
    public async Task Proprioception_is_collected_trained_on_and_asked_for_where_it_is_missing()
    {
        string felt = Path.Combine(_folder, "felt"), seen = Path.Combine(_folder, "seen"), run = Path.Combine(_folder, "run");
        string[] small =
        [
            "--set", "training.updates=4", "--set", "training.batch=4", "--set", "encoder.channels=[4,4,4,4]", "--set", "encoder.headWidth=8",
            "--set", "planner.horizon=2", "--set", "planner.candidates=8", "--set", "planner.elites=2", "--set", "planner.iterations=1",
        ];
        Assert.Equal(0, (await Run("collect", "reacher-proprioception", "--episodes", "24", "--length", "41", "--output", felt, "-q")).Code);
        Assert.Equal(0, (await Run("collect", "reacher", "--episodes", "2", "--length", "41", "--output", seen, "-q")).Code);

        (int code, _, string error) = await Run(["train", seen, "--recipe", "reacher/proprioception", "--output", run, "-q", .. small]);
        Assert.Equal(2, code);
        Assert.Contains("reads proprioception beside pictures", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));

        (code, string output, error) = await Run(["train", felt, "--recipe", "reacher/proprioception", "--output", run, "-q", .. small]);
        Assert.True(code is 0 or 1, error);
        Assert.Contains("clear-reacher-moderate", output, StringComparison.Ordinal);
        (code, output, error) = await Run("evaluate", run, "--protocol", "clear-reacher-moderate", "--ceiling-episodes", "0", "--json");
        Assert.True(code == 0, error);
        Assert.Contains("\"environment\": \"reacher-proprioception\"", output, StringComparison.Ordinal);
        (code, output, error) = await Run("plan", run, "--seed", "1", "--json");
        Assert.True(code is 0 or 1, error);
        Assert.Contains("\"environment\": \"reacher-proprioception\"", output, StringComparison.Ordinal);
    }

    private async Task<string> Train(string environment, string recipe, params string[] settings)
    {
        string data = Path.Combine(_folder, "data"), run = Path.Combine(_folder, "run");
        string[] amount = environment == "cascaded-tanks" ? ["--steps", "6000"] : ["--episodes", "12"];
        Assert.Equal(0, (await Run(["collect", environment, "--output", data, "-q", .. amount])).Code);
        (int code, string output, string error) = await Run(["train", data, "--recipe", recipe, "--output", run, "-q", .. settings.SelectMany(setting => (string[])["--set", setting])]);
        Assert.True(code is 0 or 1, error);
        Assert.Contains(environment == "cascaded-tanks" ? "there is no protocol" : "--protocol eb-jepa-two-rooms-random", output, StringComparison.Ordinal);
        return run;
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        StringWriter output = new(), error = new();
        int code = await OrreryTool.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
