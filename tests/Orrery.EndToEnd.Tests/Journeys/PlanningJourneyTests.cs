using System.Text.Json;
using Orrery.EndToEnd.Tests.Support;

namespace Orrery.EndToEnd.Tests.Journeys;

/// <summary>Goals of every kind for a plant that the weather disturbs, planned for, recorded and decided again.</summary>
public sealed class PlanningJourneyTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Run => _folder.File("run");

    public async Task InitializeAsync() => (await Tool.RunAsync(
        ["train", HouseLog.Write(_folder.File("house.csv")), .. HouseLog.Columns, "--recipe", "plant/debug", "--set", "training.updates=60", "--output", Run])).IsFine();

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_forecast_changes_the_plan_and_only_what_is_commanded_is_planned()
    {
        string cold = Table("cold.csv", "hour,outdoor\n1,3\n2,1\n3,0\n"), warm = Table("warm.csv", "outdoor\n14\n");
        ToolResult held = (await Tool.RunAsync("plan", Run, "--goal", "room=20", "--over", "30 min", "--json")).IsFine();
        Assert.Contains("Disturbances hold their last value: outdoor", held.Error, StringComparison.Ordinal);
        JsonElement[] columns = [.. held.Json().GetProperty("columns").EnumerateArray()];
        Assert.Equal(["heater", "room", "fuel", "outdoor"], columns.Select(column => column.GetProperty("name").GetString()));
        Assert.Equal([true, false, false, false], columns.Select(column => column.GetProperty("isAction").GetBoolean()));
        Assert.True(columns[3].GetProperty("isDisturbance").GetBoolean());
        Assert.Equal(30, Values(held, "outdoor").Length);

        ToolResult winter = (await Tool.RunAsync("plan", Run, "--goal", "room=20", "--over", "30", "--forecast", cold, "--json")).IsFine();
        Assert.Contains("3 rows of 30: the last one holds", winter.Error, StringComparison.Ordinal);
        Assert.Equal([3.0, 1, 0, 0], Values(winter, "outdoor")[..4]);
        double[] summer = Values((await Tool.RunAsync("plan", Run, "--goal", "room=20", "--over", "30", "--forecast", warm, "--json")).IsFine(), "heater");
        Assert.True(Values(winter, "heater").Average() > summer.Average() + 1, "the cold must be heated against");
        PlantJourneyTests.AssertSelfContained(Path.Combine(Run, "plan.html"));
    }

    [Fact]
    public async Task A_trajectory_is_followed_and_the_plan_is_decided_again_from_its_record()
    {
        string reference = Table("reference.csv", "room\n" + string.Concat(Enumerable.Range(0, 40).Select(row => row < 15 ? "14\n" : "20\n"))), audit = _folder.File("audit");
        ToolResult plan = (await Tool.RunAsync(
            "plan", Run, "--goal", $"room=@{reference}", "--goal", "fuel<=9", "--minimise", "0.5*fuel + heater", "--maximise", "room", "--weight", "room=2",
            "--weight", "0.5*fuel + heater=0.001", "--move-weight", "heater=0.02", "--over", "90", "--audit", audit, "--json")).IsFine();
        double[] room = Values(plan, "room");
        Assert.True(room[40] > room[14] + 2, $"from {room[14]} to {room[40]}");
        Assert.Equal(
            ["room (reference)", "fuel<=9", "minimise 0.5*fuel + heater", "maximise room", "rate"],
            plan.Json().GetProperty("terms").EnumerateArray().Select(term => term.GetProperty("name").GetString()));
        Assert.Contains("with 20 decisions: the first lasts 1 row", plan.Error, StringComparison.Ordinal);
        Assert.Contains("1 of 1 decisions", (await Tool.RunAsync("audit", "replay", audit, "--run", Run)).IsFine().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zone_with_a_price_is_kept_more_cheaply_than_a_set_point()
    {
        double[] point = Values((await Tool.RunAsync("plan", Run, "--goal", "room=20", "--over", "40", "--json")).IsFine(), "fuel");
        ToolResult zone = (await Tool.RunAsync("plan", Run, "--goal", "16<=room<=20", "--minimise", "fuel", "--over", "40", "--json")).IsFine();
        Assert.True(Values(zone, "fuel").Average() < point.Average(), "a zone leaves room to save");
    }

    [Fact]
    public async Task A_goal_that_was_never_recorded_is_warned_about()
    {
        ToolResult plan = await Tool.RunAsync("plan", Run, "--goal", "room=90");
        Assert.Contains("warning: the goal room=90 is outside what was recorded of 'room'", plan.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0<=outdoor<=5")]
    [InlineData("rate(outdoor)<=1")]
    [InlineData("not (heater>3 and outdoor>5)")]
    public async Task No_limit_can_be_kept_on_a_disturbance(string limit)
    {
        foreach (string[] command in (string[][])[["plan", Run, "--goal", "room=20", "--limit", limit], ["guardrails", Run, "--limit", limit]])
        {
            ToolResult refused = await Tool.RunAsync(command);
            Assert.Equal(2, refused.Code);
            Assert.Contains($"Limit '{limit}': 'outdoor' is a disturbance", refused.Error, StringComparison.Ordinal);
        }

        Assert.Contains("is a disturbance", (await Tool.RunAsync("plan", Run, "--minimise", "outdoor")).Error, StringComparison.Ordinal);
    }

    private string Table(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }

    private static double[] Values(ToolResult plan, string name) =>
        [.. plan.Json().GetProperty("columns").EnumerateArray().Single(column => column.GetProperty("name").GetString() == name)
            .GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
}
