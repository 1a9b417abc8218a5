using Orrery.Models;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;

namespace Orrery.Planning;

/// <summary>What to plan: from where, with which model, for what, and within which limits.</summary>
public sealed class PlanningProblem
{
    private readonly float[] _startLatent;
    private readonly float[] _previousAction;

    /// <summary>States a problem.</summary>
    /// <param name="dynamics">The model to search with.</param>
    /// <param name="startLatent">[D], where the system is now; copied.</param>
    /// <param name="costs">What to make small; they add up. At least one.</param>
    /// <param name="limits">What no candidate may leave.</param>
    /// <param name="constraints">What a plan should satisfy before its cost matters; none when left out.</param>
    /// <param name="previousAction">[A], the action executed last in physical units, for costs and limits of change; empty when there was none.</param>
    /// <exception cref="ArgumentException">Sizes do not fit together, a number is not finite, or there is no cost.</exception>
    public PlanningProblem(
        ILatentDynamics dynamics,
        ReadOnlySpan<float> startLatent,
        IReadOnlyList<ICost> costs,
        ActionLimits limits,
        IReadOnlyList<IConstraint>? constraints = null,
        ReadOnlySpan<float> previousAction = default)
    {
        ArgumentNullException.ThrowIfNull(dynamics);
        ArgumentNullException.ThrowIfNull(costs);
        ArgumentNullException.ThrowIfNull(limits);
        if (startLatent.Length != dynamics.LatentSize)
            throw new ArgumentException($"PlanningProblem: a start latent of {startLatent.Length} numbers came; the model has {dynamics.LatentSize}.", nameof(startLatent));
        if (limits.ActionSize != dynamics.ActionSize)
            throw new ArgumentException($"PlanningProblem: limits for {limits.ActionSize} action numbers came; the model has {dynamics.ActionSize}.", nameof(limits));
        if (costs.Count == 0)
            throw new ArgumentException("PlanningProblem: no cost came; at least one is needed, or every plan is as good as any other.", nameof(costs));
        if (previousAction.Length != 0 && previousAction.Length != dynamics.ActionSize)
            throw new ArgumentException($"PlanningProblem: a previous action of {previousAction.Length} numbers came; {dynamics.ActionSize} or none were needed.", nameof(previousAction));
        foreach (var value in previousAction)
        {
            if (!float.IsFinite(value))
                throw new ArgumentException($"PlanningProblem: the previous action holds {value}; it must be finite.", nameof(previousAction));
        }

        Dynamics = dynamics;
        _startLatent = startLatent.ToArray();
        Costs = costs;
        Limits = limits;
        Constraints = constraints ?? [];
        _previousAction = previousAction.ToArray();
    }

    /// <summary>The model to search with.</summary>
    public ILatentDynamics Dynamics { get; }

    /// <summary>[D], where the system is now. A latent that is not finite is allowed: planning then fails, and says so.</summary>
    public ReadOnlySpan<float> StartLatent => _startLatent;

    /// <summary>What to make small.</summary>
    public IReadOnlyList<ICost> Costs { get; }

    /// <summary>What no candidate may leave.</summary>
    public ActionLimits Limits { get; }

    /// <summary>What a plan should satisfy before its cost matters.</summary>
    public IReadOnlyList<IConstraint> Constraints { get; }

    /// <summary>[A], the action executed last, or empty.</summary>
    public ReadOnlySpan<float> PreviousAction => _previousAction;
}
