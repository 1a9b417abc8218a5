using Orrery.Data.Datasets;
using Orrery.Data.Replay;
using Orrery.Environments.Navigation;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.Probes;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models;
using Orrery.Models.Monitoring;
using Orrery.Models.Recipes;
using Orrery.Models.Runs;
using Orrery.Models.Training;
using Orrery.Planning.Audit;
using Orrery.Planning.Guardrails;
using Orrery.Tensors;

namespace Orrery.Evaluation.Protocols;

/// <summary>
/// Looks at a model that was trained on Two Rooms from every side: do its plans reach goals in the other room, has it collapsed,
/// is the true position in its latents, what does its map of distances look like. The true position is read here and nowhere
/// else: neither the model nor the planner's cost sees it.
/// </summary>
public sealed class TwoRoomsStudy(WorldModel model, Backend backend)
{
    private const int ProbeRowStride = 3;
    private const int ProbeRowLimit = 12_000;
    private const int ShownEpisodes = 6;
    private const int ShownPlans = 12;

    /// <summary>What tasks the planner is tried on: drawn from a stream that nothing else uses.</summary>
    public static IReadOnlyList<GoalTask> Tasks(int count, ulong seed)
    {
        using TwoRooms environment = new();
        return GoalTask.Draw(environment, count, seed);
    }

    /// <summary>The random policy on the tasks.</summary>
    public static ClosedLoopResult RunRandom(IReadOnlyList<GoalTask> tasks, CancellationToken cancellation = default) =>
        ClosedLoopEvaluation.Run(
            () => new TwoRooms(), environment => new RandomGoalPolicy(environment.Specification), tasks, Environment.ProcessorCount,
            cancellation: cancellation);

    /// <summary>The planner on the tasks.</summary>
    /// <param name="planner">How to search.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="progress">Called after each episode.</param>
    /// <param name="audit">Where every decision is recorded; null for nowhere.</param>
    /// <param name="checkpoint">Which checkpoint the model is; needed with <paramref name="audit"/>.</param>
    /// <param name="familiar">What training covered; needed where the model's recipe declares what is done elsewhere.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <returns>The outcomes, and how the cost fell over the iterations of some plans.</returns>
    public (ClosedLoopResult Result, IReadOnlyList<PlannerTrace> Traces) RunPlanner(
        PlannerRecipe planner, IReadOnlyList<GoalTask> tasks, Action<ClosedLoopProgress>? progress = null,
        AuditLog? audit = null, CheckpointIdentity? checkpoint = null, FamiliarSituations? familiar = null, CancellationToken cancellation = default)
    {
        LatentGoalPolicy? policy = null;
        ClosedLoopResult result = ClosedLoopEvaluation.Run(
            () => new TwoRooms(), environment => policy = new LatentGoalPolicy(model, planner, environment.Specification, audit, checkpoint, familiar), tasks,
            progress: progress, cancellation: cancellation);
        IReadOnlyList<IReadOnlyList<float>> plans = policy?.Traces ?? [];
        int stride = Math.Max(1, plans.Count / ShownPlans);
        return (result, [.. Enumerable.Range(0, Math.Min(ShownPlans, plans.Count)).Select(index => new PlannerTrace(
            $"plan {(index * stride) + 1:#,0}", [.. plans[index * stride].Select(cost => (double)cost)]))]);
    }

    /// <summary>Puts together what a person wants to see of the run.</summary>
    /// <param name="dataset">What the model was trained on; probes use the episodes that were held out.</param>
    /// <param name="runFolder">Where the metrics are.</param>
    /// <param name="planner">The planner's episodes.</param>
    /// <param name="random">The random policy's episodes on the same tasks.</param>
    /// <param name="cancellation">Stops the probe's training.</param>
    public TwoRoomsReportData Examine(
        Dataset dataset, string runFolder, ClosedLoopResult planner, ClosedLoopResult random, CancellationToken cancellation = default)
    {
        using TwoRooms environment = new();
        IReadOnlyList<MetricsLine> metrics = MetricsLog.Read(Path.Combine(runFolder, "metrics.jsonl"));
        Split split = TrainingSplit.Of(model.Description, dataset);
        LatentTable latents = LatentTable.Encode(model, dataset, [.. split.Validation, .. split.Test], ProbeRowStride);
        (IReadOnlyList<ProbeResult> probes, IReadOnlyList<ProbeScatter> scatters) = Probe(dataset, latents, cancellation);
        return new TwoRoomsReportData
        {
            Created = DateTimeOffset.Now,
            Planner = planner,
            Random = random,
            Map = TwoRoomsMap.Of(environment.Layout),
            GoalRadius = TwoRooms.SuccessDistance,
            LossCurves = MetricsCurves.Losses(metrics),
            RankCurve = MetricsCurves.One(metrics, "validation", "effectiveRank"),
            Health = new CollapseMonitor(model.LatentSize).Measure(latents.Latents),
            Probes = probes,
            ProbeScatters = scatters,
            Landscapes = [.. planner.Episodes.Take(2).Select(episode => Landscape(environment, episode))],
            Stories = EpisodeStories.Tell(environment, planner, ShownEpisodes),
            RecipeJson = RecipeFile.Write(model.Recipe),
        };
    }

    private (IReadOnlyList<ProbeResult> Probes, IReadOnlyList<ProbeScatter> Scatters) Probe(
        Dataset dataset, LatentTable latents, CancellationToken cancellation)
    {
        if (!dataset.HasState || latents.Count < 100)
            return ([], []);
        int count = Math.Min(latents.Count, ProbeRowLimit), stateSize = dataset.Spaces.State!.Size;
        float[] states = new float[count * stateSize];
        for (int index = 0; index < count; index++)
            dataset.State(latents.Rows[index]).CopyTo(states.AsSpan(index * stateSize, stateSize));
        (ProbeRows fitted, ProbeRows heldOut) = new ProbeRows(
            latents.Latents[..(count * model.LatentSize)].ToArray(), model.LatentSize, states, stateSize).Split();
        string[] columns = [.. dataset.Spaces.State.Dimensions.Select(dimension => $"{dimension.Name} ({dimension.Unit})")];
        (ProbeResult linear, _) = LinearProbe.Run(fitted, heldOut, columns);
        (ProbeResult network, float[] predictions) = MlpProbe.Run(backend, fitted, heldOut, columns, cancellation: cancellation);
        return ([linear, network], [.. columns.Select((column, place) => new ProbeScatter(
            column, Column(heldOut.States, place, stateSize), Column(predictions, place, stateSize)))]);
    }

    private LatentLandscape Landscape(TwoRooms environment, EpisodeOutcome episode) => new(
        "Distance to a goal, as the planner's cost sees it",
        LatentDistances.Over(environment, model.Encode, model.LatentSize, episode.Goal),
        TwoRoomsLayout.Size,
        new(episode.Goal[0], episode.Goal[1]));

    private static double[] Column(float[] values, int place, int size)
    {
        double[] column = new double[values.Length / size];
        for (int row = 0; row < column.Length; row++)
            column[row] = values[(row * size) + place];
        return column;
    }
}
