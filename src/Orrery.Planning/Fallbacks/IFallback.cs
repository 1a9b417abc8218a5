using Orrery.Planning.Constraints;

namespace Orrery.Planning.Fallbacks;

/// <summary>
/// What acts when no plan may: the model failed, took too long, found no way within the limits, or a guardrail forbids its plan.
/// There always is one. It must not need the model, and what it says passes the hard limits too.
/// </summary>
public interface IFallback
{
    /// <summary>What a person calls it.</summary>
    string Name { get; }

    /// <summary>Fails unless the fallback fits the actions.</summary>
    /// <param name="limits">What every action is within.</param>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    void Check(ActionLimits limits);

    /// <summary>Decides on an action.</summary>
    /// <param name="situation">What is known.</param>
    /// <param name="action">[A] in physical units, to be written.</param>
    void Act(in FallbackSituation situation, Span<float> action);

    /// <summary>Forgets what went before.</summary>
    void Reset()
    {
    }
}

/// <summary>What a fallback knows.</summary>
/// <param name="previousAction">[A], the action executed last in physical units, or empty when there was none.</param>
/// <param name="observation">[O], what is measured now in physical units, or empty when nothing was.</param>
/// <param name="step">Environment steps since the beginning.</param>
public readonly ref struct FallbackSituation(ReadOnlySpan<float> previousAction, ReadOnlySpan<float> observation, long step)
{
    /// <summary>[A], the action executed last, or empty.</summary>
    public ReadOnlySpan<float> PreviousAction { get; } = previousAction;

    /// <summary>[O], what is measured now, or empty.</summary>
    public ReadOnlySpan<float> Observation { get; } = observation;

    /// <summary>Environment steps since the beginning.</summary>
    public long Step { get; } = step;
}
