using System.Text.Json;
using Orrery.EndToEnd.Tests.Support;

namespace Orrery.EndToEnd.Tests.Journeys;

/// <summary>From a plant's log to a plan, as a plant engineer types it.</summary>
public sealed class PlantJourneyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_log_becomes_a_model_with_errors_and_a_plan_to_a_set_point()
    {
        string log = TankLog.Write(_folder.File("tank.csv")), run = _folder.File("runs", "tank");

        ToolResult trained = (await Tool.RunAsync(
            "train", log, "--observations", "level", "--actions", "voltage", "--recipe", "plant/debug", "--output", run, "--json")).IsFine();
        Assert.Equal("plant/debug", trained.Json().GetProperty("recipe").GetString());
        Assert.True(File.Exists(Path.Combine(run, "run.json")));
        Assert.True(File.Exists(Path.Combine(run, "metrics.jsonl")));
        Assert.Contains("updates", trained.Error, StringComparison.Ordinal);

        JsonElement errors = (await Tool.RunAsync("evaluate", run, "--json")).IsFine().Json();
        string[] models = [.. errors.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()!)];
        Assert.Equal(4, models.Length);
        Assert.Contains("Persistence", models);
        Assert.Contains(models, name => name.StartsWith("Linear state space", StringComparison.Ordinal));
        Assert.Single(errors.GetProperty("verdicts").EnumerateArray());
        Assert.Equal(3 * 3, errors.GetProperty("intervals").GetProperty("coverage").GetArrayLength());
        AssertSelfContained(Path.Combine(run, "report.html"));

        JsonElement plan = (await Tool.RunAsync("plan", run, "--goal", "level=5", "--limit", "0<=voltage<=6", "--over", "30", "--json")).IsFine().Json();
        JsonElement voltage = plan.GetProperty("columns").EnumerateArray().Single(column => column.GetProperty("isAction").GetBoolean());
        Assert.Equal("voltage", voltage.GetProperty("name").GetString());
        double[] volts = [.. voltage.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
        Assert.Equal(30, volts.Length);
        Assert.All(volts, value => Assert.InRange(value, 0, 6));
        AssertSelfContained(Path.Combine(run, "plan.html"));
    }

    [Fact]
    public async Task Tables_for_people_name_the_columns_and_the_baselines()
    {
        string log = TankLog.Write(_folder.File("tank.csv")), run = _folder.File("run");
        ToolResult trained = (await Tool.RunAsync("train", log, "--observations", "level", "--actions", "voltage", "--recipe", "plant/debug", "--output", run)).IsFine();
        Assert.Contains($"orrery evaluate {run}", trained.Output, StringComparison.Ordinal);

        string errors = (await Tool.RunAsync("evaluate", run)).IsFine().Output;
        Assert.Contains("level: free run", errors, StringComparison.Ordinal);
        Assert.Contains("Persistence", errors, StringComparison.Ordinal);
        Assert.Contains("interleaved", errors, StringComparison.Ordinal);

        string levels = (await Tool.RunAsync("evaluate", run, "--levels", "0.5")).IsFine().Output;
        Assert.Contains("50 %", levels, StringComparison.Ordinal);
        ToolResult wrong = await Tool.RunAsync("evaluate", run, "--levels", "90");
        Assert.Equal(2, wrong.Code);
        Assert.Contains("--levels has '90'", wrong.Error, StringComparison.Ordinal);

        string plan = (await Tool.RunAsync("plan", run, "--goal", "level=5", "--quiet")).IsFine().Output;
        Assert.Contains("level, predicted", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_imported_log_can_be_looked_at_trained_on_and_evaluated_on_another_record()
    {
        string log = TankLog.Write(_folder.File("tank.csv")), other = TankLog.Write(_folder.File("other.csv"), 300, seed: 2);
        string data = _folder.File("datasets", "tank"), run = _folder.File("run"), page = _folder.File("tank.html");
        string[] columns = ["--observations", "level", "--actions", "voltage", "--time-column", "time"];

        JsonElement imported = (await Tool.RunAsync(["import", log, "--output", data, "--json", .. columns])).IsFine().Json();
        Assert.Equal(600, imported.GetProperty("rows").GetInt64());
        Assert.Equal(1, imported.GetProperty("episodes").GetInt32());

        ToolResult inspected = (await Tool.RunAsync("inspect", data, "--report", page)).IsFine();
        Assert.Contains("voltage", inspected.Output, StringComparison.Ordinal);
        Assert.Contains("600 rows every 1 s", inspected.Output, StringComparison.Ordinal);
        AssertSelfContained(page);
        (await Tool.RunAsync("inspect", data, "--json")).IsFine().Json();

        (await Tool.RunAsync("train", data, "--recipe", "plant/debug", "--output", run, "--seed", "7")).IsFine();
        JsonElement errors = (await Tool.RunAsync(["evaluate", run, "--log", other, "--json", .. columns])).IsFine().Json();
        Assert.Contains("other", errors.GetProperty("part").GetString(), StringComparison.Ordinal);
        (await Tool.RunAsync(["plan", run, "--goal", "level=4", "--log", other, "--json", .. columns])).IsFine().Json();
    }

    [Fact]
    public async Task Training_again_goes_on_with_a_finished_run_without_changing_it()
    {
        string log = TankLog.Write(_folder.File("tank.csv")), run = _folder.File("run");
        string[] train = ["train", log, "--observations", "level", "--actions", "voltage", "--recipe", "plant/debug", "--output", run, "--json"];
        (await Tool.RunAsync(train)).IsFine();
        SortedDictionary<string, string> before = _folder.Contents();

        JsonElement again = (await Tool.RunAsync(train)).IsFine().Json();

        Assert.True(again.GetProperty("resumed").GetBoolean());
        Assert.Equal(before, _folder.Contents());
    }

    [Fact]
    public async Task Another_log_of_the_same_name_is_not_mixed_into_a_run()
    {
        string log = TankLog.Write(_folder.File("tank.csv")), run = _folder.File("run");
        string[] train = ["train", log, "--observations", "level", "--actions", "voltage", "--recipe", "plant/debug", "--output", run];
        (await Tool.RunAsync(train)).IsFine();
        TankLog.Write(log, seed: 3);
        SortedDictionary<string, string> before = _folder.Contents();

        ToolResult again = await Tool.RunAsync(train);

        Assert.Equal(1, again.Code);
        Assert.Contains("other data", again.Error, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Contents());
    }

    internal static void AssertSelfContained(string page)
    {
        string html = File.ReadAllText(page).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
    }
}
