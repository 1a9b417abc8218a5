using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Data;
using Orrery.Environments;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Planning;
using Orrery.Planning.Audit;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Planners;
using Orrery.Tensors.Serialization;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>
/// Runs policies on a protocol's pairs and keeps every episode. Episodes that were finished before, by the same weights, planner and pairs,
/// are not run again: a study that was stopped goes on.
/// </summary>
public sealed class ProtocolStudy : IDisposable
{
    /// <summary>Name of the file with the pairs in the study's folder.</summary>
    public const string ManifestFile = "manifest.json";

    /// <summary>Name of the file with every episode.</summary>
    public const string EpisodesFile = "episodes.jsonl";

    private readonly GoalProtocol _protocol;
    private readonly ProtocolManifest _manifest;
    private readonly EpisodeLog _log;

    /// <summary>Begins a study, or goes on with one.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <param name="manifest">Its pairs.</param>
    /// <param name="environment">The protocol's environment or one of its views.</param>
    /// <param name="folder">Where pairs and episodes are kept; made when it is not there.</param>
    /// <exception cref="OrreryDataException">The folder cannot be written, or what is there cannot be read.</exception>
    public ProtocolStudy(GoalProtocol protocol, ProtocolManifest manifest, string environment, string folder)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(manifest);
        (_protocol, _manifest, Environment) = (protocol, manifest, environment);
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.WriteText(Path.Combine(folder, ManifestFile), manifest.Text());
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new OrreryDataException($"The folder '{folder}' cannot be written: {problem.Message}", problem);
        }

        _log = EpisodeLog.Open(Path.Combine(folder, EpisodesFile));
    }

    /// <summary>What is acted in.</summary>
    public string Environment { get; }

    /// <summary>The environment of a protocol that is seen as a model sees.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="OrreryDataException">None is.</exception>
    public static string ViewOf(GoalProtocol protocol, WorldModel model)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(model);
        string read = SeenBytes.Describe(model.Description.Spaces.Observation, model.Description.Spaces.Proprioception);
        List<string> seen = [];
        foreach (string name in (string[])[protocol.Environment, .. protocol.Views])
        {
            using IGoalEnvironment environment = protocol.Create(name);
            EnvironmentSpecification specification = environment.Specification;
            string shown = SeenBytes.Describe(specification.Observation, specification.Proprioception);
            if (shown == read && specification.Action.Size == model.ActionSize)
                return name;
            seen.Add($"{name} ({shown}, {specification.Action.Size} actions)");
        }

        throw new OrreryDataException(
            $"The model sees {read} and takes {model.ActionSize} actions, but the protocol {protocol.Name} is acted in {string.Join(" or ", seen)}. "
            + $"Train on data of it: 'orrery collect {protocol.Environment}'.");
    }

    /// <summary>The learned model with its planner.</summary>
    /// <param name="model">The model.</param>
    /// <param name="checkpoint">Which checkpoint it is.</param>
    /// <param name="familiar">What training covered; needed where the model's recipe declares what is done elsewhere.</param>
    /// <param name="audit">Where every decision is recorded; null for nowhere.</param>
    /// <param name="planner">How to search; null for what the model's recipe says.</param>
    /// <param name="progress">Called after each episode.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public ProtocolPolicyResult RunLearned(
        WorldModel model, CheckpointIdentity checkpoint, FamiliarSituations? familiar = null, AuditLog? audit = null,
        PlannerRecipe? planner = null, Action<ClosedLoopProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(checkpoint);
        return Run(
            PolicyRole.Learned, Identity(planner is null ? checkpoint.Hash : $"{checkpoint.Hash} {Text(planner)}"), _manifest.Pairs.Count, workers: 1,
            acted => new LatentGoalPolicy(model, planner ?? model.Recipe.Planner, acted.Specification, audit, checkpoint, familiar), progress, cancellation);
    }

    /// <summary>The random policy: the floor, on the same pairs.</summary>
    /// <param name="workers">Episodes at a time, at least 1.</param>
    /// <param name="progress">Called after each episode.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public ProtocolPolicyResult RunRandom(int workers = 1, Action<ClosedLoopProgress>? progress = null, CancellationToken cancellation = default) => Run(
        PolicyRole.Random, Identity(""), _manifest.Pairs.Count, workers, acted => new RandomGoalPolicy(acted.Specification), progress, cancellation);

    /// <summary>
    /// The same search over the true simulator and the true way that is left: the ceiling. A simulator has no slope: in place of the gradient
    /// planner, cross-entropy searches with as many candidates and rounds.
    /// </summary>
    /// <param name="planner">How to search.</param>
    /// <param name="actionBlock">Environment steps per planner step, as the learned model has them.</param>
    /// <param name="pairs">On how many of the pairs, the first ones.</param>
    /// <param name="workers">Episodes at a time, at least 1.</param>
    /// <param name="progress">Called after each episode.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public ProtocolPolicyResult RunPerfect(
        PlannerRecipe planner, int actionBlock, int pairs, int workers = 1, Action<ClosedLoopProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(planner);
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 1);
        if (planner.Method == PlannerRecipe.Gradient)
            planner = planner with { Method = "cem", Elites = Math.Min(planner.Elites, Math.Max(2, planner.Candidates / 4)) };
        IReadOnlyList<GoalTask> tasks = _manifest.Tasks;
        return Run(
            PolicyRole.Perfect, Identity($"{Text(planner)} {actionBlock}"), Math.Min(pairs, tasks.Count), workers,
            acted => new PerfectModelPolicy(
                acted, new PerfectModel(_protocol.Create(Environment), actionBlock), PlannerFactory.Create(planner),
                LatentGoalPolicy.Limits(acted.Specification), tasks,
                goal => new StateGoalCost(_protocol.Way, goal, planner.MeanCostWeight, PlannerFactory.FormOf(planner), PlannerFactory.DistanceOf(planner))),
            progress, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _log.Dispose();

    private ProtocolPolicyResult Run(
        PolicyRole role, string identity, int pairs, int workers, Func<IGoalEnvironment, IGoalPolicy> createPolicy,
        Action<ClosedLoopProgress>? progress, CancellationToken cancellation)
    {
        string name = role.ToString().ToLowerInvariant();
        IReadOnlyDictionary<int, EpisodeOutcome> finished = _log.Finished(name, identity, _manifest);
        IReadOnlyList<GoalTask> tasks = _manifest.Tasks;
        int[] left = [.. Enumerable.Range(0, pairs).Where(pair => !finished.ContainsKey(pair))];
        int resumed = pairs - left.Length;
        int resumedSuccesses = finished.Count(episode => episode.Key < pairs && episode.Value.Success);
        Dictionary<ulong, int> pairOf = left.ToDictionary(pair => tasks[pair].Seed);
        ClosedLoopResult fresh = ClosedLoopEvaluation.Run(
            () => _protocol.Create(Environment), createPolicy, [.. left.Select(pair => tasks[pair])], workers, _protocol.Budget,
            done =>
            {
                _log.Append(name, identity, pairOf[done.Last.Seed], done.Last);
                progress?.Invoke(done with
                {
                    Finished = done.Finished + resumed,
                    Total = pairs,
                    Successes = done.Successes + resumedSuccesses,
                });
            },
            _protocol.Success, cancellation);
        int next = 0;
        EpisodeOutcome[] all = [.. Enumerable.Range(0, pairs).Select(pair => finished.TryGetValue(pair, out EpisodeOutcome? known) ? known : fresh.Episodes[next++])];
        return new ProtocolPolicyResult(role, fresh with { Episodes = all }, resumed);
    }

    /// <summary>The program that episodes were run by: those of another build of environments, models, planners or costs are not gone on with.</summary>
    private static string Program { get; } = string.Join(' ', ((Type[])[typeof(EnvironmentCatalogue), typeof(WorldModel), typeof(IPlanner), typeof(ProtocolStudy)])
        .Select(type => type.Module.ModuleVersionId));

    private static string Text(PlannerRecipe planner) => JsonSerializer.Serialize(planner, ProtocolJson.Default.PlannerRecipe);

    /// <summary>Everything that decides an outcome, and nothing that does not (time, threads).</summary>
    private string Identity(string policy)
    {
        string all = $"{_manifest.Hash}\n{Environment}\n{_protocol.Budget}\n{_protocol.Success.Inequality}\n{policy}\n{Program}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..16];
    }
}
