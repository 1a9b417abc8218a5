using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Orrery.Cli.Terminal;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.GoalProtocols;
using Orrery.Evaluation.Protocols;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Planning.Audit;
using Orrery.Tensors;
using Orrery.Tensors.Serialization;
using Spectre.Console;

namespace Orrery.Cli;

/// <summary><c>orrery evaluate --protocol</c>: a run's model, its floor and its ceiling on the fixed pairs of a protocol.</summary>
/// <param name="protocol">The protocol.</param>
/// <param name="ceilingPairs">Pairs that the perfect model is run on; 0 for none, null for the protocol's own number.</param>
/// <param name="settings">How to search otherwise than the recipe says, such as planner.method=icem.</param>
/// <param name="threads">Threads to compute with; 0 for every core.</param>
/// <param name="session">Where to write.</param>
internal sealed class ProtocolRun(GoalProtocol protocol, int? ceilingPairs, IReadOnlyList<string> settings, int threads, Session session)
{
    private const int ShownSuccesses = 5;
    private const int ActionBlock = 5;

    private readonly PhaseClock _clock = new();
    private readonly int _workers = threads > 0 ? threads : Environment.ProcessorCount;

    /// <summary>How the ceiling searches where there is no model to take the planner from.</summary>
    private static PlannerRecipe Planner => new("cem", Horizon: 12, Candidates: 100, Iterations: 4, Elites: 10, Branching: 0.5);

    /// <summary>Floor and ceiling alone, into runs/protocols/NAME.</summary>
    public int Execute(CancellationToken cancellation)
    {
        if (!protocol.IsFixed)
            throw new UsageException($"The protocol {protocol.Name} draws its pairs from what a model was trained on: name a run, as in 'orrery evaluate runs/mine --protocol {protocol.Name}'.");
        PlannerRecipe planner = Changed(Planner);
        string folder = Path.GetFullPath(Folder("runs", planner));
        using ProtocolStudy study = new(protocol, ProtocolManifest.Shipped(protocol), protocol.Environment, folder);
        List<ProtocolPolicyResult> policies = [Random(study, cancellation)];
        if (Ceiling(study, planner, ActionBlock, cancellation) is { } ceiling)
            policies.Add(ceiling);
        ProtocolResult result = new(protocol, study.Environment, ProtocolManifest.Shipped(protocol), policies);
        Fact[] facts = [new("runtime", RuntimeInformation.FrameworkDescription), new("system", $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores")];
        return Finish(result, null, folder, facts, null);
    }

    /// <summary>A run's model too, into protocols/NAME in its folder.</summary>
    /// <param name="runFolder">The run.</param>
    /// <param name="audit">Where every decision is recorded; null for nowhere.</param>
    /// <param name="cancellation">Stops between two steps; what is finished is kept.</param>
    public int Execute(string runFolder, AuditLog? audit, CancellationToken cancellation)
    {
        using CpuBackend backend = new(threads);
        using WorldModel model = WorldModel.Load(runFolder, backend);
        if (model.Recipe is not LatentRecipe)
            throw new OrreryDataException($"The run '{runFolder}' is a log's model; a protocol needs one that plans to a goal as it is seen: train a recipe of the kind \"latent\".");
        using Dataset dataset = RunData.OpenTrainedOn(runFolder);
        string view = ProtocolStudy.ViewOf(protocol, model);
        ProtocolManifest manifest = protocol.IsFixed ? ProtocolManifest.Shipped(protocol) : ProtocolManifest.Draw(protocol, dataset);
        TrainingOverlap overlap = TrainingOverlap.Of(manifest, dataset);
        if (protocol.Caveat is { } caveat)
            session.Warn(caveat);
        if (protocol.IsFixed && !overlap.IsDisjoint)
            session.Warn($"Trained on what it is evaluated on. {overlap}");
        PlannerRecipe planner = Changed(model.Recipe.Planner);
        string folder = Folder(runFolder, planner);
        using ProtocolStudy study = new(protocol, manifest, view, folder);
        ProtocolPolicyResult random = Random(study, cancellation);
        var familiar = _clock.Time("familiar situations", () => RunFamiliarity.Of(model, dataset));
        ProtocolPolicyResult learned = Timed("plan", progress => study.RunLearned(model, CheckpointIdentity.Of(runFolder), familiar, audit, settings.Count == 0 ? null : planner, progress, cancellation));
        List<ProtocolPolicyResult> policies = [learned, random];
        if (Ceiling(study, planner, model.ActionBlock, cancellation) is { } ceiling)
            policies.Add(ceiling);
        ProtocolResult result = new(protocol, view, manifest, policies);
        return Finish(result, overlap, folder, RunFacts.Of(runFolder, model, backend), RecipeFile.Write(model.Recipe with { Planner = planner }));
    }

    private PlannerRecipe Changed(PlannerRecipe planner) => settings.Count == 0 ? planner : Typed.Read(() => RecipeFile.Change(planner, settings));

    /// <summary>What another planner reached lies in a folder of its own, beside what the recipe's reached.</summary>
    private string Folder(string parent, PlannerRecipe planner)
    {
        string folder = Path.Combine(parent, "protocols", protocol.Name);
        return settings.Count == 0 ? folder : Path.Combine(folder, $"planner-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(planner.ToString())))[..8]}");
    }

    private ProtocolPolicyResult Random(ProtocolStudy study, CancellationToken cancellation) =>
        Timed("random", progress => study.RunRandom(_workers, progress, cancellation));

    private ProtocolPolicyResult? Ceiling(ProtocolStudy study, PlannerRecipe planner, int actionBlock, CancellationToken cancellation)
    {
        int pairs = Math.Min(ceilingPairs ?? protocol.CeilingPairs, protocol.Count);
        return pairs == 0 ? null : Timed("ceiling", progress => study.RunPerfect(planner, actionBlock, pairs, _workers, progress, cancellation));
    }

    private ProtocolPolicyResult Timed(string phase, Func<Action<ClosedLoopProgress>, ProtocolPolicyResult> run)
    {
        using Terminal.Progress progress = session.Progress();
        progress.Begin(phase);
        ProtocolPolicyResult result = _clock.Time(phase, () => run(done => progress.Report(
            done.Finished, done.Total, "episodes", $"{done.Successes} of {done.Finished} reached")));
        string before = result.Resumed > 0 ? $", {result.Resumed} of them run before" : "";
        progress.End($"{result.Result.Success.Successes} of {result.Result.Success.Trials} goals reached{before}");
        return result;
    }

    private int Finish(ProtocolResult result, TrainingOverlap? overlap, string folder, IReadOnlyList<Fact> facts, string? recipe)
    {
        using IGoalEnvironment painter = protocol.Create(result.Environment);
        ClosedLoopResult front = ProtocolReport.Front(result);
        string page = Path.Combine(folder, "report.html");
        ProtocolReport.Build(new ProtocolReportData(
            result, overlap, EpisodeStories.Successes(painter, front, ShownSuccesses), EpisodeStories.Failures(painter, front))
        {
            Created = DateTimeOffset.Now,
            Provenance = facts,
            Timings = _clock.Phases,
            RecipeJson = recipe,
        }).Save(page);
        ProtocolSummary summary = ProtocolSummary.Of(result, overlap, page);
        AtomicFile.WriteText(Path.Combine(folder, "result.json"), System.Text.Json.JsonSerializer.Serialize(summary, CliJson.Default.ProtocolSummary) + "\n");
        session.Result(summary, CliJson.Default.ProtocolSummary, () => Print(summary, overlap));
        return ExitCodes.Fine;
    }

    private void Print(ProtocolSummary summary, TrainingOverlap? overlap)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        Table table = new Table().Border(TableBorder.Rounded).Title($"{summary.Protocol}{(summary.Caveat is null ? "" : " (inflated)")}: {summary.Success}".EscapeMarkup()).AddColumn("policy");
        foreach (string heading in (string[])["reached", "rate", "95 % interval", "median steps", "plan, median ms", "95 % ms"])
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (PolicySummary policy in summary.Policies)
            table.AddRow(
                policy.Role, $"{policy.Successes} of {policy.Episodes}", policy.Rate.ToString("P1", culture),
                string.Create(culture, $"{policy.Low:P1} to {policy.High:P1}"), Figures.Short(policy.MedianSteps),
                Figures.Short(policy.MedianPlanMilliseconds, 2), Figures.Short(policy.SlowPlanMilliseconds, 2));
        session.Results.Write(table);
        session.Output.WriteLine($"pairs     {summary.SolvedAtStart} solved at the start {(protocol.IsFixed ? "were removed" : "are in it")}; manifest SHA-256 {summary.Manifest}");
        if (overlap is not null)
            session.Output.WriteLine($"training  {overlap}");
        session.Output.WriteLine($"report    {summary.Page}");
    }
}
