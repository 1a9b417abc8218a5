using System.Runtime.InteropServices;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Planning;
using Orrery.Planning.Audit;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Planners;

namespace Orrery.Evaluation.ClosedLoop;

/// <summary>
/// A world model with a planner as a policy: what is seen at the goal and now are encoded, and the planner looks for actions
/// after which the predicted latent is near the goal's. It sees what the environment shows and nothing else.
/// </summary>
public sealed class LatentGoalPolicy : IGoalPolicy
{
    private readonly WorldModel _model;
    private readonly PlannerRecipe _recipe;
    private readonly EnvironmentSpecification _specification;
    private readonly Perception _perceive;
    private readonly FamiliarSituations? _familiar;
    private readonly List<IReadOnlyList<float>> _traces = [];
    private readonly IPlanner _planner;
    private readonly AuditLog? _audit;
    private readonly AuditSubject? _subject;
    private readonly ObservationStack _stack;
    private MpcController? _controller;
    private AuditRecorder? _recorder;

    /// <summary>Plans with a model.</summary>
    /// <param name="model">Reads what the environment shows; not disposed of here.</param>
    /// <param name="recipe">How to search.</param>
    /// <param name="specification">The environment's action limits.</param>
    /// <param name="audit">Where every decision is recorded; null for nowhere.</param>
    /// <param name="checkpoint">Which checkpoint the model is, for the record; needed with <paramref name="audit"/>.</param>
    /// <param name="familiar">What training covered; needed where the model's recipe declares what is done elsewhere.</param>
    /// <exception cref="OrreryDataException">The environment does not show what the model reads.</exception>
    public LatentGoalPolicy(
        WorldModel model, PlannerRecipe recipe, EnvironmentSpecification specification, AuditLog? audit = null, CheckpointIdentity? checkpoint = null,
        FamiliarSituations? familiar = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(specification);
        if (!model.CanRead(specification.Observation, specification.Proprioception))
        {
            DatasetSpaces read = model.Description.Spaces;
            throw new OrreryDataException(
                $"The model reads {SeenBytes.Describe(read.Observation, read.Proprioception)}, but {specification.Name} shows "
                + $"{SeenBytes.Describe(specification.Observation, specification.Proprioception)}. Act in what it was trained on.");
        }

        _model = model;
        _recipe = recipe;
        _specification = specification;
        _familiar = familiar;
        _planner = PlannerFactory.Create(recipe);
        _stack = new ObservationStack(model.History, model.ObservationBytes);
        if (audit is not null)
        {
            ArgumentNullException.ThrowIfNull(checkpoint);
            (_audit, _subject) = (audit, new AuditSubject($"{Name}, {specification.Name}", checkpoint, recipe));
        }

        _perceive = latent =>
        {
            Record();
            Encode(latent);
        };
    }

    /// <inheritdoc/>
    public string Name => $"world model, {_recipe.Method}";

    /// <inheritdoc/>
    public bool Planned { get; private set; }

    /// <summary>The best cost after each iteration of every plan made so far, oldest first.</summary>
    public IReadOnlyList<IReadOnlyList<float>> Traces => _traces;

    /// <summary>The first plan of the episode; null before it is made.</summary>
    public Plan? FirstPlan { get; private set; }

    /// <inheritdoc/>
    public void Begin(ReadOnlySpan<byte> goalSeen, ulong seed)
    {
        // First, since a search that came too late may still use the model.
        _controller?.Dispose();
        FirstPlan = null;
        float[] goal = new float[_model.LatentSize];
        // A goal that stands still.
        _stack.Clear();
        _stack.Push(Read(goalSeen));
        Encode(goal);
        _stack.Clear();
        ActionLimits limits = Limits(_specification);
        // What the checkpoint declares holds beside the environment's own limits.
        DeclaredGuardrails declared = new(
            _model.Recipe.Guardrails, [.. _specification.Action.Dimensions.Select(dimension => dimension.Name)], [], limits.Low, limits.High);
        float[] stay = new float[_model.ActionSize];
        limits.Project(stay, []);
        _recorder = _audit is null ? null : new AuditRecorder(_audit, _subject!);
        _controller = new MpcController(new MpcSettings(
            _model, _planner, limits, _model.Recipe.Guardrails is null ? new SafeValueFallback(stay) : declared.Fallback,
            [new NonFiniteGuardrail(stay), new ActionLimitGuardrail(limits), .. declared.Chain(_familiar)], Seed: seed, Recorder: _recorder, Deadline: declared.Deadline));
        _controller.Pursue(PlannerFactory.GoalCost(_recipe, goal));
    }

    /// <inheritdoc/>
    public void Act(ReadOnlySpan<byte> seen, Span<float> action)
    {
        if (_controller is null)
            throw new InvalidOperationException("LatentGoalPolicy.Act: no episode has begun; call Begin with a goal first.");
        _stack.Push(Read(seen));
        Decision decision = _controller.Step(_perceive);
        Planned = decision.Plan is not null;
        if (decision.Plan is { } plan)
        {
            _traces.Add(plan.BestCosts);
            FirstPlan ??= plan;
        }

        decision.Action.Span.CopyTo(action);
    }

    /// <inheritdoc/>
    public void Dispose() => _controller?.Dispose();

    /// <summary>Proprioception stands behind the picture: a model that does not read it stops before.</summary>
    private ReadOnlySpan<byte> Read(ReadOnlySpan<byte> seen) => seen[.._model.ObservationBytes];

    private void Encode(Span<float> latent)
    {
        if (_model.ReadsPixels)
            _model.Encode(_stack.Bytes, 1, latent);
        else
            _model.Encode(MemoryMarshal.Cast<byte, float>(_stack.Bytes), [], latent);
    }

    private void Record()
    {
        if (_model.ReadsPixels)
            _recorder?.Saw(_stack.Bytes);
        else
            _recorder?.Saw(MemoryMarshal.Cast<byte, float>(_stack.Bytes), []);
    }

    /// <summary>An environment's action limits as planners and guardrails take them.</summary>
    public static ActionLimits Limits(EnvironmentSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        return new ActionLimits(
            [.. specification.Action.Dimensions.Select(dimension => (float)dimension.Low)],
            [.. specification.Action.Dimensions.Select(dimension => (float)dimension.High)],
            specification.ActionNormLimit);
    }
}
