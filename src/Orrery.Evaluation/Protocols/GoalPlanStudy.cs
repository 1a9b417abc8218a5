using Orrery.Data;
using Orrery.Environments;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Models;
using Orrery.Planning;
using Orrery.Planning.Audit;
using Orrery.Planning.Guardrails;

namespace Orrery.Evaluation.Protocols;

/// <summary>One episode that a model planned, and what it imagined at the start of it.</summary>
/// <param name="Environment">What was acted in.</param>
/// <param name="Outcome">Start, goal, path and whether the goal was reached.</param>
/// <param name="Plan">The plan that was made at the start.</param>
/// <param name="Simulated">[H][state size]: where the plan's actions lead in the simulator, one after the other without planning anew.</param>
/// <param name="Imagined">[H][C H W] bytes: the plan's predicted latents as pictures; empty where the model has no decoder.</param>
public sealed record GoalPlan(string Environment, EpisodeOutcome Outcome, Plan Plan, IReadOnlyList<float[]> Simulated, IReadOnlyList<byte[]> Imagined);

/// <summary>Plans with a model of an environment to one goal, seen as the model sees, and keeps what it imagined.</summary>
public sealed class GoalPlanStudy
{
    private readonly WorldModel _model;
    private readonly string _environment;

    /// <summary>Makes ready.</summary>
    /// <param name="model">The model; not disposed of here.</param>
    /// <param name="environment">Name of the environment that it models, as in the catalogue.</param>
    /// <exception cref="OrreryDataException">There is none of that name, it has no goals, or it is seen in another way.</exception>
    public GoalPlanStudy(WorldModel model, string environment)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _environment) = (model, environment);
        using var acted = Create();
        var shown = acted.Specification;
        if (!model.CanRead(shown.Observation, shown.Proprioception) || shown.Action.Size != model.ActionSize)
            throw new OrreryDataException(
                $"The model sees {SeenBytes.Describe(model.Description.Spaces.Observation, model.Description.Spaces.Proprioception)} and takes {model.ActionSize} actions; "
                + $"{environment} shows {SeenBytes.Describe(shown.Observation, shown.Proprioception)} and needs {shown.Action.Size}.");
    }

    /// <summary>Draws a start and a goal, and puts in place of the goal's numbers those that are asked for.</summary>
    /// <param name="seed">Decides both.</param>
    /// <param name="goals">Numbers of the goal's state by name, such as x = 50.</param>
    /// <exception cref="OrreryDataException">The state has no such number, it lies outside its range, or the start is the goal already.</exception>
    public GoalTask Task(ulong seed, IReadOnlyDictionary<string, double> goals)
    {
        ArgumentNullException.ThrowIfNull(goals);
        using var environment = Create();
        var task = GoalTask.Draw(environment, 1, seed)[0];
        var dimensions = environment.Specification.State.Dimensions;
        foreach (var (name, value) in goals)
        {
            var place = dimensions.ToList().FindIndex(dimension => dimension.Name == name);
            if (place < 0)
                throw new OrreryDataException($"The state of {_environment} has no '{name}'.{NearestName.Suggest(name, [.. dimensions.Select(dimension => dimension.Name)])} It has {string.Join(", ", dimensions.Select(dimension => dimension.Name))}.");
            if (!(value >= dimensions[place].Low && value <= dimensions[place].High))
                throw new OrreryDataException($"The goal {name} = {value} lies outside {dimensions[place].Low} to {dimensions[place].High} {dimensions[place].Unit}.");
            task.Goal[place] = (float)value;
        }

        try
        {
            environment.WriteState(task.Goal);
        }
        catch (ArgumentException problem)
        {
            throw new OrreryDataException($"The goal ({string.Join(", ", task.Goal)}) cannot be: {problem.Message}", problem);
        }

        if (environment.IsSuccess(task.Start, task.Goal))
            throw new OrreryDataException("The start that was drawn is at the goal already. Choose another seed or goal.");
        return task;
    }

    /// <summary>Acts until the goal is reached or the steps are spent.</summary>
    /// <param name="task">Start and goal.</param>
    /// <param name="audit">Where every decision is recorded; null for nowhere.</param>
    /// <param name="checkpoint">Which checkpoint the model is; needed with <paramref name="audit"/>.</param>
    /// <param name="familiar">What training covered; needed where the model's recipe declares what is done elsewhere.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <exception cref="OrreryDataException">No plan was found at the start.</exception>
    public GoalPlan Run(
        GoalTask task, AuditLog? audit = null, CheckpointIdentity? checkpoint = null, FamiliarSituations? familiar = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        using var environment = Create();
        using LatentGoalPolicy policy = new(_model, _model.Recipe.Planner, environment.Specification, audit, checkpoint, familiar);
        var outcome = ClosedLoopEvaluation.RunEpisode(environment, policy, task, cancellation: cancellation);
        var plan = policy.FirstPlan ?? throw new OrreryDataException("No plan was found at the start: the model's predictions are not finite, or a guardrail acted in its place.");
        return new GoalPlan(_environment, outcome, plan, Simulate(environment, task, plan), Imagine(plan));
    }

    private static float[][] Simulate(IGoalEnvironment environment, GoalTask task, Plan plan)
    {
        environment.Reset(task.Seed);
        environment.WriteState(task.Start);
        var states = new float[plan.Horizon][];
        for (var step = 0; step < plan.Horizon * plan.ActionBlock; step++)
        {
            environment.Step(plan.ActionAt(step));
            var state = states[step / plan.ActionBlock] ??= new float[environment.Specification.State.Size];
            environment.ReadState(state);
        }

        return states;
    }

    private byte[][] Imagine(Plan plan)
    {
        if (!_model.HasDecoder)
            return [];
        var pixels = new byte[plan.Horizon * _model.ObservationSize];
        _model.Decode(plan.Latents.Span, plan.Horizon, pixels);
        return [.. Enumerable.Range(0, plan.Horizon).Select(step => pixels.AsSpan(step * _model.ObservationSize, _model.ObservationSize).ToArray())];
    }

    private IGoalEnvironment Create() => EnvironmentCatalogue.Create(_environment) switch
    {
        IGoalEnvironment goals => goals,
        var other => throw Without(other),
    };

    private OrreryDataException Without(IEnvironment environment)
    {
        environment.Dispose();
        return new OrreryDataException($"{_environment} has no goals to plan to.");
    }
}
