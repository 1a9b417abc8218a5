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

    [Fact]
    public async Task What_ifs_are_predicted_side_by_side_and_say_what_they_assume()
    {
        string calm = Table("calm.csv", "minute,heater\n" + string.Concat(Enumerable.Range(0, 30).Select(row => $"{row},2\n")));
        string bold = Table("bold.csv", "heater,outdoor\n" + string.Concat(Enumerable.Range(0, 12).Select(row => $"{(row == 4 ? 20 : 9)},5\n"))), output = _folder.File("predicted.csv");
        ToolResult result = (await Tool.RunAsync("whatif", Run, calm, bold, "--output", output, "--json")).IsFine();
        JsonElement[] scenarios = [.. result.Json().GetProperty("scenarios").EnumerateArray()];
        Assert.Equal(["calm", "bold"], scenarios.Select(scenario => scenario.GetProperty("name").GetString()));
        Assert.Contains("calm: Held at the last value, because calm.csv does not have it: outdoor", result.Error, StringComparison.Ordinal);
        Assert.Contains("Not inputs of the model, so not used: minute", result.Error, StringComparison.Ordinal);
        Assert.Contains("warning: bold: bold.csv leaves what was recorded of 'heater'", result.Error, StringComparison.Ordinal);
        Assert.Contains("in row +5 (20 first)", result.Error, StringComparison.Ordinal);
        double[][] fuel = [.. scenarios.Select(scenario => scenario.GetProperty("columns")[1].GetProperty("values").EnumerateArray().Select(value => value.GetDouble()).ToArray())];
        Assert.True(fuel[1][11] > fuel[0][11] + 3, "more heat burns more");
        Assert.Equal(43, File.ReadAllLines(output).Length);
        Assert.StartsWith("scenario,row,room,room low,room high,fuel,", File.ReadAllText(output), StringComparison.Ordinal);
        PlantJourneyTests.AssertSelfContained(Path.Combine(Run, "whatif.html"));

        string table = (await Tool.RunAsync("whatif", Run, bold, "--from", "850")).IsFine().Output;
        Assert.Contains("bold, after row 850", table, StringComparison.Ordinal);
        Assert.Contains("±", table, StringComparison.Ordinal);
        Assert.Contains("measured later", File.ReadAllText(Path.Combine(Run, "whatif.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_what_if_of_what_was_done_predicts_what_was_measured_and_names_limits_that_it_breaks()
    {
        string guarded = _folder.File("guarded"), recipe = Table("guarded.json", """
            { "extends": "plant/debug", "training": { "updates": 60 }, "guardrails": { "hard": ["0<=heater<=5", "rate(heater)<=20"], "predicted": ["fuel<=4"] } }
            """);
        (await Tool.RunAsync(["train", _folder.File("house.csv"), .. HouseLog.Columns, "--recipe", recipe, "--output", guarded])).IsFine();
        string[][] rows = [.. File.ReadLines(_folder.File("house.csv")).Skip(801).Take(40).Select(line => line.Split(','))];
        string done = Table("done.csv", "heater,outdoor\n" + string.Concat(rows.Select(cells => $"{cells[1]},{cells[2]}\n")));
        ToolResult result = (await Tool.RunAsync("whatif", guarded, done, "--from", "800", "--json")).IsFine();
        double[] fuel = [.. result.Json().GetProperty("scenarios")[0].GetProperty("columns")[1].GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
        for (int row = 0; row < rows.Length; row++)
            Assert.Equal(double.Parse(rows[row][4], System.Globalization.CultureInfo.InvariantCulture), fuel[row], 1.0);
        Assert.Contains("the recipe's limit '0<=heater<=5' would be broken in row", result.Error, StringComparison.Ordinal);
        Assert.Contains("the recipe's limit 'fuel<=4' on what is predicted would be broken in row", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("rate(heater)", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unfamiliarity_guardrail_is_declared_listed_recorded_and_replayed_to_the_bit()
    {
        string guarded = _folder.File("doubting"), audit = _folder.File("doubting-audit"), log = _folder.File("house.csv");
        string recipe = Table("doubting.json", """
            { "extends": "plant/debug", "training": { "updates": 60 }, "guardrails": { "unfamiliar": { "response": "hold", "share": 0.02, "patience": 12 } } }
            """);
        string[] train = ["train", log, .. HouseLog.Columns, "--output", guarded];
        ToolResult few = await Tool.RunAsync([.. train, "--recipe", Table("few.json", File.ReadAllText(recipe).Replace("0.02", "0.00001", StringComparison.Ordinal))]);
        Assert.Equal(2, few.Code);
        Assert.Contains("held-out situations", few.Error, StringComparison.Ordinal);

        (await Tool.RunAsync([.. train, "--recipe", recipe])).IsFine();
        string listed = (await Tool.RunAsync("guardrails", guarded, "--json")).IsFine().Output;
        Assert.Contains("hold where training never was, for 12 steps in a row, then slow", listed, StringComparison.Ordinal);
        Assert.Contains("held-out steps", listed, StringComparison.Ordinal);
        await Tool.RunAsync("plan", guarded, "--goal", "room=20", "--audit", audit);
        Assert.Contains("1 of 1 decisions", (await Tool.RunAsync("audit", "replay", audit, "--run", guarded)).IsFine().Output, StringComparison.Ordinal);
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
