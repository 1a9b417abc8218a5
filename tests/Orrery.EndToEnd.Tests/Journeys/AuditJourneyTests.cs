using Orrery.EndToEnd.Tests.Support;

namespace Orrery.EndToEnd.Tests.Journeys;

/// <summary>Decisions are recorded, verified, shown and made again, with models that were trained for it.</summary>
public sealed class AuditJourneyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Plans_to_pictures_are_recorded_and_made_again_to_the_bit_at_any_number_of_threads()
    {
        string run = _folder.File("run"), log = _folder.File("log"), key = _folder.File("key");
        File.WriteAllText(key, "a key that only this test knows");
        (await Tool.RunAsync("quickstart", "--recipe", "two-rooms/debug", "--collect", "20", "--episodes", "1", "--output", run)).IsFine();
        ToolResult recorded = (await Tool.RunAsync("evaluate", run, "--episodes", "2", "--audit", log, "--audit-key-file", key)).IsFine();
        Assert.Contains("Audit: ", recorded.Error, StringComparison.Ordinal);
        string head = recorded.Error.Split("ends with ")[1].Split('\n')[0].Trim();

        ToolResult verified = (await Tool.RunAsync("audit", "verify", log, "--key-file", key, "--head", head)).IsFine();
        Assert.Contains("valid: ", verified.Output, StringComparison.Ordinal);
        Assert.Contains("Plan ", (await Tool.RunAsync("audit", "show", log, "--to", "20")).IsFine().Output, StringComparison.Ordinal);

        string[] results = [.. await Task.WhenAll(new[] { "1", "2" }.Select(async threads =>
            (await Tool.RunAsync("audit", "replay", log, "--run", run, "--threads", threads, "--json")).IsFine().Output))];
        Assert.Equal(results[0], results[1]);
        using System.Text.Json.JsonDocument replay = System.Text.Json.JsonDocument.Parse(results[0]);
        Assert.Equal(replay.RootElement.GetProperty("decisions").GetInt64(), replay.RootElement.GetProperty("same").GetInt64());
        Assert.True(replay.RootElement.GetProperty("same").GetInt64() > 10);

        string file = Path.Combine(log, "audit-000001.jsonl");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"step\":5,", "\"step\":6,", StringComparison.Ordinal));
        ToolResult changed = await Tool.RunAsync("audit", "verify", log);
        Assert.Equal(1, changed.Code);
        Assert.Contains("was changed", changed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_to_a_set_point_is_recorded_and_made_again_by_the_checkpoint_that_made_it_and_no_other()
    {
        string table = TankLog.Write(_folder.File("tank.csv")), run = _folder.File("run"), other = _folder.File("other"), log = _folder.File("log");
        string[] train = ["train", table, "--observations", "level", "--actions", "voltage", "--recipe", "plant/debug"];
        (await Tool.RunAsync([.. train, "--output", run])).IsFine();
        (await Tool.RunAsync([.. train, "--set", "training.seed=7", "--output", other])).IsFine();
        (await Tool.RunAsync("plan", run, "--goal", "level=5", "--limit", "0<=voltage<=10", "--limit", "level<=7", "--audit", log)).IsFine();
        (await Tool.RunAsync("plan", run, "--goal", "level=4", "--seed", "9", "--audit", log)).IsFine();

        (await Tool.RunAsync("audit", "verify", log)).IsFine();
        ToolResult replayed = (await Tool.RunAsync("audit", "replay", log, "--run", run)).IsFine();
        Assert.Contains("2 of 2 decisions were reached again to the bit", replayed.Output, StringComparison.Ordinal);
        ToolResult refused = await Tool.RunAsync("audit", "replay", log, "--run", other);
        Assert.Equal(1, refused.Code);
        Assert.Contains("says that the checkpoint", refused.Error, StringComparison.Ordinal);

        ToolResult nothing = await Tool.RunAsync("evaluate", run, "--audit", log);
        Assert.Equal(2, nothing.Code);
        Assert.Contains("'orrery plan' does", nothing.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await Tool.RunAsync("plan", run, "--goal", "level=4", "--audit-hashes-only")).Code);
    }
}
