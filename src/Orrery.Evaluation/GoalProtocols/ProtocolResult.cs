using Orrery.Evaluation.ClosedLoop;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>How one policy did on a protocol's pairs.</summary>
/// <param name="Role">What it is there for.</param>
/// <param name="Result">Its episodes, in the order of the pairs; for a ceiling that was measured on a part, the first ones.</param>
/// <param name="Resumed">Episodes that were taken from an evaluation before this one.</param>
public sealed record ProtocolPolicyResult(PolicyRole Role, ClosedLoopResult Result, int Resumed);

/// <summary>What a policy is there for.</summary>
public enum PolicyRole
{
    /// <summary>The learned model with its planner: what is measured.</summary>
    Learned,

    /// <summary>The floor: even at random over the actions that are allowed.</summary>
    Random,

    /// <summary>The ceiling: the same search over the true simulator and the true way that is left.</summary>
    Perfect,
}

/// <summary>A protocol's pairs, and every policy that was run on them.</summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="Environment">What was acted in: the protocol's environment or one of its views.</param>
/// <param name="Manifest">The pairs.</param>
/// <param name="Policies">The policies, the learned model first where there is one.</param>
public sealed record ProtocolResult(
    GoalProtocol Protocol, string Environment, ProtocolManifest Manifest, IReadOnlyList<ProtocolPolicyResult> Policies)
{
    /// <summary>The episodes of a role; null where it was not run.</summary>
    public ClosedLoopResult? Of(PolicyRole role) => Policies.FirstOrDefault(policy => policy.Role == role)?.Result;
}
