using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Orrery.Cli.Commands;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Environments;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Evaluation.Tracking;
using Orrery.Models;
using Orrery.Tensors;
using Spectre.Console;

namespace Orrery.Cli;

/// <summary><c>orrery evaluate --closed-loop</c>: processes held at set-points by a learned model, and by others beside it.</summary>
internal sealed class ClosedLoopRun(int episodes, ulong seed, Backend backend, Session session)
{
    public const int Episodes = 5;
    private const int MostEpisodes = 10_000;
    private const int Rows = 10_000;

    /// <summary>Runs the study.</summary>
    /// <param name="environments">Names of processes; all that are judged when empty.</param>
    /// <param name="runFolder">A run whose model is used; null to collect logs and train.</param>
    /// <param name="cancellation">Stops between two steps; training leaves a checkpoint.</param>
    public int Execute(IReadOnlyList<string> environments, string? runFolder, CancellationToken cancellation)
    {
        if (episodes is < 1 or > MostEpisodes)
            throw new UsageException($"--episodes is {episodes}, but it must be between 1 and {MostEpisodes:#,0}.");
        string[] names = environments.Count > 0 ? [.. environments] : [.. EnvironmentCatalogue.Processes];
        foreach (string name in names)
            Typed.Read(() => EnvironmentCatalogue.CreateProcess(name));
        if (runFolder is not null && names.Length != 1)
            throw new UsageException("A run's model is of one process: name it, as in 'orrery evaluate runs/cstr --closed-loop cstr'.");
        string folder = runFolder ?? Path.GetFullPath(Path.Combine("runs", "closed-loop"));
        List<TrackingResult> results = [];
        foreach (string name in names)
            results.Add(runFolder is null ? Learn(name, Path.Combine(folder, name), cancellation) : Study(name, runFolder, 0, cancellation));
        string page = Path.Combine(folder, runFolder is null ? "report.html" : "closed-loop.html");
        TrackingReport.Build(results, Provenance(names)).Save(page);
        session.Result([.. results], CliJson.Default.TrackingResultArray, () =>
        {
            foreach (TrackingResult result in results)
                Print(result);
        });
        session.Remark($"Report: {page}");
        return results.All(result => result.Controllers.All(controller => controller.Violations == 0)) ? ExitCodes.Fine : ExitCodes.Failed;
    }

    private TrackingResult Learn(string name, string folder, CancellationToken cancellation)
    {
        string data = Path.Combine(folder, "log"), run = Path.Combine(folder, "run");
        if (!Directory.Exists(data))
            EnvironmentCatalogue.Collection(name, new CollectionSettings(Steps: Rows, Seed: seed)).Collect(data, cancellation: cancellation);
        double seconds;
        using (Dataset log = RunData.Verified(Dataset.Open(data)))
            seconds = TrainCommand.Train(TrackingSetup.For(name).Recipe(seed), log, run, backend, session, cancellation).Seconds;
        return Study(name, run, seconds, cancellation);
    }

    private TrackingResult Study(string name, string run, double trainingSeconds, CancellationToken cancellation)
    {
        using WorldModel model = WorldModel.Load(run, backend);
        using Dataset log = RunData.OpenTrainedOn(run);
        using Terminal.Progress progress = session.Progress();
        progress.Begin(name);
        Stopwatch clock = Stopwatch.StartNew();
        TrackingResult result = new TrackingStudy(name, episodes, seed).Execute(
            model, log, trainingSeconds, (what, done, total) => progress.Report(done, total, "episodes", what), cancellation);
        progress.End(string.Create(CultureInfo.InvariantCulture, $"{result.Controllers.Count} controllers, {episodes} episodes each, in {clock.Elapsed.TotalSeconds:0} s"));
        return result;
    }

    private Fact[] Provenance(string[] names) =>
    [
        new("command", $"orrery evaluate --closed-loop {string.Join(' ', names)} --episodes {episodes} --seed {seed}"),
        new("runtime", RuntimeInformation.FrameworkDescription),
        new("system", $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores"),
        new("computes on", backend.Name),
        new("made", DateTimeOffset.Now.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
    ];

    private void Print(TrackingResult result)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .Title($"{result.Environment}: {result.Output.EscapeMarkup()} at set-points, {result.Controllers[0].Scores.Count} episodes of {result.Steps} steps")
            .AddColumn("controller");
        string time = result.OutputUnit.Length > 0 ? $"{result.OutputUnit} {result.TimeUnit}" : result.TimeUnit;
        foreach (string heading in (string[])[$"absolute error ({time})", "worst", "× state estimated", "× state known", "squared error", "overshoot", $"effort ({result.InputUnit})", "limits broken", "ms a step"])
            table.AddColumn(new TableColumn(heading.EscapeMarkup()).RightAligned());
        foreach (ControllerResult controller in result.Controllers)
            table.AddRow(
                controller.Controller + (controller.Trips > 0 ? $", shut down {controller.Trips}×" : ""),
                Figures.Short(controller.AbsoluteError), Figures.Short(controller.WorstAbsoluteError),
                TrackingResult.Ratio(controller, result.Estimated).ToString("0.00", CultureInfo.InvariantCulture),
                TrackingResult.Ratio(controller, result.Perfect).ToString("0.00", CultureInfo.InvariantCulture),
                Figures.Short(controller.SquaredError), controller.Overshoot.ToString("0 %", CultureInfo.InvariantCulture),
                Figures.Short(controller.Effort), controller.Violations.ToString(CultureInfo.InvariantCulture),
                controller.Milliseconds.ToString("0.00", CultureInfo.InvariantCulture));
        session.Results.Write(table);
    }
}
