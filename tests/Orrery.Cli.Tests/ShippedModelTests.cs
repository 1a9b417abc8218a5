using System.Text.Json;

namespace Orrery.Cli.Tests;

/// <summary>The model that comes with Orrery: planned with at once, from a name.</summary>
public sealed class ShippedModelTests
{
    [Fact]
    public async Task It_reaches_a_goal_that_a_seed_draws_and_draws_what_it_imagined()
    {
        (int code, string output, string error) = await Run("plan", "two-rooms", "--seed", "1", "--json");
        Assert.True(code == 0, error);
        using JsonDocument report = JsonDocument.Parse(output);
        Assert.True(report.RootElement.GetProperty("reached").GetBoolean());
        Assert.InRange(Distance(report.RootElement, "end", "goal"), 0, 4.5);
        Assert.True(Distance(report.RootElement, "start", "goal") > 4.5);
        string page = File.ReadAllText(report.RootElement.GetProperty("page").GetString()!);
        Assert.Contains("Imagined", page, StringComparison.Ordinal);
        Assert.DoesNotContain("no decoder", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_where_it_is_told()
    {
        (int code, string output, string error) = await Run("plan", "two-rooms", "--goal", "x=50", "--goal", "y=15", "--json");
        Assert.True(code == 0, error);
        using JsonDocument report = JsonDocument.Parse(output);
        Assert.InRange(report.RootElement.GetProperty("end").GetProperty("x").GetDouble(), 45.5, 54.5);
        Assert.InRange(report.RootElement.GetProperty("end").GetProperty("y").GetDouble(), 10.5, 19.5);
    }

    [Theory]
    [InlineData("plan two-rooms --goal x=500", "lies outside")]
    [InlineData("plan two-rooms --goal z=5", "has no 'z'")]
    [InlineData("plan two-rooms --goal x=left", "a number of the goal's state was needed")]
    [InlineData("plan two-rooms --goal x=5 --goal x=6", "names x twice")]
    [InlineData("plan two-rooms --limit x<=6", "--limit is for models of logs")]
    [InlineData("plan two-roms", "no model named 'two-roms' comes with Orrery; those that do: two-rooms")]
    public async Task What_makes_no_sense_is_said_in_a_sentence(string typed, string said)
    {
        (int code, _, string error) = await Run(typed.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    private static double Distance(JsonElement report, string one, string other) => Math.Sqrt(
        Math.Pow(report.GetProperty(one).GetProperty("x").GetDouble() - report.GetProperty(other).GetProperty("x").GetDouble(), 2)
        + Math.Pow(report.GetProperty(one).GetProperty("y").GetDouble() - report.GetProperty(other).GetProperty("y").GetDouble(), 2));

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        StringWriter output = new(), error = new();
        int code = await OrreryTool.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
