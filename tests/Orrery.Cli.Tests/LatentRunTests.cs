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
