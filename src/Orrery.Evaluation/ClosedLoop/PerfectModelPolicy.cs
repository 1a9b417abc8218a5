using Orrery.Data;
using Orrery.Planning;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;

namespace Orrery.Evaluation.ClosedLoop;

/// <summary>
/// The ceiling of a planner: the same search and cost as with a learned model, but over the true simulator and the true state.
/// It cheats by design, and is for comparison only.
/// </summary>
public sealed class PerfectModelPolicy : IGoalPolicy
{
    private readonly IGoalEnvironment _acted;
    private readonly PerfectModel _model;
    private readonly IPlanner _planner;
    private readonly ActionLimits _limits;
    private readonly Dictionary<ulong, float[]> _goals;
    private readonly Func<float[], ICost> _cost;
    private MpcController? _controller;

    /// <summary>Plans with the simulator.</summary>
    /// <param name="acted">The environment that is acted in; its state is read at every plan.</param>
    /// <param name="model">A simulator of its own; owned and disposed of.</param>
    /// <param name="planner">How to search.</param>
    /// <param name="limits">The environment's action limits.</param>
    /// <param name="tasks">The tasks that will be run, for their goals' states.</param>
    /// <param name="cost">The cost of a goal state; null for the nearest distance over the horizon.</param>
    public PerfectModelPolicy(IGoalEnvironment acted, PerfectModel model, IPlanner planner, ActionLimits limits, IReadOnlyList<GoalTask> tasks,
        Func<float[], ICost>? cost = null)
    {
        ArgumentNullException.ThrowIfNull(acted);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(planner);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(tasks);
        _acted = acted;
        _model = model;
        _planner = planner;
        _limits = limits;
        _goals = tasks.ToDictionary(task => task.Seed, task => task.Goal);
        _cost = cost ?? (goal => new LatentGoalCost(goal));
    }

    /// <inheritdoc/>
    public string Name => "true simulator";

    /// <inheritdoc/>
    public bool Planned { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">No task has this seed.</exception>
    public void Begin(ReadOnlySpan<byte> goalSeen, ulong seed)
    {
        if (!_goals.TryGetValue(seed, out float[]? goal))
            throw new ArgumentException($"PerfectModelPolicy.Begin: none of its {_goals.Count} tasks has the seed {seed}; give it the tasks that it is run on.", nameof(seed));
        var stay = new float[_model.ActionSize];
        _limits.Project(stay, []);
        _controller = new MpcController(new MpcSettings(_model, _planner, _limits, new SafeValueFallback(stay), Seed: seed));
        _controller.Pursue(_cost(goal));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No episode was begun.</exception>
    public void Act(ReadOnlySpan<byte> seen, Span<float> action)
    {
        if (_controller is null)
            throw new InvalidOperationException("PerfectModelPolicy.Act: no episode was begun; call Begin first.");
        Decision decision = _controller.Step(_acted.ReadState);
        Planned = decision.Plan is not null;
        decision.Action.Span.CopyTo(action);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
