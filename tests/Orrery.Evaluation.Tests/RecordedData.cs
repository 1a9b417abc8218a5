using System.Globalization;
using Orrery.Evaluation.OpenLoop;

namespace Orrery.Evaluation.Tests;

/// <summary>Finds and reads the recorded data, which stay outside the repository.</summary>
internal static class RecordedData
{
    public static string? Find(string file)
    {
        string? folder = Environment.GetEnvironmentVariable("ORRERY_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            DirectoryInfo? root = new(AppContext.BaseDirectory);
            while (root is not null && !File.Exists(Path.Combine(root.FullName, "Orrery.slnx")))
                root = root.Parent;
            if (root is null)
                return null;
            folder = Path.Combine(root.FullName, "..", "shared", "data");
        }

        string path = Path.Combine(folder, file);
        return File.Exists(path) ? path : null;
    }

    /// <summary>The official split of the cascaded tanks: estimation record, validation record.</summary>
    public static (LogStretch Training, LogStretch Test) CascadedTanks()
    {
        double[][] rows = Rows("cascaded_tanks/dataBenchmark.csv", ',', 1);
        return (Stretch("estimation", rows, [2], [0]), Stretch("validation", rows, [3], [1]));
    }

    /// <summary>A DaISy table split 70/30 in time.</summary>
    public static (LogStretch Training, LogStretch Test) Daisy(string file, int[] observations, int[] actions)
    {
        double[][] rows = Rows($"daisy/{file}", null, 0);
        int training = (int)(0.7 * rows.Length);
        return (Stretch("training", rows[..training], observations, actions), Stretch("test", rows[training..], observations, actions));
    }

    private static LogStretch Stretch(string name, double[][] rows, int[] observations, int[] actions) =>
        new(name, [.. rows.SelectMany(row => observations.Select(column => row[column]))], observations.Length,
            [.. rows.SelectMany(row => actions.Select(column => row[column]))], actions.Length);

    private static double[][] Rows(string file, char? separator, int skip) =>
        [.. File.ReadLines(Find(file)!).Skip(skip).Where(line => !string.IsNullOrWhiteSpace(line)).Select(line =>
            (separator is char mark ? line.Split(mark) : line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                .Where(cell => !string.IsNullOrWhiteSpace(cell))
                .Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
}
