using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Planners;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Planners;

public class MoveBlocksTests
{
    [Fact]
    public void Decisions_cover_the_horizon_and_the_first_are_the_shortest()
    {
        for (var horizon = 1; horizon <= 300; horizon++)
        {
            foreach (var decisions in (int[])[0, 1, 2, 7, 20, 1000])
            {
                var lengths = MoveBlocks.Lengths(horizon, decisions);
                Assert.Equal(decisions == 0 ? horizon : Math.Min(decisions, horizon), lengths.Length);
                Assert.Equal(horizon, lengths.Sum());
                Assert.True(lengths.Min() >= 1);
                Assert.True(lengths[0] == lengths.Min() || lengths.Length == 1);
            }
        }

        Assert.Equal([1, 1, 1, 1], MoveBlocks.Lengths(4, 20));
        Assert.Equal([1, 2, 3, 4], MoveBlocks.Lengths(10, 4));
        Assert.Equal(100_000, MoveBlocks.Lengths(100_000, 20).Sum());
    }

    [Fact]
    public void Actions_only_change_where_a_decision_begins()
    {
        var plan = Plan(new SearchOptions(Horizon: 30, Candidates: 60, Iterations: 4, Decisions: 6, BranchShare: 0.3), out var problem);
        var begins = new HashSet<int>();
        var begin = 0;
        foreach (var length in MoveBlocks.Lengths(30, 6))
            begins.Add(begin += length);
        var changes = 0;
        for (var step = 1; step < 30; step++)
        {
            if (plan.ActionAt(step)[0] != plan.ActionAt(step - 1)[0])
            {
                changes++;
                Assert.Contains(step, begins);
            }
        }

        Assert.InRange(changes, 1, 5);
        Assert.True(problem.Limits.Contains(plan.Actions.Span, []));
    }

    [Fact]
    public void With_few_decisions_a_long_horizon_is_searched_better_than_with_one_per_step()
    {
        double Cost(int decisions) => Plan(new SearchOptions(Horizon: 300, Candidates: 256, Iterations: 10, FreshShare: 0.3, Decisions: decisions), out _).Cost;
        Assert.True(Cost(10) < 0.7 * Cost(0), $"{Cost(10)} with 10 decisions, {Cost(0)} with 300");
    }

    [Fact]
    public void A_plan_goes_on_from_the_one_before()
    {
        SearchOptions options = new(Horizon: 40, Candidates: 60, Iterations: 3, Decisions: 8);
        var planner = new CrossEntropyPlanner(options);
        var first = planner.Plan(Problem(), null, new RandomStream(0, "blocks"));
        var second = planner.Plan(Problem(), first, new RandomStream(1, "blocks"));
        Assert.True(second.Cost <= first.Cost * 1.05, $"{first.Cost} then {second.Cost}");
    }

    private static Plan Plan(SearchOptions options, out PlanningProblem problem)
    {
        problem = Problem();
        return new CrossEntropyPlanner(options, new CrossEntropyOptions(options.Candidates / 10, Refinement.Gaussian)).Plan(problem, null, new RandomStream(0, "blocks"));
    }

    // Three slow tanks that overflow into each other; the first has to be filled and let down again.
    private static PlanningProblem Problem()
    {
        var readout = new IdentityReadout(3);
        return new PlanningProblem(
            new LinearDynamics([0.95f, 0, 0, 0, 0.9f, 0, 0, 0, 0.97f], [0.1f, 0.02f, 0, 0, 0.1f, 0.03f, 0, 0.05f, 0.1f], 3, 3), [0, 0, 0],
            [
                new ReferenceCost(readout, "x", 0, [.. Enumerable.Range(0, 120).Select(step => step < 15 ? 1f : 0.4f)], 1),
                new SetPointCost(readout, [new SetPoint("y", 1, 0.6, 1), new SetPoint("z", 2, 1.6, 1)]),
                new ActionRateCost([1, 1, 1], 0.01),
            ],
            new ActionLimits([0, 0, 0], [2, 2, 2]));
    }
}
