using Orrery.Evaluation.Statistics;

namespace Orrery.Evaluation.ClosedLoop;

/// <summary>How a policy did on a list of tasks; every episode is kept.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Environment">Name of the environment.</param>
/// <param name="SuccessRule">What counted as success.</param>
/// <param name="StepLimit">Budget of environment steps per episode.</param>
/// <param name="Episodes">The episodes in the order of the tasks.</param>
public sealed record ClosedLoopResult(
    string Policy,
    string Environment,
    string SuccessRule,
    int StepLimit,
    IReadOnlyList<EpisodeOutcome> Episodes)
{
    /// <summary>Success rate with its interval.</summary>
    public SuccessSummary Success => SuccessSummary.Of(Episodes.Count(episode => episode.Success), Episodes.Count);

    /// <summary>Median steps of the successful episodes; not a number when there were none.</summary>
    public double MedianSteps => Quantiles.Of(Episodes.Where(episode => episode.Success).Select(episode => (double)episode.Steps), 0.5);

    /// <summary>Median time of a decision that planned anew, in milliseconds; not a number when none was measured.</summary>
    public double MedianDecisionMilliseconds => Quantiles.Of(DecisionTimes, 0.5);

    /// <summary>Time that 95 % of these decisions stayed below, in milliseconds.</summary>
    public double SlowDecisionMilliseconds => Quantiles.Of(DecisionTimes, 0.95);

    private IEnumerable<double> DecisionTimes => Episodes.SelectMany(episode => episode.DecisionMilliseconds).Select(time => (double)time);
}
