using Orrery.Planning;
using Orrery.Planning.Costs;

namespace Orrery.Evaluation.ClosedLoop;

/// <summary>
/// The true way that is left to a goal state, as a cost for <see cref="PerfectModelPolicy"/>: summed up over the horizon as
/// <see cref="LatentGoalCost"/> has it.
/// </summary>
/// <param name="distance">The way that is left.</param>
/// <param name="goal">The goal, [state size].</param>
/// <param name="meanWeight">Weight of the mean distance beside the nearest one; used by <see cref="GoalForm.Nearest"/> alone.</param>
/// <param name="form">How the distances along a candidate become one number.</param>
/// <param name="measure">What counts as distance: the way that is left, or its square.</param>
public sealed class StateGoalCost(
    StateDistance distance, float[] goal, double meanWeight = 0.1, GoalForm form = GoalForm.Nearest, LatentDistance measure = LatentDistance.Euclidean) : ICost
{
    /// <inheritdoc/>
    public string Name => "true distance";

    /// <inheritdoc/>
    public double Weight => 1;

    /// <inheritdoc/>
    public void Add(in RolloutBatch batch, Span<float> costs)
    {
        if (costs.Length != batch.Candidates)
            throw new ArgumentException($"StateGoalCost: {costs.Length} places for results came; one per candidate, {batch.Candidates}, were needed.", nameof(costs));
        for (int candidate = 0; candidate < batch.Candidates; candidate++)
        {
            double nearest = double.PositiveInfinity, sum = 0, last = 0;
            for (int step = 0; step < batch.Horizon; step++)
            {
                double left = distance(batch.LatentOf(candidate, step), goal);
                last = measure == LatentDistance.Squared ? left * left : left;
                nearest = Math.Min(nearest, last);
                sum += last;
            }

            costs[candidate] += (float)(form switch
            {
                GoalForm.Nearest => nearest + (meanWeight * sum / batch.Horizon),
                GoalForm.Terminal => last,
                _ => sum,
            });
        }
    }
}
