using Orrery.Evaluation.ClosedLoop;
using Orrery.Planning;
using Orrery.Planning.Costs;

namespace Orrery.Evaluation.Tests.ClosedLoop;

public sealed class StateGoalCostTests
{
    [Theory]
    [InlineData(GoalForm.Nearest, LatentDistance.Euclidean)]
    [InlineData(GoalForm.Nearest, LatentDistance.Squared)]
    [InlineData(GoalForm.Terminal, LatentDistance.Euclidean)]
    [InlineData(GoalForm.Terminal, LatentDistance.Squared)]
    [InlineData(GoalForm.Sum, LatentDistance.Euclidean)]
    [InlineData(GoalForm.Sum, LatentDistance.Squared)]
    public void Where_the_way_is_straight_it_is_the_cost_that_a_learned_model_has(GoalForm form, LatentDistance distance)
    {
        float[] latents = [4, 1, 2, 2, 3, 0, 7, 7, 1, 1, 0, 5];
        var batch = new RolloutBatch(2, 3, 1, new float[12], latents, [0, 0], []);
        var truth = new float[2];
        var learned = new float[2];
        new StateGoalCost(
            (state, goal) => Math.Sqrt(Math.Pow(state[0] - goal[0], 2) + Math.Pow(state[1] - goal[1], 2)), [1, 2], 0.3, form, distance).Add(batch, truth);
        new LatentGoalCost([1, 2], form, 0.3, distance).Add(batch, learned);
        Assert.Equal(learned[0], truth[0], 1e-5);
        Assert.Equal(learned[1], truth[1], 1e-5);
        Assert.NotEqual(truth[0], truth[1]);
    }
}
