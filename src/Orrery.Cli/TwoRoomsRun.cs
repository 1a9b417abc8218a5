using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.GoalProtocols;
using Orrery.Evaluation.Protocols;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Evaluation.Statistics;
using Orrery.Models;
using Orrery.Models.Runs;
using Orrery.Planning.Audit;
using Orrery.Planning.Guardrails;
using Orrery.Tensors;

namespace Orrery.Cli;

/// <summary>Evaluates a model of Two Rooms and writes its report; shared by <c>evaluate</c> and <c>quickstart</c>.</summary>
internal sealed class TwoRoomsRun(WorldModel model, Dataset dataset, string folder, Backend backend, Session session)
{
    /// <summary>What the datasets of this world say that they come from.</summary>
    private const string Source = "two-rooms";

    /// <summary>Fails unless a run was trained on Two Rooms: elsewhere success is measured by a protocol.</summary>
    /// <param name="dataset">What it was trained on.</param>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="UsageException">It was trained on something else; the sentence names the protocols.</exception>
    public static void Require(Dataset dataset, string folder)
    {
        if (dataset.Provenance.Source != Source)
            throw new UsageException($"The run was trained on '{dataset.Provenance.Source}', where success is measured by a protocol. {NextStep(dataset, folder)}");
    }

    /// <summary>How to evaluate a latent model.</summary>
    public static string NextStep(Dataset dataset, string folder)
    {
        if (dataset.Provenance.Source == Source)
            return $"orrery evaluate {folder}";
        IReadOnlyList<string> protocols = ProtocolCatalogue.For(dataset.Provenance.Source);
        return protocols.Count > 0
            ? $"orrery evaluate {folder} --protocol {protocols[0]}{(protocols.Count > 1 ? $"   (or {string.Join(", ", protocols.Skip(1))})" : "")}"
            : "there is no protocol for it yet; 'orrery protocols' lists those that there are";
    }

    /// <summary>Plans to goals in the other room, beside the random policy, and writes report.html.</summary>
    /// <param name="episodes">Number of start/goal pairs.</param>
    /// <param name="taskSeed">Seed of the pairs.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <param name="clock">Where time went before; its phases are shown on the page.</param>
    /// <param name="audit">Where every decision is recorded; null for nowhere.</param>
    public TwoRoomsResult Evaluate(int episodes, ulong taskSeed, CancellationToken cancellation, PhaseClock? clock = null, AuditLog? audit = null)
    {
        if (episodes < 1)
            throw new UsageException($"--episodes is {episodes}, but it must be 1 or more.");
        clock ??= new PhaseClock();
        TwoRoomsStudy study = new(model, backend);
        IReadOnlyList<GoalTask> tasks = TwoRoomsStudy.Tasks(episodes, taskSeed);
        ClosedLoopResult random = clock.Time("random policy", () => TwoRoomsStudy.RunRandom(tasks, cancellation));
        FamiliarSituations? familiar = clock.Time("familiar situations", () => RunFamiliarity.Of(model, dataset));
        ClosedLoopResult planner;
        IReadOnlyList<PlannerTrace> traces;
        using (Terminal.Progress progress = session.Progress())
        {
            progress.Begin("plan");
            (planner, traces) = clock.Time("plan", () => study.RunPlanner(
                model.Recipe.Planner, tasks, audit: audit, checkpoint: audit is null ? null : CheckpointIdentity.Of(folder), familiar: familiar, cancellation: cancellation,
                progress: done => progress.Report(done.Finished, done.Total, "episodes", $"{done.Successes} of {done.Finished} reached")));
            progress.End($"{planner.Success.Successes} of {planner.Success.Trials} goals reached");
        }

        TwoRoomsReportData data = clock.Time("probe", () => study.Examine(dataset, folder, planner, random, cancellation));
        string page = Path.Combine(folder, "report.html");
        RunDocument document = RunFolder.ReadDocument(folder);
        TwoRoomsReport.Build(data with
        {
            PlannerTraces = traces,
            Timings = clock.Phases,
            Provenance = RunFacts.Of(folder, model, backend, new Fact("task seed", $"{taskSeed}")),
        }).Save(page);
        session.Remark($"Report: {page}");
        SuccessSummary success = planner.Success, floor = random.Success;
        return new TwoRoomsResult(new TwoRoomsRunReport(
            folder, document.Recipe, document.Seed, taskSeed, success.Trials, success.Successes, success.Rate, success.Interval.Low,
            success.Interval.High, floor.Successes, floor.Rate, floor.Interval.Low, floor.Interval.High, planner.MedianSteps,
            planner.MedianDecisionMilliseconds, data.Health?.EffectiveRank ?? double.NaN,
            [.. data.Probes.Select(probe => new ProbeSummary(probe.Name, probe.RSquared.Average(), probe.MeanDistance))],
            clock.Phases.Sum(phase => phase.WallSeconds), clock.Phases.Sum(phase => phase.CpuSeconds) / 60, page));
    }

    public static void Print(Session session, TwoRoomsRunReport report)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        TextWriter output = session.Output;
        output.WriteLine(string.Create(culture, $"goals reached    {report.Successes} of {report.Episodes} = {report.Rate:P1}, 95 % interval {report.Low:P1} to {report.High:P1}, median {report.MedianSteps:0} steps"));
        output.WriteLine(string.Create(culture, $"random policy    {report.RandomSuccesses} of {report.Episodes} = {report.RandomRate:P1}, 95 % interval {report.RandomLow:P1} to {report.RandomHigh:P1}"));
        output.WriteLine(string.Create(culture, $"effective rank   {report.EffectiveRank:0.0}"));
        foreach (ProbeSummary probe in report.Probes)
            output.WriteLine(string.Create(culture, $"{probe.Name + " probe",-16} R² {probe.RSquared:0.0000}, mean error {probe.MeanDistance:0.00} px (evaluation only)"));
        output.WriteLine(string.Create(culture, $"time             {Progress.Duration(TimeSpan.FromSeconds(report.WallSeconds))}, {report.CpuMinutes:0.0} CPU minutes"));
        output.WriteLine($"report           {report.Page}");
    }
}

/// <param name="Report">What is printed.</param>
internal sealed record TwoRoomsResult(TwoRoomsRunReport Report);

/// <param name="Folder">The run's folder.</param>
/// <param name="Recipe">What was trained.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="TaskSeed">Seed of the start/goal pairs.</param>
/// <param name="Episodes">Number of pairs.</param>
/// <param name="Successes">Goals that the planner reached.</param>
/// <param name="Rate">Share of them.</param>
/// <param name="Low">Lower end of its 95 % Wilson interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="RandomSuccesses">Goals that the random policy reached.</param>
/// <param name="RandomRate">Share of them.</param>
/// <param name="RandomLow">Lower end of its 95 % Wilson interval.</param>
/// <param name="RandomHigh">Upper end.</param>
/// <param name="MedianSteps">Median steps of the successful episodes.</param>
/// <param name="MedianDecisionMilliseconds">Median time of one environment step's decision.</param>
/// <param name="EffectiveRank">Directions that the latents use.</param>
/// <param name="Probes">Probes of the true position.</param>
/// <param name="WallSeconds">Time in all phases.</param>
/// <param name="CpuMinutes">Processor time in all phases.</param>
/// <param name="Page">The report.</param>
internal sealed record TwoRoomsRunReport(
    string Folder, string Recipe, ulong Seed, ulong TaskSeed, int Episodes, int Successes, double Rate, double Low, double High,
    int RandomSuccesses, double RandomRate, double RandomLow, double RandomHigh, double MedianSteps, double MedianDecisionMilliseconds,
    double EffectiveRank, IReadOnlyList<ProbeSummary> Probes, double WallSeconds, double CpuMinutes, string Page);

/// <param name="Name">Kind of probe.</param>
/// <param name="RSquared">Mean over the coordinates.</param>
/// <param name="MeanDistance">Mean distance from the true position, px.</param>
internal sealed record ProbeSummary(string Name, double RSquared, double MeanDistance);
