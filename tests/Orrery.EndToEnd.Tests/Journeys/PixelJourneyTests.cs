using System.Text.Json;
using Orrery.EndToEnd.Tests.Support;

namespace Orrery.EndToEnd.Tests.Journeys;

/// <summary>From nothing to a model of pictures that plans, at the smallest size: everything runs, nothing is learned well.</summary>
public sealed class PixelJourneyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_quickstart_collects_trains_plans_and_writes_a_report_of_its_own()
    {
        string run = _folder.File("quickstart");
        string[] quickstart = ["quickstart", "--recipe", "two-rooms/debug", "--collect", "30", "--episodes", "3", "--output", run, "--json"];

        ToolResult first = (await Tool.RunAsync(quickstart)).IsFine();

        JsonElement report = first.Json();
        Assert.Equal(3, report.GetProperty("episodes").GetInt32());
        Assert.InRange(report.GetProperty("high").GetDouble(), report.GetProperty("rate").GetDouble(), 1);
        Assert.Contains("collect", first.Error, StringComparison.Ordinal);
        Assert.Contains("goals reached", first.Error, StringComparison.Ordinal);
        string page = Path.Combine(run, "report.html");
        PlantJourneyTests.AssertSelfContained(page);
        Assert.Contains("data:image/png;base64,", File.ReadAllText(page), StringComparison.Ordinal);

        // The same seed again finds data and model, and reaches the same goals.
        JsonElement again = (await Tool.RunAsync(quickstart)).IsFine().Json();
        Assert.Equal(report.GetProperty("successes").GetInt32(), again.GetProperty("successes").GetInt32());
        Assert.Equal(report.GetProperty("medianSteps").GetRawText(), again.GetProperty("medianSteps").GetRawText());
    }

    [Fact]
    public async Task Collected_pictures_can_be_looked_at_trained_on_and_planned_with()
    {
        string data = _folder.File("two-rooms"), run = _folder.File("run"), page = _folder.File("data.html");

        JsonElement collected = (await Tool.RunAsync("collect", "two-rooms", "--episodes", "20", "--length", "40", "--output", data, "--json")).IsFine().Json();
        Assert.Equal(800, collected.GetProperty("rows").GetInt64());

        Assert.Contains("800 rows", (await Tool.RunAsync("inspect", data, "--report", page)).IsFine().Output, StringComparison.Ordinal);
        PlantJourneyTests.AssertSelfContained(page);

        // Four updates move nothing yet: the tool says that such a model is no good, and keeps it all the same.
        ToolResult trained = await Tool.RunAsync("train", data, "--recipe", "two-rooms/debug", "--set", "training.updates=4", "--output", run, "--json");
        Assert.Equal(1, trained.Code);
        Assert.True(trained.Json().GetProperty("collapsed").GetBoolean());
        Assert.Contains("warning: The latents have collapsed", trained.Error, StringComparison.Ordinal);

        JsonElement result = (await Tool.RunAsync("evaluate", run, "--episodes", "2", "--json")).IsFine().Json();
        Assert.Equal(2, result.GetProperty("episodes").GetInt32());
        Assert.True(File.Exists(Path.Combine(run, "report.html")));

        ToolResult plan = await Tool.RunAsync("plan", run, "--goal", "x=3");
        Assert.Equal(2, plan.Code);
    }
}
