using System.Text.Json;

namespace Orrery.Cli.Tests;

/// <summary>A plan that is told to stay where the members of its model agree, from the recipe to the plan's cost.</summary>
public sealed class DisagreementTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-disagreement").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(3, 1, true)]
    [InlineData(3, 0, false)]
    [InlineData(1, 1, false)]
    public async Task The_term_is_part_of_the_cost_where_there_are_members_to_disagree(int members, double weight, bool expected)
    {
        string log = await Log(), run = Path.Combine(_folder, "run");
        (int code, _, string error) = await Tool(
            "train", log, "--observations", "level", "--actions", "valve", "--ensemble", $"{members}", "--set", "training.updates=10",
            "--set", FormattableString.Invariant($"planner.disagreementWeight={weight}"), "--output", run);
        Assert.True(code == 0, error);
        (code, string output, error) = await Tool("plan", run, "--goal", "level=0.7", "--over", "10", "--log", log, "--json");
        Assert.True(code == 0, error);
        using JsonDocument plan = JsonDocument.Parse(output);
        string[] terms = [.. plan.RootElement.GetProperty("terms").EnumerateArray().Select(term => term.GetProperty("name").GetString()!)];
        Assert.Contains("level", terms);
        Assert.Equal(expected, terms.Contains("disagreement"));
    }

    [Fact]
    public async Task A_weight_that_makes_no_sense_is_told_before_anything_is_written()
    {
        string log = await Log(), run = Path.Combine(_folder, "run");
        (int code, _, string error) = await Tool(
            "train", log, "--observations", "level", "--actions", "valve", "--recipe", "plant/control", "--set", "planner.disagreementWeight=-1", "--output", run);
        Assert.Equal(2, code);
        Assert.Contains("planner.disagreementWeight is -1", error, StringComparison.Ordinal);
        (code, _, error) = await Tool("recipes", "show", "two-rooms/debug", "--set", "planner.disagreementWeight=1");
        Assert.Equal(2, code);
        Assert.Contains("only a log's model is an ensemble", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run));
    }

    private async Task<string> Log()
    {
        string log = Path.Combine(_folder, "tank.csv");
        double level = 0;
        await File.WriteAllLinesAsync(log, ["valve,level", .. Enumerable.Range(0, 400).Select(row =>
        {
            double valve = row / 20 * 7919 % 10 / 10.0;
            level = (0.95 * level) + (0.1 * valve);
            return FormattableString.Invariant($"{valve},{level}");
        })]);
        return log;
    }

    private static async Task<(int Code, string Output, string Error)> Tool(params string[] arguments)
    {
        StringWriter output = new(), error = new();
        int code = await OrreryTool.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
