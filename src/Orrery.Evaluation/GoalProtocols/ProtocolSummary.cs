using Orrery.Evaluation.ClosedLoop;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>A policy's figures on a protocol.</summary>
/// <param name="Role">What it is there for: <c>learned</c>, <c>random</c> or <c>perfect</c>.</param>
/// <param name="Policy">Its name.</param>
/// <param name="Episodes">Pairs that it was run on.</param>
/// <param name="Successes">Goals that it reached.</param>
/// <param name="Rate">Share of them.</param>
/// <param name="Low">Lower end of its 95 % Wilson interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="MedianSteps">Median steps of the successful episodes; not a number without any.</param>
/// <param name="MedianPlanMilliseconds">Median time of a decision that planned anew; not a number where nothing was planned.</param>
/// <param name="SlowPlanMilliseconds">Time that 95 % of these decisions stayed below.</param>
/// <param name="Resumed">Episodes that were taken from an evaluation before this one.</param>
public sealed record PolicySummary(
    string Role, string Policy, int Episodes, int Successes, double Rate, double Low, double High, double MedianSteps,
    double MedianPlanMilliseconds, double SlowPlanMilliseconds, int Resumed)
{
    /// <summary>Sums up a policy's episodes.</summary>
    public static PolicySummary Of(ProtocolPolicyResult policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ClosedLoopResult result = policy.Result;
        return new PolicySummary(
            policy.Role.ToString().ToLowerInvariant(), result.Policy, result.Success.Trials, result.Success.Successes, result.Success.Rate,
            result.Success.Interval.Low, result.Success.Interval.High, result.MedianSteps, result.MedianDecisionMilliseconds,
            result.SlowDecisionMilliseconds, policy.Resumed);
    }
}

/// <summary>The figures of a protocol, for machines.</summary>
/// <param name="Protocol">Its name.</param>
/// <param name="Environment">What was acted in.</param>
/// <param name="Success">What counted as solved.</param>
/// <param name="Budget">Steps per episode.</param>
/// <param name="Manifest">SHA-256 of the pairs.</param>
/// <param name="Caveat">Why the figures flatter; null where they do not.</param>
/// <param name="SolvedAtStart">Pairs solved at the start: removed, or counted where the protocol keeps them.</param>
/// <param name="StartsInTraining">Starts that stand in the training data; null where that is not known.</param>
/// <param name="SameSeed">Whether the training data have the seed of the held-out episodes; null without a model.</param>
/// <param name="Policies">The policies, the learned model first.</param>
/// <param name="Page">The report.</param>
public sealed record ProtocolSummary(
    string Protocol, string Environment, string Success, int Budget, string Manifest, string? Caveat, int SolvedAtStart,
    int? StartsInTraining, bool? SameSeed, IReadOnlyList<PolicySummary> Policies, string Page)
{
    /// <summary>Sums up a result.</summary>
    public static ProtocolSummary Of(ProtocolResult result, TrainingOverlap? overlap, string page)
    {
        ArgumentNullException.ThrowIfNull(result);
        GoalProtocol protocol = result.Protocol;
        return new ProtocolSummary(
            protocol.Name, result.Environment, protocol.Success.Inequality, protocol.Budget, result.Manifest.Hash, protocol.Caveat,
            result.Manifest.Solved, overlap?.Starts, overlap?.SameSeed, [.. result.Policies.Select(PolicySummary.Of)], page);
    }
}
