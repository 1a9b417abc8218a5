using System.Text.Json;

namespace Orrery.Cli.Tests;

/// <summary>A long log is trained on for longer, unless the user names a recipe or a number of updates.</summary>
public sealed class LongLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-long-log").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Updates_grow_with_the_rows_and_the_user_is_told()
    {
        (long updates, string said) = await Train();
        Assert.Equal(840, updates);
        Assert.Contains("21,000 rows: 840 updates in place of plant/subspace's 800", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, "--set", "training.updates=5")]
    [InlineData(20, "--recipe", "plant/debug")]
    public async Task A_number_or_a_recipe_that_the_user_names_is_taken_as_it_is(long expected, params string[] wish)
    {
        (long updates, string said) = await Train(wish);
        Assert.Equal(expected, updates);
        Assert.DoesNotContain("in place of", said, StringComparison.Ordinal);
    }

    private async Task<(long Updates, string Said)> Train(params string[] wish)
    {
        string log = Path.Combine(_folder, "log.csv");
        double level = 0;
        await File.WriteAllLinesAsync(log, ["valve,level", .. Enumerable.Range(0, 21_000).Select(row =>
        {
            double valve = row * 7919 % 13 / 13.0;
            level += 0.1 * (valve - level);
            return FormattableString.Invariant($"{valve:0.####},{level:0.######}");
        })]);
        StringWriter output = new(), error = new();
        // The smallest model that learns: what is measured is how often.
        int code = await OrreryTool.RunAsync(
            [
                "train", log, "--observations", "level", "--actions", "valve", "--output", Path.Combine(_folder, "run"), "--json", .. wish,
                .. ((string[])["ensemble=1", "hidden=0", "latentSize=1", "history=2", "linearOrder=0", "refit=false", "training.batch=2", "training.window=4"])
                    .SelectMany(setting => (string[])["--set", setting]),
            ],
            output, error);
        Assert.True(code == 0, error.ToString());
        return (JsonDocument.Parse(output.ToString()).RootElement.GetProperty("updates").GetInt64(), error.ToString());
    }
}
