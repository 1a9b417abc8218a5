using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Data;
using Orrery.Evaluation.Protocols;
using Orrery.Models;
using Orrery.Planning.Audit;

namespace Orrery.Server.Tests;

public sealed class PlantServerTests(ServedPlant plant) : IClassFixture<ServedPlant>
{
    [Fact]
    public async Task It_says_what_it_serves_and_what_no_request_may_loosen()
    {
        await using PlantServer server = await plant.StartAsync(settings => settings with { Limits = ["rate(valve)<=1.5 except interlocks"], Plants = ["a", "b"] });
        using HttpClient client = new() { BaseAddress = server.Address };
        Assert.True(server.IsLoopback);
        Assert.Equal("ok", (await ServedPlant.SendAsync(client, HttpMethod.Get, "health", null)).Body.GetProperty("status").GetString());
        JsonElement model = (await ServedPlant.SendAsync(client, HttpMethod.Get, "v1/model", null)).Body;
        Assert.Equal(["valve", "pump"], model.GetProperty("commands").EnumerateArray().Select(column => column.GetProperty("name").GetString()));
        Assert.Equal(["rain"], model.GetProperty("disturbances").EnumerateArray().Select(column => column.GetProperty("name").GetString()));
        Assert.Equal(CheckpointIdentity.Of(plant.Run).Hash, model.GetProperty("checkpoint").GetString());
        Assert.Equal(["a", "b"], model.GetProperty("plants").EnumerateArray().Select(name => name.GetString()));
        string[] listed = [.. (await ServedPlant.SendAsync(client, HttpMethod.Get, "v1/guardrails", null)).Body.EnumerateArray().Select(line => line.GetProperty("text").GetString()!)];
        Assert.All(ServedPlant.Declared, limit => Assert.Contains(limit, listed));
        Assert.Contains("rate(valve)<=1.5 except interlocks", listed);
        Assert.Contains(listed, line => line.StartsWith("slow where training never was", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_comes_with_its_cost_term_by_term_a_verdict_predictions_and_margins()
    {
        await using PlantServer server = await plant.StartAsync();
        using HttpClient client = new() { BaseAddress = server.Address };
        (int status, JsonElement plan) = await ServedPlant.PostAsync(client, "v1/plan", new JsonObject { ["window"] = plant.Window(), ["ask"] = ServedPlant.Goal(), ["limits"] = new JsonArray("level<=50"), ["horizon"] = 5 });
        Assert.True(status == 200, plan.ToString());
        Assert.Contains(plan.GetProperty("verdict").GetString(), (string[])["allow", "narrow"]);
        Assert.Equal(plan.GetProperty("cost").GetDouble(), plan.GetProperty("terms").EnumerateArray().Sum(term => term.GetProperty("value").GetDouble()), 1e-9);
        Assert.Equal(5, plan.GetProperty("commands").GetProperty("valve").GetArrayLength());
        Assert.Equal(5, plan.GetProperty("predicted").GetProperty("level").GetArrayLength());
        JsonElement[] limits = [.. plan.GetProperty("limits").EnumerateArray()];
        Assert.Equal(["temperature<=60", "level<=50"], limits.Select(limit => limit.GetProperty("limit").GetString()));
        Assert.All(limits, limit => Assert.Equal(5, limit.GetProperty("margin").GetArrayLength()));
        Assert.All(limits, limit => Assert.Equal(0, limit.GetProperty("violation").GetDouble()));

        (_, JsonElement forbidden) = await ServedPlant.PostAsync(client, "v1/plan", new JsonObject { ["window"] = plant.Window(), ["ask"] = ServedPlant.Goal(), ["limits"] = new JsonArray("level<=-50") });
        Assert.Equal("veto", forbidden.GetProperty("verdict").GetString());
        Assert.Contains("'level<=-50'", forbidden.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"ask":{"goals":["level=4"]}}""", "window")]
    [InlineData("""{"window":[],"ask":{"goals":["level=4"]}}""", "0 rows came")]
    [InlineData("""{"window":WINDOW,"ask":{"goals":["level=4"]},"alpha":0.9}""", "no field 'alpha'")]
    [InlineData("""{"window":WINDOW,"ask":{"goals":["level=4"],"guardrails":[]}}""", "no field 'guardrails'")]
    [InlineData("""{"window":WINDOW,"window":[],"ask":{"goals":["level=4"]}}""", "window")]
    [InlineData("""{"window":WINDOW,"ask":{"goals":["levl=4"]}}""", "levl")]
    [InlineData("""{"window":WINDOW,"ask":{"goals":["level=@/etc/passwd"]}}""", "names a file")]
    [InlineData("""{"window":WINDOW,"ask":{}}""", "nothing to plan for")]
    [InlineData("""{"window":WINDOW,"ask":{"goals":["level=4"]},"limits":["pump>=3","pump<=2"]}""", "'pump>=3' and 'pump<=2'")]
    [InlineData("""{"window":WINDOW,"ask":{"goals":["level=4"]},"limits":["if level>-1000 then valve<=7"]}""", "yield to interlocks")]
    [InlineData("""{"window":WINDOW,"ask":{"goals":["level=4"]},"limits":["dwell(pump)>=20000"]}""", "further back")]
    [InlineData("""{"window":WINDOW,"ask":{"goals":["level=4"]},"horizon":2000}""", "horizon")]
    [InlineData("""{"window":[{"level":1}],"ask":{"goals":["level=4"]}}""", "1 rows came")]
    [InlineData("""[]""", "cannot be read")]
    [InlineData("""{"window":""", "cannot be read")]
    public async Task A_request_that_makes_no_sense_is_refused_with_a_sentence(string body, string says)
    {
        await using PlantServer server = await plant.StartAsync();
        using HttpClient client = new() { BaseAddress = server.Address };
        (int status, JsonElement answer) = await ServedPlant.SendAsync(client, HttpMethod.Post, "v1/plan", body.Replace("WINDOW", plant.Window().ToJsonString(), StringComparison.Ordinal));
        Assert.Equal(400, status);
        Assert.Contains(says, answer.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Orrery.", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("level", null, "'level' is null")]
    [InlineData("level", 1e300, "finite number")]
    [InlineData("levels", 1.0, "'levels' came")]
    public async Task A_row_that_cannot_be_used_is_named_by_place_and_column(string column, double? value, string says)
    {
        await using PlantServer server = await plant.StartAsync();
        using HttpClient client = new() { BaseAddress = server.Address };
        JsonArray window = plant.Window();
        window[6]![column] = value;
        (int status, JsonElement answer) = await ServedPlant.PostAsync(client, "v1/plan", new JsonObject { ["window"] = window, ["ask"] = ServedPlant.Goal() });
        Assert.Equal(400, status);
        Assert.Contains("window, row 7", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains(says, answer.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_step_changes_nothing_and_an_unreadable_measurement_leads_to_the_fallback()
    {
        await using PlantServer server = await plant.StartAsync();
        using HttpClient client = new() { BaseAddress = server.Address };
        string session = await plant.BeginAsync(client);
        foreach (JsonObject bad in (JsonObject[])[
            new() { ["session"] = session, ["row"] = new JsonObject { ["level"] = 3 } },
            new() { ["session"] = session, ["row"] = ServedPlant.Row(), ["step"] = 7 },
            new() { ["session"] = session, ["row"] = ServedPlant.Row(), ["ask"] = ServedPlant.Goal("levl=2") },
            new() { ["session"] = session, ["row"] = ServedPlant.Row(), ["applied"] = new JsonObject { ["valve"] = 9, ["pump"] = 1 } }])
            Assert.Contains((await ServedPlant.PostAsync(client, "v1/step", bad)).Status, (int[])[400, 409]);
        (int status, JsonElement step) = await ServedPlant.PostAsync(client, "v1/step", new JsonObject { ["session"] = session, ["row"] = ServedPlant.Row(), ["step"] = 0 });
        Assert.True(status == 200, step.ToString());
        Assert.Equal(0, step.GetProperty("step").GetInt64());
        (_, JsonElement blind) = await ServedPlant.PostAsync(client, "v1/step", new JsonObject { ["session"] = session, ["row"] = ServedPlant.Row(level: null) });
        Assert.Equal("fallback", blind.GetProperty("source").GetString());
        Assert.NotEmpty(blind.GetProperty("reason").GetString()!);
        // The interlock cannot rule the level out.
        Assert.Equal(0, blind.GetProperty("command").GetProperty("valve").GetDouble());
    }

    [Fact]
    public async Task Limits_are_kept_against_what_was_applied_and_not_shaken_off_by_a_new_session()
    {
        await using PlantServer server = await plant.StartAsync();
        using HttpClient client = new() { BaseAddress = server.Address };
        string session = await plant.BeginAsync(client, plant.Window(valve: 2, pump: 1));
        (_, JsonElement first) = await ServedPlant.PostAsync(client, "v1/step", new JsonObject { ["session"] = session, ["row"] = ServedPlant.Row() });
        double valve = first.GetProperty("command").GetProperty("valve").GetDouble(), pump = first.GetProperty("command").GetProperty("pump").GetDouble();
        (int status, JsonElement told) = await ServedPlant.PostAsync(client, "v1/step", new JsonObject
        {
            ["session"] = session,
            ["row"] = ServedPlant.Row(),
            ["applied"] = new JsonObject { ["valve"] = 0.5, ["pump"] = pump },
        });
        Assert.True(status == 200, told.ToString());
        valve = told.GetProperty("command").GetProperty("valve").GetDouble();
        Assert.InRange(valve, 0, 2.5);
        Assert.Equal(204, (await ServedPlant.SendAsync(client, HttpMethod.Delete, $"v1/sessions/{session}", null)).Status);

        (status, JsonElement lied) = await ServedPlant.PostAsync(client, "v1/sessions", new JsonObject { ["window"] = plant.Window(valve: 6.9f, pump: 1), ["ask"] = ServedPlant.Goal() });
        Assert.Equal(409, status);
        Assert.Contains("rate(valve)<=2", lied.GetProperty("error").GetString(), StringComparison.Ordinal);
        pump = told.GetProperty("command").GetProperty("pump").GetDouble();
        session = await plant.BeginAsync(client, plant.Window(valve: (float)valve, pump: (float)pump));
        (_, JsonElement gone) = await ServedPlant.PostAsync(client, "v1/step", new JsonObject { ["session"] = session, ["row"] = ServedPlant.Row() });
        Assert.InRange(gone.GetProperty("command").GetProperty("valve").GetDouble(), valve - 2.001, valve + 2.001);
    }

    [Fact]
    public async Task Requests_that_come_at_once_are_answered_or_refused_and_every_step_is_made_once()
    {
        await using PlantServer server = await plant.StartAsync(settings => settings with { Plants = ["one", "two"] });
        using HttpClient client = new() { BaseAddress = server.Address };
        string session = await plant.BeginAsync(client);
        (int status, JsonElement second) = await ServedPlant.PostAsync(client, "v1/sessions", new JsonObject { ["window"] = plant.Window(), ["ask"] = ServedPlant.Goal() });
        Assert.Equal(409, status);
        Assert.Contains(session, second.GetProperty("error").GetString(), StringComparison.Ordinal);
        (int Status, JsonElement Body)[] answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(index => Task.Run(() => index % 3 == 0
            ? ServedPlant.PostAsync(client, "v1/plan", new JsonObject { ["window"] = plant.Window(), ["ask"] = ServedPlant.Goal() })
            : ServedPlant.PostAsync(client, "v1/step", new JsonObject { ["session"] = session, ["row"] = ServedPlant.Row() }))));
        Assert.All(answers, answer => Assert.Contains(answer.Status, (int[])[200, 409]));
        long[] steps = [.. answers.Where(answer => answer.Status == 200 && answer.Body.TryGetProperty("step", out _)).Select(answer => answer.Body.GetProperty("step").GetInt64()).Order()];
        Assert.Equal(Enumerable.Range(0, steps.Length).Select(step => (long)step), steps);
        Assert.Equal(4, answers.Count(answer => answer.Status == 200 && answer.Body.TryGetProperty("verdict", out _)));
    }

    [Fact]
    public async Task Every_decision_is_recorded_and_replayed_to_the_bit_across_sessions()
    {
        string folder = plant.File("audit");
        using (AuditLog log = AuditLog.Open(folder))
        {
            await using PlantServer server = await plant.StartAsync(settings => settings with { Audit = log });
            using HttpClient client = new() { BaseAddress = server.Address };
            float valve = 2, pump = 1;
            for (int round = 0; round < 3; round++)
            {
                string session = await plant.BeginAsync(client, plant.Window(valve: valve, pump: pump), round == 2 ? ["rate(valve)<=1 except interlocks"] : []);
                for (int step = 0; step < 6; step++)
                {
                    JsonObject body = new() { ["session"] = session, ["row"] = ServedPlant.Row(3 + step, 20 + round) };
                    if (step == 3)
                        body["applied"] = new JsonObject { ["valve"] = valve * 0.9f, ["pump"] = pump };
                    (int status, JsonElement answer) = await ServedPlant.PostAsync(client, "v1/step", body);
                    Assert.True(status == 200, answer.ToString());
                    valve = (float)answer.GetProperty("command").GetProperty("valve").GetDouble();
                    pump = (float)answer.GetProperty("command").GetProperty("pump").GetDouble();
                }

                await ServedPlant.SendAsync(client, HttpMethod.Delete, $"v1/sessions/{session}", null);
            }

            await ServedPlant.PostAsync(client, "v1/plan", new JsonObject { ["window"] = plant.Window(), ["ask"] = ServedPlant.Goal() });
        }

        Assert.True(AuditVerifier.Verify(folder).IsValid);
        using WorldModel model = WorldModel.Load(plant.Run, plant.Backend);
        AuditReplayResult found = AuditReplay.Run(folder, ReplayModel.Of(model, CheckpointIdentity.Of(plant.Run)), new AuditParts(() => RunFamiliarity.Of(model, plant.Trained)));
        Assert.True(found.Differences.Count == 0, string.Join("\n", found.Differences));
        Assert.Equal((19L, 19L), (found.Decisions, found.Same));
    }

    [Fact]
    public async Task What_is_too_large_of_another_kind_or_sent_to_another_name_is_refused()
    {
        await using PlantServer server = await plant.StartAsync();
        using HttpClient client = new() { BaseAddress = server.Address };
        Assert.Equal(413, (await ServedPlant.SendAsync(client, HttpMethod.Post, "v1/plan", $"{{\"window\":[{new string(' ', PlantServer.LargestRequest)}]}}")).Status);
        using StringContent text = new("{}");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await client.PostAsync("v1/plan", text)).StatusCode);
        using HttpRequestMessage elsewhere = new(HttpMethod.Get, "v1/model");
        elsewhere.Headers.Host = "evil.example";
        Assert.Equal(421, (int)(await client.SendAsync(elsewhere)).StatusCode);
        (int status, JsonElement answer) = await ServedPlant.SendAsync(client, HttpMethod.Get, "v2/model", null);
        Assert.Equal(404, status);
        Assert.Contains("POST /v1/plan", answer.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(404, (await ServedPlant.SendAsync(client, HttpMethod.Delete, "v1/sessions/none", null)).Status);
        Assert.Equal(404, (await ServedPlant.SendAsync(client, HttpMethod.Put, "v1/plan", "{}")).Status);
    }

    [Fact]
    public async Task A_port_in_use_and_a_host_that_is_no_address_are_told_before_anything_is_served()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        string message = (await Assert.ThrowsAsync<OrreryDataException>(() => plant.StartAsync(settings => settings with { Port = port }))).Message;
        Assert.Contains($"Port {port}", message, StringComparison.Ordinal);
        Assert.Contains("--port", message, StringComparison.Ordinal);
        Assert.Contains("an address of this machine", (await Assert.ThrowsAsync<OrreryDataException>(() => plant.StartAsync(settings => settings with { Host = "example.org" }))).Message, StringComparison.Ordinal);
        Assert.Contains("contradict", (await Assert.ThrowsAsync<OrreryDataException>(() => plant.StartAsync(settings => settings with { Limits = ["valve>=11"] }))).Message, StringComparison.Ordinal);
    }
}
