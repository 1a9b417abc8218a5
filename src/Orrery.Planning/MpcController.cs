using System.Diagnostics;
using Orrery.Models;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Guardrails;
using Orrery.Tensors.Random;

namespace Orrery.Planning;

/// <summary>Writes the latent of what is seen now: encodes the newest observation, or the newest history of observations and actions.</summary>
/// <param name="latent">[D], to be written.</param>
public delegate void Perception(Span<float> latent);

/// <summary>What a controller is made of.</summary>
/// <param name="Dynamics">The model to plan with.</param>
/// <param name="Planner">What searches.</param>
/// <param name="Limits">What no plan may leave.</param>
/// <param name="Fallback">[A], executed when there is nothing better, in physical units; within the limits.</param>
/// <param name="Guardrails">What has the last word on every action, in order.</param>
/// <param name="Constraints">What a plan should satisfy before its cost matters.</param>
/// <param name="Memory">What fills in what cannot be seen now.</param>
/// <param name="Seed">Where the search's random numbers come from.</param>
/// <param name="Recorder">What is told of every decision before its action is returned.</param>
public sealed record MpcSettings(
    ILatentDynamics Dynamics,
    IPlanner Planner,
    ActionLimits Limits,
    ReadOnlyMemory<float> Fallback,
    IReadOnlyList<IGuardrail>? Guardrails = null,
    IReadOnlyList<IConstraint>? Constraints = null,
    IMemory? Memory = null,
    ulong Seed = 0,
    IDecisionRecorder? Recorder = null);

/// <summary>
/// Model predictive control: plans, executes the K environment steps of the plan's first planner step, and plans again from
/// what is then seen. Not thread-safe.
/// </summary>
public sealed class MpcController
{
    private readonly MpcSettings _settings;
    private readonly GuardrailChain _guardrails;
    private readonly RandomStream _random;
    private readonly float[] _latent;
    private readonly float[] _action;
    private readonly float[] _proposed;
    private readonly float[] _previousAction;
    private readonly float[] _queue;
    private IReadOnlyList<ICost> _costs = [];
    private Plan? _plan;
    private int _queued;
    private long _step;
    private bool _acted;
    private bool _stopped;

    /// <summary>Creates a controller without a goal.</summary>
    /// <param name="settings">What it is made of.</param>
    /// <exception cref="ArgumentException">The fallback is outside the limits, or sizes do not fit.</exception>
    public MpcController(MpcSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var size = settings.Dynamics.ActionSize;
        if (settings.Limits.ActionSize != size || settings.Fallback.Length != size)
            throw new ArgumentException($"MpcController: limits for {settings.Limits.ActionSize} and a fallback of {settings.Fallback.Length} numbers came; the model's actions have {size}.", nameof(settings));
        if (!settings.Limits.Contains(settings.Fallback.Span, []))
            throw new ArgumentException("MpcController: the fallback action is outside the limits; choose one that may always be executed.", nameof(settings));
        _settings = settings;
        _guardrails = new GuardrailChain(settings.Guardrails ?? []);
        _random = new RandomStream(settings.Seed, "controller");
        _latent = new float[settings.Dynamics.LatentSize];
        _action = new float[size];
        _proposed = new float[size];
        _previousAction = new float[size];
        _queue = new float[settings.Dynamics.ActionBlock * size];
    }

    /// <summary>Whether a guardrail has said stop. Only <see cref="Reset"/> ends that.</summary>
    public bool IsStopped => _stopped;

    /// <summary>Sets what to pursue from the next step on. The plan so far stays where the search begins.</summary>
    /// <param name="costs">What to make small; at least one.</param>
    public void Pursue(params IReadOnlyList<ICost> costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        if (costs.Count == 0)
            throw new ArgumentException("MpcController.Pursue: no cost came; at least one is needed.", nameof(costs));
        _costs = costs;
        _queued = 0;
    }

    /// <summary>Begins anew, as if just created, with the same goal: forgets plan, stop and random numbers drawn.</summary>
    /// <param name="previousAction">[A], the action that is being executed, or empty when there is none.</param>
    public void Reset(ReadOnlySpan<float> previousAction = default)
    {
        if (previousAction.Length != 0 && previousAction.Length != _action.Length)
            throw new ArgumentException($"MpcController.Reset: a previous action of {previousAction.Length} numbers came; {_action.Length} or none were needed.", nameof(previousAction));
        _plan = null;
        _queued = 0;
        _step = 0;
        _stopped = false;
        _random.State = RandomState.Create(_settings.Seed, "controller");
        _acted = previousAction.Length != 0;
        previousAction.CopyTo(_previousAction);
    }

    /// <summary>Decides on the action of one environment step. Between plans nothing is perceived; guardrails are asked at every step.</summary>
    /// <param name="perceive">Encodes what is seen now.</param>
    /// <returns>The action and why.</returns>
    /// <exception cref="InvalidOperationException">There is no goal yet.</exception>
    public Decision Step(Perception perceive)
    {
        ArgumentNullException.ThrowIfNull(perceive);
        if (_costs.Count == 0)
            throw new InvalidOperationException("MpcController.Step: there is nothing to pursue; call Pursue first.");
        var started = Stopwatch.GetTimestamp();
        var source = DecisionSource.Plan;
        var (warmStart, random) = (_plan, _random.State);
        Plan? planned = null;
        if (_queued == 0 && !_stopped)
        {
            // Encode.
            perceive(_latent);

            // Recall.
            _settings.Memory?.Recall(_latent, _step);

            // Plan.
            var problem = new PlanningProblem(_settings.Dynamics, _latent, _costs, _settings.Limits, _settings.Constraints, Executed());
            planned = _settings.Planner.Plan(problem, _plan, _random);
            _plan = planned.Outcome == PlanOutcome.Failed ? null : planned;
            if (_plan is not null)
            {
                _plan.Actions.Span[.._queue.Length].CopyTo(_queue);
                _queued = _settings.Dynamics.ActionBlock;
            }
        }

        if (!TakeFromQueue(_action))
            source = _stopped ? DecisionSource.Stopped : DecisionSource.Fallback;

        // Inspect.
        _action.CopyTo(_proposed);
        List<GuardrailVerdict> verdicts = [];
        if (!_stopped && !_guardrails.Inspect(_action, Executed(), _latent, _step, verdicts))
        {
            _stopped = true;
            TakeFallback(_action);
        }

        // Act.
        if (verdicts.Count != 0)
        {
            // The rest of the plan was made for an action that is not executed.
            _queued = 0;
            source = _stopped ? DecisionSource.Stopped : DecisionSource.Guardrail;
        }

        var decision = new Decision(_step++, _action.ToArray(), source, planned, verdicts, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        Tell(decision, warmStart, random);
        _action.CopyTo(_previousAction);
        _acted = true;
        return decision;
    }

    /// <summary>Goes on as it did at a step that was recorded, at which a plan was due: nothing is left of the plan before.</summary>
    internal void Resume(in DecisionMade made)
    {
        Reset(made.PreviousAction);
        _step = made.Decision.Step;
        _plan = made.WarmStart;
        _random.State = made.Random;
    }

    private void Tell(Decision decision, Plan? warmStart, RandomState random) => _settings.Recorder?.Record(new DecisionMade
    {
        Decision = decision,
        Settings = _settings,
        Costs = _costs,
        Latent = _latent,
        Proposed = _proposed,
        PreviousAction = Executed(),
        Random = random,
        WarmStart = warmStart,
    });

    private ReadOnlySpan<float> Executed() => _acted ? _previousAction : [];

    /// <summary>The next action of the plan, or the fallback when there is none or the controller is stopped.</summary>
    private bool TakeFromQueue(Span<float> action)
    {
        if (_queued == 0 || _stopped)
        {
            TakeFallback(action);
            return false;
        }

        _queue.AsSpan(_queue.Length - (_queued * action.Length), action.Length).CopyTo(action);
        _queued--;
        return true;
    }

    /// <summary>The fallback, or as far towards it as one step may go under a rate limit.</summary>
    private void TakeFallback(Span<float> action)
    {
        _settings.Fallback.Span.CopyTo(action);
        _settings.Limits.Project(action, Executed());
    }
}
