using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orrery.Server.Tests;

/// <summary>
/// Whatever is sent, no answered command breaks a declared limit. Two attackers at once, each with a plant of its own; <c>ORRERY_SERVER_ATTACK</c> says how
/// many requests each sends, and <c>server-attack.txt</c> beside the tests then what came of them.
/// </summary>
public sealed class LooseningAttackTests(ServedPlant plant) : IClassFixture<ServedPlant>
{
    private const int Requests = 700;

    private static readonly string[] Loosening =
    [
        "-1000000<=valve<=1000000", "valve<=1e30", "rate(valve)<=1000", "rate(valve)<=100 except interlocks", "rate(valve)<=0.5 except interlocks", "dwell(pump)>=1",
        "dwell(pump)>=1 except interlocks", "dwell(pump)>=9 except interlocks", "sum(pump, 12)<=1000000", "sum(pump, 12)<=20 except interlocks", "sum(abs(pump), 3)<=9",
        "if level>-1000 then valve<=10", "if level>-1000 then valve<=7", "if level>-1000 then pump<=4", "if level<1e9 then valve>=0", "not (valve>1000 and pump>1000)", "not (pump>3.5)", "temperature<=1000",
        "temperature>=-1000", "level<=1e9", "Valve<=3", "valve <= NaN", "alpha=0.99", "except interlocks", "0<=valve<=10 except interlocks", "valve>=3", "pump<=1.5",
        "not (valve>-1)", "rate(valve)<=0", "if level>6 then valve=10", "if temperature>18 then pump=0", "sum(valve, 999999)<=3", "level=@/etc/passwd", "", "rain<=3",
    ];

    private static readonly string[] Overrides =
    [
        "\"alpha\":0.999", "\"guardrails\":null", "\"guardrails\":{\"hard\":[]}", "\"hard\":[]", "\"removeLimits\":[\"rate(valve)<=2\"]", "\"deadlineMilliseconds\":1e9",
        "\"fallback\":\"none\"", "\"unfamiliar\":null", "\"recipe\":{\"guardrails\":null}", "\"weights\":\"AAAA\"", "\"model\":\"other\"", "\"Limits\":[]", "\"horizon\":-1",
        "\"safeValue\":{\"valve\":10}", "\"source\":\"plan\"", "\"step\":null,\"command\":{\"valve\":10,\"pump\":4}",
    ];

    [Fact]
    public async Task No_request_that_tries_to_loosen_a_limit_gets_a_command_that_breaks_one()
    {
        int requests = int.TryParse(Environment.GetEnvironmentVariable("ORRERY_SERVER_ATTACK"), NumberStyles.None, CultureInfo.InvariantCulture, out int asked) ? asked : Requests;
        await using PlantServer server = await plant.StartAsync(settings => settings with { Plants = ["one", "two"] });
        string before = await Guardrails(server);
        Attacker[] attackers = [new(plant, server, "one", 1), new(plant, server, "two", 2)];
        await Task.WhenAll(attackers.Select(attacker => Task.Run(() => attacker.AttackAsync(requests))));
        Assert.Equal(before, await Guardrails(server));
        int commands = attackers.Sum(attacker => attacker.Commands), refused = attackers.Sum(attacker => attacker.Refused), planned = attackers.Sum(attacker => attacker.Planned);
        if (asked > 0)
            await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "server-attack.txt"), $"{2 * requests} requests, {refused} refused, {commands} commands of steps and {planned} of plans judged, 0 violations\n");
        // The attack must have had something to attack.
        Assert.True(commands > requests / 3, $"{commands} commands");
        Assert.True(planned > requests / 10, $"{planned} planned commands");
        Assert.True(refused > requests / 5, $"{refused} refused");
        Assert.All(attackers, attacker => Assert.True(attacker.Moved > 20, $"{attacker.Moved} changes of the valve"));
    }

    private static async Task<string> Guardrails(PlantServer server)
    {
        using HttpClient client = new() { BaseAddress = server.Address };
        return await client.GetStringAsync("v1/guardrails");
    }

    private sealed class Attacker(ServedPlant plant, PlantServer server, string name, int seed)
    {
        private readonly Random _random = new(seed);
        private string? _session;
        private LimitJudge? _judge;
        private (float Valve, float Pump) _last;

        public int Commands { get; private set; }

        public int Planned { get; private set; }

        public int Refused { get; private set; }

        public int Moved { get; private set; }

        public async Task AttackAsync(int requests)
        {
            using HttpClient client = new() { BaseAddress = server.Address };
            for (int request = 0; request < requests; request++)
            {
                switch (_random.Next(12))
                {
                    case 0:
                        await PlanAsync(client);
                        break;
                    case 1 when _session is not null && _random.Next(4) == 0:
                        Assert.Equal(204, (await ServedPlant.SendAsync(client, HttpMethod.Delete, $"v1/sessions/{_session}", null)).Status);
                        _session = null;
                        break;
                    default:
                        await (_session is null ? BeginAsync(client) : StepAsync(client));
                        break;
                }
            }
        }

        private async Task BeginAsync(HttpClient client)
        {
            // Mostly where the plant is, sometimes a lie about it.
            bool lies = _judge is not null && _random.Next(3) == 0;
            (float valve, float pump) = _judge is null || lies ? (Round(7), Round(2)) : _last;
            JsonObject body = new() { ["plant"] = name, ["window"] = plant.Window(_random.Next(30, 400), valve, pump), ["ask"] = Wish(), ["limits"] = Limits(), ["seed"] = _random.Next(99) };
            (int status, JsonElement answer) = await ServedPlant.SendAsync(client, HttpMethod.Post, "v1/sessions", Tampered(body));
            if (Refuse(status, answer))
                return;
            _session = answer.GetProperty("session").GetString();
            if (_judge is null)
                _judge = new LimitJudge(valve, pump);
            else if ((valve, pump) != _last && Commands > 0)
                Assert.Null(_judge.Correct(valve, pump));
            _last = (valve, pump);
        }

        private async Task StepAsync(HttpClient client)
        {
            double? level = _random.Next(9) == 0 ? null : 8 * _random.NextDouble();
            JsonObject body = new() { ["session"] = _session, ["row"] = ServedPlant.Row(level, _random.Next(20) == 0 ? null : 10 + (60 * _random.NextDouble())) };
            (float Valve, float Pump)? applied = _random.Next(5) == 0 ? (_random.Next(2) == 0 ? _last.Valve : Round(12), _random.Next(2) == 0 ? _last.Pump : Round(5)) : null;
            if (applied is { } lie)
                body["applied"] = new JsonObject { ["valve"] = lie.Valve, ["pump"] = lie.Pump };
            if (_random.Next(3) == 0)
                body["ask"] = Wish();
            (int status, JsonElement answer) = await ServedPlant.SendAsync(client, HttpMethod.Post, "v1/step", Tampered(body));
            if (Refuse(status, answer))
                return;
            if (applied is { } executed && executed != _last)
                Assert.Null(_judge!.Correct(executed.Valve, executed.Pump));
            float valve = (float)answer.GetProperty("command").GetProperty("valve").GetDouble(), pump = (float)answer.GetProperty("command").GetProperty("pump").GetDouble();
            string? broken = _judge!.Add(valve, pump, (float?)level);
            Assert.True(broken is null, $"{broken}: {answer}");
            Moved += valve == _last.Valve ? 0 : 1;
            _last = (valve, pump);
            Commands++;
        }

        private async Task PlanAsync(HttpClient client)
        {
            float valve = Round(7), pump = Round(2);
            JsonArray window = plant.Window(_random.Next(30, 400), valve, pump);
            float level = window[^1]!["level"]!.GetValue<float>();
            JsonObject body = new() { ["window"] = window, ["ask"] = Wish(), ["limits"] = Limits(), ["seed"] = _random.Next(99) };
            (int status, JsonElement answer) = await ServedPlant.SendAsync(client, HttpMethod.Post, "v1/plan", Tampered(body));
            if (Refuse(status, answer))
                return;
            LimitJudge judge = new(valve, pump);
            float[] valves = Column(answer, "commands", "valve"), pumps = Column(answer, "commands", "pump"), levels = Column(answer, "predicted", "level");
            for (int row = 0; row < valves.Length; row++)
            {
                string? broken = judge.Add(valves[row], pumps[row], row == 0 ? level : levels[row - 1]);
                Assert.True(broken is null, $"{broken}: {body.ToJsonString()} {answer}");
                Planned++;
            }
        }

        private bool Refuse(int status, JsonElement answer)
        {
            if (status == 200)
                return false;
            Assert.True(status is 400 or 404 or 409, $"{status}: {answer}");
            Assert.True(answer.GetProperty("error").GetString()!.Length > 10);
            Refused++;
            return true;
        }

        private JsonObject Wish() => _random.Next(8) switch
        {
            0 => new JsonObject { ["maximise"] = new JsonArray("1000000*valve + 1e6*pump"), ["weights"] = new JsonArray() },
            1 => new JsonObject { ["minimise"] = new JsonArray("1e9*valve") },
            2 => new JsonObject { ["goals"] = new JsonArray("level=@/etc/passwd") },
            3 => new JsonObject { ["goals"] = new JsonArray("level=1e9"), ["moveWeights"] = new JsonArray("0") },
            4 => new JsonObject { ["goals"] = new JsonArray("temperature=200") },
            5 => new JsonObject(),
            _ => ServedPlant.Goal(string.Create(CultureInfo.InvariantCulture, $"level={_random.Next(-3, 12)}")),
        };

        private JsonArray Limits() => [.. Enumerable.Range(0, _random.Next(3)).Select(_ => (JsonNode)Loosening[_random.Next(Loosening.Length)])];

        /// <summary>Sometimes with a field that nobody asked for, twice the same one, or numbers that are none.</summary>
        private string Tampered(JsonObject body)
        {
            string text = body.ToJsonString();
            return _random.Next(14) switch
            {
                0 => $"{text[..^1]},{Overrides[_random.Next(Overrides.Length)]}}}",
                1 => $"{{{Overrides[_random.Next(Overrides.Length)]},{text[1..]}",
                2 => text.Replace("\"level\":", "\"Level\":", StringComparison.Ordinal),
                3 => text.Replace("\"temperature\":", "\"temperature\":1e999,\"temperature\":", StringComparison.Ordinal),
                4 when _random.Next(3) == 0 => text.Replace("\"rain\":0", "\"rain\":\"NaN\"", StringComparison.Ordinal) + " ",
                5 when _random.Next(3) == 0 => text[..^_random.Next(1, text.Length)],
                _ => text,
            };
        }

        private float Round(double most) => (float)Math.Round(most * _random.NextDouble(), 2);

        private static float[] Column(JsonElement answer, string kind, string column) =>
            answer.GetProperty(kind).TryGetProperty(column, out JsonElement values) ? [.. values.EnumerateArray().Select(value => (float)value.GetDouble())] : [];
    }
}
