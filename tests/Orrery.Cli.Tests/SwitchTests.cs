namespace Orrery.Cli.Tests;

/// <summary>A pump that is on or off, in words, from the log to the plan.</summary>
public sealed class SwitchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-switch").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Words_become_numbers_and_a_plan_between_them_is_told()
    {
        string log = Path.Combine(_folder, "pump.csv"), run = Path.Combine(_folder, "run");
        double level = 0;
        await File.WriteAllLinesAsync(log, ["pump,level", .. Enumerable.Range(0, 600).Select(row =>
        {
            bool on = row * 7919 / 20 % 3 == 0;
            level = (0.95 * level) + (on ? 0.1 : 0);
            return FormattableString.Invariant($"{(on ? "ON" : "OFF")},{level}");
        })]);
        string[] train = ["train", log, "--observations", "level", "--actions", "pump", "--set", "training.updates=10", "--output", run];

        (int code, _, string error) = await Tool(train);
        Assert.Equal(1, code);
        Assert.Contains("Say with --word ON=1 which number it stands for", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run));
        Assert.Equal(2, (await Tool([.. train, "--word", "ON"])).Code);
        Assert.Equal(2, (await Tool([.. train, "--word", "ON=1", "on=2"])).Code);

        (code, _, error) = await Tool([.. train, "--word", "OFF=0", "ON=1"]);
        Assert.True(code == 0, error);
        Assert.Contains("Words are read as numbers: OFF=0, ON=1.", error, StringComparison.Ordinal);
        (code, _, error) = await Tool("plan", run, "--goal", "level=0.7", "--over", "10", "--limit", "0.3<=pump<=0.6", "--log", log);
        Assert.True(code == 0, error);
        Assert.Contains("'pump' was only ever 0, 1; the plan takes it for continuous.", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> Tool(params string[] arguments)
    {
        StringWriter output = new(), error = new();
        int code = await OrreryTool.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
