using Orrery.Planning.Guardrails;

namespace Orrery.Planning;

/// <summary>Where a decision's action came from.</summary>
public enum DecisionSource
{
    /// <summary>A plan, unchanged.</summary>
    Plan,

    /// <summary>A plan, narrowed by a guardrail.</summary>
    Guardrail,

    /// <summary>The fallback, because there was no plan that may be executed.</summary>
    Fallback,

    /// <summary>The fallback, because a guardrail has stopped the controller.</summary>
    Stopped,
}

/// <summary>What a controller decided at one environment step, and why.</summary>
/// <param name="Step">Environment steps before this one.</param>
/// <param name="Action">[A], to be executed, in physical units.</param>
/// <param name="Source">Where the action came from.</param>
/// <param name="Plan">The plan made at this step; null at the steps that follow an earlier plan.</param>
/// <param name="Verdicts">The guardrails' verdicts other than to allow.</param>
/// <param name="Reason">Why the fallback acted, as a sentence for a person; empty where it did not.</param>
/// <param name="Milliseconds">How long the decision took.</param>
public sealed record Decision(
    long Step,
    ReadOnlyMemory<float> Action,
    DecisionSource Source,
    Plan? Plan,
    IReadOnlyList<GuardrailVerdict> Verdicts,
    string Reason,
    double Milliseconds);
