using System.Diagnostics;
using Orrery.Models;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
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
/// <param name="Fallback">What acts when no plan may.</param>
/// <param name="Guardrails">What has the last word on every action, in order.</param>
/// <param name="Constraints">What a plan must satisfy, as far as the model can tell, before its cost matters.</param>
/// <param name="Memory">What fills in what cannot be seen now.</param>
/// <param name="Seed">Where the search's random numbers come from.</param>
/// <param name="Recorder">What is told of every decision before its action is returned.</param>
/// <param name="Deadline">
/// How long encoding and planning may take before the fallback acts instead; null for as long as they take. With a deadline they run on a
/// thread of their own, and may still run when a step has returned: the model, and what perception reads, must then be the controller's alone.
/// </param>
public sealed record MpcSettings(
    ILatentDynamics Dynamics,
    IPlanner Planner,
    ActionLimits Limits,
    IFallback Fallback,
    IReadOnlyList<IGuardrail>? Guardrails = null,
    IReadOnlyList<IConstraint>? Constraints = null,
    IMemory? Memory = null,
    ulong Seed = 0,
    IDecisionRecorder? Recorder = null,
    TimeSpan? Deadline = null);

/// <summary>
/// Model predictive control: plans, executes the K environment steps of the plan's first planner step, or of as many as the planner says
/// (<see cref="IPlanner.Replan"/>), and plans again from what is then seen. A plan is executed if it was found in time and satisfies every constraint, and as far as the guardrails
/// allow; otherwise the fallback acts. Not thread-safe.
/// </summary>
public sealed class MpcController : IDisposable
{
    private readonly MpcSettings _settings;
    private readonly PlanningSession _session;
    private readonly GuardrailChain _guardrails;
    private readonly float[] _latent;
    private readonly float[] _expected;
    private readonly float[] _action;
    private readonly float[] _proposed;
    private readonly float[] _previousAction;
    private readonly float[] _queue;
    private IReadOnlyList<ICost> _costs = [];
    private volatile IReadOnlyList<ICost> _pursued = [];
    private Plan? _plan;
    private int _queued;
    private long _step;
    private bool _acted;
    private bool _expects;
    private bool _isUnnoted;
    private float[] _measured = [];
    private int _measuredSize;
    private string _stopReason = "";

    /// <summary>Creates a controller without a goal.</summary>
    /// <param name="settings">What it is made of.</param>
    /// <exception cref="ArgumentException">The fallback does not fit the limits, the deadline is not positive, the planner replans too late, or sizes do not fit.</exception>
    public MpcController(MpcSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var size = settings.Dynamics.ActionSize;
        if (settings.Limits.ActionSize != size)
            throw new ArgumentException($"MpcController: limits for {settings.Limits.ActionSize} numbers came; the model's actions have {size}.", nameof(settings));
        if (settings.Deadline is { } deadline && deadline <= TimeSpan.Zero)
            throw new ArgumentException($"MpcController: a deadline of {deadline.TotalMilliseconds} ms came; it must be positive.", nameof(settings));
        if (settings.Planner.Replan < 1 || settings.Planner.Replan > settings.Planner.Horizon)
            throw new ArgumentException($"MpcController: the planner asks to replan after {settings.Planner.Replan} planner steps; its plans cover {settings.Planner.Horizon}, and at least 1 is needed.", nameof(settings));
        settings.Fallback.Check(settings.Limits);
        _settings = settings;
        _session = new PlanningSession(settings);
        _guardrails = new GuardrailChain(settings.Guardrails ?? []);
        _latent = new float[settings.Dynamics.LatentSize];
        _expected = new float[settings.Dynamics.LatentSize];
        _action = new float[size];
        _proposed = new float[size];
        _previousAction = new float[size];
        _queue = new float[settings.Planner.Replan * settings.Dynamics.ActionBlock * size];
    }

    /// <summary>Whether a guardrail has said stop. Only <see cref="Reset"/> ends that.</summary>
    public bool IsStopped => _stopReason.Length > 0;

    /// <summary>Sets what to pursue from the next step on, from any thread. The plan so far stays where the search begins.</summary>
    /// <param name="costs">What to make small; at least one.</param>
    public void Pursue(params IReadOnlyList<ICost> costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        if (costs.Count == 0)
            throw new ArgumentException("MpcController.Pursue: no cost came; at least one is needed.", nameof(costs));
        _pursued = costs;
    }

    /// <summary>Begins anew, as if just created, with the same goal: forgets plan, stop, and what guardrails and fallback remember.</summary>
    /// <param name="previousAction">[A], the action that is being executed, or empty when there is none.</param>
    /// <exception cref="ArgumentException">It has not as many numbers as an action.</exception>
    /// <exception cref="Orrery.Data.OrreryDataException">A guardrail's limits forbid it.</exception>
    public void Reset(ReadOnlySpan<float> previousAction = default)
    {
        if (previousAction.Length != 0 && previousAction.Length != _action.Length)
            throw new ArgumentException($"MpcController.Reset: a previous action of {previousAction.Length} numbers came; {_action.Length} or none were needed.", nameof(previousAction));
        _isUnnoted = false;
        _guardrails.Reset(previousAction);
        _settings.Fallback.Reset();
        _plan = null;
        _queued = 0;
        _step = 0;
        _expects = false;
        _stopReason = "";
        _acted = previousAction.Length != 0;
        previousAction.CopyTo(_previousAction);
    }

    /// <summary>
    /// States what was executed in place of the last decision's action: an actuator may have cut it off, or a person acted otherwise. Limits that look
    /// back are kept against this. Without it, a decision's action counts as executed.
    /// </summary>
    /// <param name="action">[A] in physical units.</param>
    /// <exception cref="ArgumentException">It has not as many numbers as an action, or one is not finite.</exception>
    /// <exception cref="InvalidOperationException">There was no decision since the beginning, or another step has begun since.</exception>
    public void Applied(ReadOnlySpan<float> action)
    {
        if (action.Length != _action.Length || action.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            throw new ArgumentException($"MpcController.Applied: {action.Length} numbers came; {_action.Length} finite ones were needed.", nameof(action));
        if (!_isUnnoted)
            throw new InvalidOperationException("MpcController.Applied: there is no decision to state this of; call Step first, and Applied before the next Step.");
        if (action.SequenceEqual(_previousAction))
            return;
        action.CopyTo(_previousAction);
        // The rest of the plan, and what it expects to see, follow from another action.
        _queued = 0;
        _expects = false;
    }

    /// <summary>Decides on the action of one environment step. Between plans nothing is perceived; guardrails are asked at every step.</summary>
    /// <param name="perceive">Encodes what is seen now.</param>
    /// <param name="observation">[O], what is measured now in physical units, for guardrails and fallback; may be empty.</param>
    /// <returns>The action and why.</returns>
    /// <exception cref="InvalidOperationException">There is no goal yet.</exception>
    public Decision Step(Perception perceive, ReadOnlySpan<float> observation = default)
    {
        ArgumentNullException.ThrowIfNull(perceive);
        TakeNote();
        TakeOverGoal();
        var started = Stopwatch.GetTimestamp();
        List<GuardrailVerdict> verdicts = [];
        Plan? planned = null;
        var reason = _stopReason;
        var warmStart = _plan;
        _proposed.AsSpan().Fill(float.NaN);

        // Encode, recall, plan.
        var sees = _queued == 0 && !IsStopped;
        if (sees)
            reason = Search(perceive, out planned);

        // Inspect.
        var source = DecisionSource.Plan;
        if (_queued > 0 && reason.Length == 0)
        {
            TakeFromQueue(_action);
            _action.CopyTo(_proposed, 0);
            ReadOnlySpan<float> expected = sees && _expects ? _expected : [];
            if (!_guardrails.Inspect(_action, new ActionProposal(_action, Executed(), observation, _latent, expected, _step), verdicts))
                reason = Forbidden(verdicts[^1]);
            else if (verdicts.Count > 0)
                source = DecisionSource.Guardrail;
        }

        if (reason.Length > 0)
        {
            FallBack(observation, verdicts);
            source = IsStopped ? DecisionSource.Stopped : DecisionSource.Fallback;
        }

        // Act.
        Decision decision = new(_step, _action.ToArray(), source, planned, verdicts, reason, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        Tell(decision, observation, sees, warmStart);
        Remember(decision, sees, observation);
        return decision;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    /// <summary>Goes on as it did at a recorded step at which a plan was due. What guardrails and fallback remember stays as it is.</summary>
    internal void Resume(in DecisionMade made)
    {
        _step = made.Decision.Step;
        _plan = made.WarmStart;
        _queued = 0;
        _stopReason = "";
        _expects = made.Expected.Length != 0;
        made.Expected.CopyTo(_expected);
        _acted = made.PreviousAction.Length != 0;
        made.PreviousAction.CopyTo(_previousAction);
    }

    private void Tell(Decision decision, ReadOnlySpan<float> observation, bool isDue, Plan? warmStart) => _settings.Recorder?.Record(new DecisionMade
    {
        Decision = decision,
        Settings = _settings,
        Costs = _costs,
        Observation = observation,
        Latent = _latent,
        Proposed = _proposed,
        PreviousAction = Executed(),
        IsDue = isDue,
        Expected = _expects ? _expected : [],
        Random = RandomOf(decision.Step),
        WarmStart = warmStart,
    });

    /// <summary>Depends on the seed and the step alone, so that a recorded step can be decided again.</summary>
    private RandomState RandomOf(long step) => RandomState.Create(_settings.Seed, "controller").At((ulong)step);

    private ReadOnlySpan<float> Executed() => _acted ? _previousAction : [];

    /// <summary>A new goal may have come from another thread, and the rest of the plan was made for the old one.</summary>
    private void TakeOverGoal()
    {
        if (_pursued.Count == 0)
            throw new InvalidOperationException("MpcController.Step: there is nothing to pursue; call Pursue first.");
        var pursued = _pursued;
        if (ReferenceEquals(_costs, pursued))
            return;
        _costs = pursued;
        _queued = 0;
    }

    /// <summary>Plans, and queues the plan's first blocks if it may be executed; otherwise says why not.</summary>
    private string Search(Perception perceive, out Plan? planned)
    {
        PlanningRequest request = new(perceive, _costs, Executed().ToArray(), _plan, RandomOf(_step), _step);
        planned = _session.Run(request, _latent, out var reason);
        if (planned is null)
            return reason;
        if (planned.Outcome == PlanOutcome.Failed)
            return "No candidate had a finite cost.";
        if (planned.Outcome == PlanOutcome.Violating)
            return $"No candidate satisfies {string.Join(" and ", planned.Constraints.Where(term => !(term.Violation <= 0)).Select(term => $"'{term.Name}'"))}.";
        planned.Actions.Span[.._queue.Length].CopyTo(_queue);
        _queued = _queue.Length / _action.Length;
        return "";
    }

    private void TakeFromQueue(Span<float> action)
    {
        _queue.AsSpan(_queue.Length - (_queued * action.Length), action.Length).CopyTo(action);
        _queued--;
    }

    private string Forbidden(GuardrailVerdict veto)
    {
        if (veto.Verdict.Stops)
            _stopReason = $"Stopped by '{veto.Guardrail}': {veto.Verdict.Reason}";
        return veto.Verdict.Stops ? _stopReason : $"Vetoed by '{veto.Guardrail}': {veto.Verdict.Reason}";
    }

    /// <summary>The fallback's action within all limits. If it fails or is forbidden too, the last action goes on.</summary>
    private void FallBack(ReadOnlySpan<float> observation, List<GuardrailVerdict> verdicts)
    {
        try
        {
            _settings.Fallback.Act(new FallbackSituation(Executed(), observation, _step), _action);
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            verdicts.Add(new GuardrailVerdict(_settings.Fallback.Name, Verdict.Stop($"The fallback failed: {problem.Message}")));
            Executed().CopyTo(_action);
        }

        _settings.Limits.Project(_action, Executed());
        ActionProposal proposal = new(_action, Executed(), observation, _latent, step: _step);
        if (_guardrails.Inspect(_action, proposal, verdicts, isFallback: true))
            return;
        _ = Forbidden(verdicts[^1]);
        Executed().CopyTo(_action);
        _guardrails.Enforce(_action, proposal);
    }

    /// <summary>What is executed other than the plan makes the rest of the plan, and what it expects to see, worthless.</summary>
    private void Remember(Decision decision, bool sees, ReadOnlySpan<float> observation)
    {
        if (decision.Source is DecisionSource.Fallback or DecisionSource.Stopped)
            _plan = null;
        else if (sees)
            _plan = decision.Plan;
        if (decision.Source != DecisionSource.Plan)
        {
            _queued = 0;
            _expects = false;
        }
        else if (sees)
        {
            decision.Plan!.Latents.Span.Slice((_settings.Planner.Replan - 1) * _expected.Length, _expected.Length).CopyTo(_expected);
            _expects = true;
        }

        _action.CopyTo(_previousAction, 0);
        _acted = true;
        observation.CopyTo(Scratch.Ask(ref _measured, observation.Length));
        (_measuredSize, _isUnnoted) = (observation.Length, true);
        _step++;
    }

    /// <summary>Only now is it known what was executed at the last step.</summary>
    private void TakeNote()
    {
        if (_isUnnoted)
            _guardrails.Executed(_previousAction, _measured.AsSpan(0, _measuredSize));
        _isUnnoted = false;
    }
}
