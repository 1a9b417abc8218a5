namespace Orrery.Planning;

/// <summary>How a search ended.</summary>
public enum PlanOutcome
{
    /// <summary>The plan satisfies every constraint, as far as the model can tell.</summary>
    Feasible,

    /// <summary>No candidate satisfied every constraint; this one violates them least.</summary>
    Violating,

    /// <summary>No candidate had a finite cost: there is nothing to execute.</summary>
    Failed,
}

/// <summary>One term of a plan's cost.</summary>
/// <param name="Name">The cost's name.</param>
/// <param name="Weight">The cost's weight.</param>
/// <param name="Value">What it adds to the total: weight times term.</param>
public sealed record CostTerm(string Name, double Weight, double Value);

/// <summary>How far a plan violates one constraint.</summary>
/// <param name="Name">The constraint's name.</param>
/// <param name="Violation">0 when satisfied, otherwise positive, in the constraint's own measure.</param>
public sealed record ConstraintTerm(string Name, double Violation);

/// <summary>A planned sequence of actions, where the model says that it leads, and what it costs.</summary>
public sealed class Plan
{
    internal Plan(
        PlanOutcome outcome,
        int actionBlock,
        int actionSize,
        float[] actions,
        float[] latents,
        IReadOnlyList<CostTerm> costs,
        IReadOnlyList<ConstraintTerm> constraints,
        float[] bestCosts,
        int evaluations,
        float[]? carried = null)
    {
        Outcome = outcome;
        ActionBlock = actionBlock;
        ActionSize = actionSize;
        Actions = actions;
        Latents = latents;
        Costs = costs;
        Constraints = constraints;
        BestCosts = bestCosts;
        Evaluations = evaluations;
        Carried = carried ?? [];
        Horizon = actions.Length / (actionBlock * actionSize);
    }

    /// <summary>Whether the plan may be executed.</summary>
    public PlanOutcome Outcome { get; }

    /// <summary>H, in planner steps.</summary>
    public int Horizon { get; }

    /// <summary>K: environment steps per planner step.</summary>
    public int ActionBlock { get; }

    /// <summary>A: numbers in the action of one environment step.</summary>
    public int ActionSize { get; }

    /// <summary>[H, K A] in physical units; within the problem's limits. Of a failed plan, the last candidate looked at.</summary>
    public ReadOnlyMemory<float> Actions { get; }

    /// <summary>[H, D]: the latent after each planner step, as predicted.</summary>
    public ReadOnlyMemory<float> Latents { get; }

    /// <summary>The cost, term by term. Of a failed plan, possibly not finite.</summary>
    public IReadOnlyList<CostTerm> Costs { get; }

    /// <summary>How far each constraint is violated.</summary>
    public IReadOnlyList<ConstraintTerm> Constraints { get; }

    /// <summary>Sum of the terms.</summary>
    public double Cost => Costs.Sum(term => term.Value);

    /// <summary>The cost of the best candidate so far after each iteration of the search, as it was searched; not finite where none was.</summary>
    public IReadOnlyList<float> BestCosts { get; }

    /// <summary>Candidates rolled out.</summary>
    public int Evaluations { get; }

    /// <summary>
    /// [R, H, K A] in physical units: what the next search goes on from in place of the actions, the search's mean first; perhaps outside the
    /// limits. Empty where it goes on from the actions.
    /// </summary>
    internal ReadOnlyMemory<float> Carried { get; }

    /// <summary>The action of one environment step, [A] in physical units.</summary>
    /// <param name="step">0 .. H K - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is outside the plan.</exception>
    public ReadOnlySpan<float> ActionAt(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, Horizon * ActionBlock);
        return Actions.Span.Slice(step * ActionSize, ActionSize);
    }
}
