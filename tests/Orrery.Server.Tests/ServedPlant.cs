using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Tensors;

namespace Orrery.Server.Tests;

/// <summary>A tank with a heater whose run is served: valve and pump are commanded, rain is a disturbance, level and temperature are measured.</summary>
public sealed class ServedPlant : IDisposable
{
    public static readonly string[] Declared =
    [
        "0<=valve<=10", "rate(valve)<=2 except interlocks", "if level>6 then valve=0",
        "0<=pump<=4", "dwell(pump)>=3", "sum(pump, 12)<=30", "not (valve>7 and pump>3)",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-server-").FullName;

    public ServedPlant()
    {
        Backend = new CpuBackend(2);
        Random random = new(4);
        float level = 3, temperature = 20, valve = 3, pump = 1;
        DatasetSpaces spaces = new(
            new VectorSpace("measured", [new Dimension("level", "m"), new Dimension("temperature", "C")]),
            new VectorSpace("inputs", [new Dimension("valve", "%"), new Dimension("pump"), new Dimension("rain", IsDisturbance: true)]));
        using (DatasetWriter writer = new(Path.Combine(_folder, "data"), spaces, 1, "s", Provenance.Unknown))
        {
            writer.BeginEpisode("record");
            for (int row = 0; row < 500; row++)
            {
                float rain = (float)Math.Sin(row / 20.0);
                writer.Append([level, temperature], [valve, pump, rain]);
                if (row % 9 == 0)
                    (valve, pump) = ((float)(9 * random.NextDouble()), (float)(3.5 * random.NextDouble()));
                level += (0.2f * valve) + (0.1f * rain) - (0.25f * level) + (0.02f * (float)random.NextDouble());
                temperature += (0.8f * pump) - (0.1f * (temperature - 15));
            }

            writer.EndEpisode(EpisodeEnd.EndOfRecord);
            writer.Complete();
        }

        Trained = Dataset.Open(Path.Combine(_folder, "data"));
        LogRecipe recipe = (LogRecipe)RecipeFile.Load("plant/debug", ["training.updates=10", "planner.horizon=4", "planner.candidates=24", "planner.iterations=2", "planner.elites=4"]);
        new TrainingRun(
            recipe with { Guardrails = new GuardrailRecipe(Declared, ["temperature<=60"], Alpha: 0.2m, Unfamiliar: new UnfamiliarityRecipe("slow", 0.1m)) }, Trained, Run, Backend)
            .Execute();
    }

    public CpuBackend Backend { get; }

    public Dataset Trained { get; }

    public string Run => Path.Combine(_folder, "run");

    public string File(string name) => Path.Combine(_folder, name);

    public Task<PlantServer> StartAsync(Func<ServerSettings, ServerSettings>? change = null) =>
        PlantServer.StartAsync((change ?? (settings => settings))(new ServerSettings(Run, Port: 0)), Trained, Backend);

    /// <summary>The record's rows up to one, as a request's window.</summary>
    public JsonArray Window(int end = 200, float? valve = null, float? pump = null)
    {
        JsonArray rows = [];
        for (int row = end - 19; row <= end; row++)
        {
            ReadOnlySpan<float> observation = Trained.Observation(row), inputs = Trained.Action(row);
            rows.Add((JsonNode)new JsonObject
            {
                ["level"] = observation[0],
                ["temperature"] = observation[1],
                ["valve"] = row == end ? valve ?? Math.Min(inputs[0], 7) : inputs[0],
                ["pump"] = row == end ? pump ?? Math.Min(inputs[1], 2) : inputs[1],
                ["rain"] = inputs[2],
            });
        }

        return rows;
    }

    public static JsonObject Goal(string goal = "level=4") => new() { ["goals"] = new JsonArray(goal) };

    public static JsonObject Row(double? level = 3, double? temperature = 20, double? rain = 0) => new() { ["level"] = level, ["temperature"] = temperature, ["rain"] = rain };

    public static async Task<(int Status, JsonElement Body)> SendAsync(HttpClient client, HttpMethod method, string path, string? body)
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public static Task<(int Status, JsonElement Body)> PostAsync(HttpClient client, string path, JsonNode body) => SendAsync(client, HttpMethod.Post, path, body.ToJsonString());

    /// <summary>Begins a session and gives its id.</summary>
    public async Task<string> BeginAsync(HttpClient client, JsonArray? window = null, params string[] limits)
    {
        (int status, JsonElement body) = await PostAsync(client, "v1/sessions", new JsonObject
        {
            ["window"] = window ?? Window(),
            ["ask"] = Goal(),
            ["limits"] = new JsonArray([.. limits.Select(limit => (JsonNode)limit)]),
        });
        Assert.True(status == 200, body.ToString());
        return body.GetProperty("session").GetString()!;
    }

    public void Dispose()
    {
        Trained.Dispose();
        Backend.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
