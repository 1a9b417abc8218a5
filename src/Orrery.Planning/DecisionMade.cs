using Orrery.Planning.Costs;
using Orrery.Tensors.Random;

namespace Orrery.Planning;

/// <summary>A decision and everything that it was made from: enough to make it again.</summary>
public readonly ref struct DecisionMade
{
    /// <summary>The decision.</summary>
    public required Decision Decision { get; init; }

    /// <summary>What the controller is made of.</summary>
    public required MpcSettings Settings { get; init; }

    /// <summary>What is pursued.</summary>
    public required IReadOnlyList<ICost> Costs { get; init; }

    /// <summary>[O], what was measured, for guardrails and fallback; may be empty.</summary>
    public required ReadOnlySpan<float> Observation { get; init; }

    /// <summary>[D], where the system was when last looked at, after memory has filled it in.</summary>
    public required ReadOnlySpan<float> Latent { get; init; }

    /// <summary>[A], the plan's action before guardrails were asked; NaN where there was no plan to execute.</summary>
    public required ReadOnlySpan<float> Proposed { get; init; }

    /// <summary>[A], the action executed before this one, or empty.</summary>
    public required ReadOnlySpan<float> PreviousAction { get; init; }

    /// <summary>Whether a plan was due at this step, so that the system was looked at.</summary>
    public required bool IsDue { get; init; }

    /// <summary>[D], where the plan before said that the system would be now, or empty when there was none.</summary>
    public required ReadOnlySpan<float> Expected { get; init; }

    /// <summary>Where the search's random numbers began at this step.</summary>
    public required RandomState Random { get; init; }

    /// <summary>The plan that the search began from; null where there was none.</summary>
    public required Plan? WarmStart { get; init; }
}
