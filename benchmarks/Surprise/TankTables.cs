using System.Diagnostics;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Evaluation.Surprise;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Tensors;
using Orrery.Tensors.Random;

namespace Orrery.Benchmarks.Surprise;

/// <summary>Trains a model on 3,000 rows of the two tanks and prints false alarms and detections.</summary>
internal static class TankTables
{
    private const int TrainingRows = 3000;

    public static void Print(bool quick, ulong seed)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"orrery-surprise-{Guid.NewGuid():N}");
        try
        {
            using CpuBackend backend = new();
            Stopwatch clock = Stopwatch.StartNew();
            using WorldModel model = Train(folder, backend, seed);
            Console.WriteLine($"trained on {TrainingRows:#,0} rows in {clock.Elapsed.TotalSeconds:0} s");
            TankAlarmStudy study = new(model, seed);
            foreach (int rows in (int[])[3000, 6000, 12_000])
            {
                Console.WriteLine($"\nfalse alarms, calibrated on {rows:#,0} rows\n| declared, in 10,000 rows | measured | 95 % interval | per calibration |\n|---|---|---|---|");
                foreach (FalseAlarmRow row in study.FalseAlarms(rows, [1e-2, 3e-3, 1e-3, 3e-4, 1e-4], quick ? 3 : 8, quick ? 4000 : 10_000))
                    Console.WriteLine($"| {1e4 * row.RatePerRow:0.#}{(row.RatePerRow * rows < 1 ? " (beyond calibration)" : "")} | {1e4 * row.Measured:0.00} | {1e4 * row.Interval.Low:0.00} to {1e4 * row.Interval.High:0.00} | {string.Join(" ", row.PerRecord)} |");
            }

            (long alarms, IReadOnlyList<DetectionRow> table) = study.Detections(
                quick ? 3000 : 6000, quick ? 5000 : 20_000, 1e-3,
                [
                    new(TankFaultKind.Bias, 2), new(TankFaultKind.Bias, 4), new(TankFaultKind.Drift, 2), new(TankFaultKind.Drift, 5), new(TankFaultKind.Freeze, 0),
                    new(TankFaultKind.Spike, 6), new(TankFaultKind.Spike, 10), new(TankFaultKind.PumpLoss, 0.05), new(TankFaultKind.PumpLoss, 0.2),
                    new(TankFaultKind.Leak, 0.005), new(TankFaultKind.Leak, 0.02),
                ], quick ? 5 : 30);
            string[] methods = [.. table.Select(row => row.Method).Distinct()];
            Console.WriteLine($"\ndetected within 300 rows (median delay in rows); every method raises {alarms} false alarms in {(quick ? 5000 : 20_000):#,0} normal rows");
            Console.WriteLine($"| fault | {string.Join(" | ", methods)} |\n|---|{string.Concat(methods.Select(_ => "---|"))}");
            foreach (IGrouping<TankFault, DetectionRow> fault in table.GroupBy(row => row.Fault))
                Console.WriteLine($"| {fault.Key.Kind} {fault.Key.Size} | {string.Join(" | ", fault.Select(row => $"{100.0 * row.Detected / row.Records:0} % [{100 * row.Interval.Low:0}, {100 * row.Interval.High:0}] ({row.MedianDelay:0})"))} |");
            Console.WriteLine($"took {clock.Elapsed.TotalSeconds:0} s");
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static WorldModel Train(string folder, Backend backend, ulong seed)
    {
        Directory.CreateDirectory(folder);
        string log = Path.Combine(folder, "tanks.csv");
        TwoTanks tanks = new(new RandomStream(seed, "training"));
        float[] observation = new float[2], action = new float[1];
        using (StreamWriter writer = new(log))
        {
            writer.WriteLine("upper,lower,voltage");
            for (int row = 0; row < TrainingRows; row++)
            {
                tanks.Next(observation, action);
                writer.WriteLine($"{observation[0]:R},{observation[1]:R},{action[0]:R}");
            }
        }

        using Dataset dataset = LogImporter.Import(log, new LogOptions(["upper", "lower"], ["voltage"], SamplingTime: 1), Path.Combine(folder, "data"));
        Recipe recipe = RecipeFile.Load("plant/subspace", ["training.updates=200", "testShare=0"]);
        new TrainingRun(recipe, dataset, Path.Combine(folder, "run"), backend).Execute();
        return WorldModel.Load(Path.Combine(folder, "run"), backend);
    }
}
