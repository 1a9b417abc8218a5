using Orrery.Environments.Navigation;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Planning.Constraints;
using Orrery.Planning.Planners;

namespace Orrery.Evaluation.Tests.ClosedLoop;

public sealed class PerfectModelPolicyTests
{
    [Fact]
    public void With_the_true_simulator_the_planner_finds_the_other_room()
    {
        using var environment = new TwoRooms();
        IReadOnlyList<GoalTask> tasks = GoalTask.Draw(environment, 10, 5);
        ClosedLoopResult result = ClosedLoopEvaluation.Run(() => new TwoRooms(), acted => new PerfectModelPolicy(acted,
            new PerfectModel(new TwoRooms(), actionBlock: 4), new CrossEntropyPlanner(new SearchOptions(Horizon: 16, Candidates: 200)),
            ActionLimits.Radial(2, TwoRooms.ActionLimit), tasks), tasks, workers: 2);
        Assert.InRange(result.Success.Successes, 9, 10);
        Assert.Equal("true simulator", result.Policy);
        // One plan for every four steps.
        Assert.All(result.Episodes, episode => Assert.Equal((episode.Steps + 3) / 4, episode.DecisionMilliseconds.Length));
    }

    [Fact]
    public void A_task_that_it_was_not_given_is_refused()
    {
        using var environment = new TwoRooms();
        using var policy = new PerfectModelPolicy(environment, new PerfectModel(new TwoRooms()), new CrossEntropyPlanner(),
            ActionLimits.Radial(2, TwoRooms.ActionLimit), []);
        Assert.Throws<ArgumentException>(() => policy.Begin([], 4));
    }
}
