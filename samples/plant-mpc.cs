#:project ../src/Orrery.Evaluation/Orrery.Evaluation.csproj

// Model predictive control of a plant that the weather disturbs: learn it from a log, then control it step after step. A room
// is to be warm by day and may be cool by night; the heater is commanded, the weather is only measured. The plant is made up here,
// so that the program runs anywhere; with your own, replace Next by what measures and commands it.
//
//     dotnet run -c Release samples/plant-mpc.cs

using System.Globalization;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Planning;
using Orrery.Planning.Costs;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Planners;
using Orrery.Tensors;

string folder = Directory.CreateTempSubdirectory("orrery-sample-").FullName, log = Path.Combine(folder, "room.csv"), run = Path.Combine(folder, "run");
Random random = new(1);
List<string> lines = ["heater,outdoor,room"];
float room = 17, heater = 0;
for (int step = 0; step < 1500; step++)
{
    heater = step % 10 == 0 ? 10 * random.NextSingle() : heater;
    lines.Add(string.Create(CultureInfo.InvariantCulture, $"{heater},{Outdoor(step)},{room}"));
    room = Next(room, heater, Outdoor(step));
}

File.WriteAllLines(log, lines);
using Dataset dataset = LogImporter.Import(log, new LogOptions(["room"], ["heater"], Disturbances: ["outdoor"]), Path.Combine(folder, "data"));
using CpuBackend backend = new();
new TrainingRun(RecipeFile.Load("plant/subspace", ["training.updates=200"]), dataset, run, backend).Execute();

// Only the heater is searched; its limits hold whatever the model says.
using WorldModel model = WorldModel.Load(run, backend);
ForecastDynamics plant = ForecastDynamics.Of(model);
DeclaredGuardrails guardrails = DeclaredGuardrails.For(new GuardrailRecipe(Hard: ["0<=heater<=10", "rate(heater)<=3"]), dataset);
PlannerRecipe search = model.Recipe.Planner with { Horizon = 16, Candidates = 128, Iterations = 8, Elites = 12 };
using MpcController controller = new(new MpcSettings(
    plant, PlannerFactory.Create(search), guardrails.SearchLimits, guardrails.Fallback, [guardrails.Guard()]));

// The newest rows, oldest first, as the model wants to see them.
int rows = model.History, steps = 96;
float[] rooms = dataset.Observation(dataset.Rows - rows, rows).ToArray(), inputs = dataset.Action(dataset.Rows - rows, rows).ToArray();
ReferenceCost day = new(plant, "room", 0, [.. Enumerable.Range(0, steps + 16).Select(step => step / 24 % 2 == 0 ? 21f : 18f)], scale: 1);
double error = 0;
for (int step = 0; step < steps; step++)
{
    controller.Pursue(day.After(step), new EconomicCost("minimise heater", null, [new EconomicTerm("heater", true, 0, 1)], 3, 0.01), new ActionRateCost([3], 0.01));
    Decision decision = controller.Step(latent =>
    {
        plant.Expect([.. Enumerable.Range(0, 16).Select(ahead => Outdoor(1500 + step + ahead))]);
        model.Encode(rooms, inputs, latent);
    }, rooms.AsSpan(rows - 1));
    // The next row: its room follows from the row before, its heater is what was decided.
    float[] input = [decision.Action.Span[0], Outdoor(1500 + step)];
    float now = Next(rooms[^1], inputs[^2], inputs[^1]);
    (rooms, inputs) = ([.. rooms[1..], now], [.. inputs[2..], .. input]);
    error += step % 24 < 8 ? 0 : Math.Abs(now - (step / 24 % 2 == 0 ? 21 : 18)) / (steps * 2 / 3.0);
    if (step % 12 == 11)
        Console.WriteLine($"step {step + 1,3}: outdoor {input[1],5:0.0}, heater {input[0],5:0.00}, room {now,5:0.00}  ({decision.Source})");
}

Console.WriteLine($"mean distance from the reference, 8 steps after each change: {error:0.00} degrees");
Directory.Delete(folder, recursive: true);
return error < 0.5 ? 0 : 1;

static float Outdoor(int step) => 6 + (5 * MathF.Sin(step / 30f)) + (2 * MathF.Sin(step / 7f));

static float Next(float room, float heater, float outdoor) => room + (0.1f * (outdoor - room)) + (0.25f * heater);
