#:project ../src/Orrery.Evaluation/Orrery.Evaluation.csproj

// From a table to a plan: import a log, learn a model of the plant, see how far it can be trusted, plan to a set-point.
// The log is made up here (a tank that is filled by a pump, drains through a hole and overflows at its brim) so that the
// program runs anywhere; put your own file and column names in its place.
//
//     dotnet run -c Release samples/bring-your-log.cs

using System.Globalization;
using System.Text;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Evaluation.OpenLoop;
using Orrery.Evaluation.Protocols;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Tensors;

string folder = Directory.CreateTempSubdirectory("orrery-sample-").FullName;
string log = Path.Combine(folder, "tank.csv"), run = Path.Combine(folder, "run");
Tank.Record(log, rows: 1500);

// Import: columns by name, gaps end an episode, nothing is ever filled in.
using Dataset dataset = LogImporter.Import(log, new LogOptions(Observations: ["level"], Actions: ["voltage"]), Path.Combine(folder, "data"));
Console.WriteLine($"{dataset.Rows:#,0} rows, SHA-256 {dataset.Hash[..12]}");

// Train: the last fifth of the rows is held out. Run the same again and it goes on where it stopped.
using CpuBackend backend = new();
Recipe recipe = RecipeFile.Load("plant/subspace", ["training.updates=200"]);
TrainingSummary summary = new TrainingRun(recipe, dataset, run, backend).Execute();
Console.WriteLine($"{summary.Updates} updates in {summary.Seconds:0.0} s");

// Trust: a free run over the held-out rows. The model sees the inputs and its own predictions, never the measured level.
using WorldModel model = WorldModel.Load(run, backend);
OpenLoopResult errors = new LogStudy(model, dataset).OnHeldOutRows().Errors;
Console.WriteLine($"free run over the {errors.Part}, RMSE of the level:");
foreach (ModelErrors one in errors.Models)
    Console.WriteLine($"  {one.Name,-12} {one.FreeRunRmse[0]:0.000}");

// Plan: from the last row on, bring the level to 5 with a pump that gives 0 to 8 volts.
SetPointPlan plan = new SetPointStudy(model, dataset).Plan(dataset, new SetPointRequest(["level=5"], ["0<=voltage<=8"]));
foreach (PlannedColumn column in plan.Picture.Columns)
    Console.WriteLine($"  {column.Name,-12} {string.Join("  ", column.Future.Where((_, row) => row % 6 == 5).Take(8).Select(value => value.ToString("0.00", CultureInfo.InvariantCulture)))}");

// Is it true? Apply the planned voltages to the plant itself.
double reached = Tank.Apply(log, plan.Picture.Columns[0].Future);
Console.WriteLine($"the plant, driven by this plan, ends at {reached:0.00}");
Directory.Delete(folder, recursive: true);
return Math.Abs(reached - 5) < 0.5 ? 0 : 1;

/// <summary>A plant that nobody has the equations of, except us.</summary>
internal static class Tank
{
    private const double Brim = 8;

    public static void Record(string path, int rows)
    {
        Random random = new(1);
        StringBuilder text = new("voltage,level\n");
        double level = 2, voltage = 3;
        for (int row = 0; row < rows; row++)
        {
            if (row % 12 == 0)
                voltage = 8 * random.NextDouble();
            text.Append(CultureInfo.InvariantCulture, $"{voltage:0.000},{level:0.0000}\n");
            level = Next(level, voltage);
        }

        File.WriteAllText(path, text.ToString());
    }

    /// <summary>The level after the last recorded row and then these voltages.</summary>
    public static double Apply(string path, IReadOnlyList<double> voltages)
    {
        double[] last = [.. File.ReadLines(path).Last().Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))];
        return voltages.Aggregate(Next(last[1], last[0]), Next);
    }

    private static double Next(double level, double voltage) =>
        Math.Min(Brim, level + (0.12 * voltage) - (0.25 * Math.Sqrt(Math.Max(level, 0))));
}
