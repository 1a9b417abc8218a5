using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Costs;

public class CostTests
{
    // One candidate, H = 3, K = 1, A = 1, D = 2: distances to (0, 0) are 5, 1 and 2.
    private static readonly float[] Latents = [3, 4, 1, 0, 0, 2];
    private static readonly float[] Actions = [1, -2, 0];

    [Theory]
    [InlineData(GoalForm.Nearest, LatentDistance.Euclidean, 1 + (0.1 * 8 / 3))]
    [InlineData(GoalForm.Terminal, LatentDistance.Euclidean, 2)]
    [InlineData(GoalForm.Sum, LatentDistance.Euclidean, 8)]
    [InlineData(GoalForm.Nearest, LatentDistance.Squared, 1 + (0.1 * 30 / 3))]
    [InlineData(GoalForm.Terminal, LatentDistance.Squared, 4)]
    [InlineData(GoalForm.Sum, LatentDistance.Squared, 30)]
    public void The_goal_cost_has_the_form_asked_for(GoalForm form, LatentDistance distance, double expected) =>
        Assert.Equal(2 * expected, Price(new LatentGoalCost([0, 0], form, 0.1, distance, weight: 2)), 1e-5);

    [Fact]
    public void The_effort_cost_is_the_mean_square_from_rest_in_units_of_the_scale()
    {
        Assert.Equal(3 * (1 + 4) / 4.0 / 3, Price(new ActionEffortCost([2], 3)), 1e-5);
        Assert.Equal((0 + 9 + 1) / 3.0, Price(new ActionEffortCost([1], 1, [1])), 1e-5);
    }

    [Fact]
    public void The_rate_cost_counts_the_change_from_the_action_before()
    {
        Assert.Equal((9 + 4) / 3.0, Price(new ActionRateCost([1])), 1e-5);
        Assert.Equal((9 + 9 + 4) / 3.0, Price(new ActionRateCost([1]), previous: [4]), 1e-5);
    }

    [Fact]
    public void The_set_point_cost_reads_out_in_physical_units()
    {
        var cost = new SetPointCost(new IdentityReadout(2), [new SetPoint("level", 1, 2, 0.5)], 2);
        Assert.Equal("level", cost.Name);
        Assert.Equal(2 * (16 + 16 + 0) / 3.0, Price(cost), 1e-5);
    }

    [Fact]
    public void The_reference_cost_compares_each_step_with_its_target_and_holds_the_last()
    {
        // The second number of the latents is 4, 0, 2.
        var cost = new ReferenceCost(new IdentityReadout(2), "level", 1, [1, 2], 0.5, 2);
        Assert.Equal(2 * (36 + 16 + 0) / 3.0, Price(cost), 1e-4);
        Assert.Equal(2 * (16 + 16 + 0) / 3.0, Price(cost.After(1)), 1e-4);
        Assert.Equal(Price(cost.After(1)), Price(cost.After(7)));
    }

    [Fact]
    public void A_reference_is_stated_per_environment_step_and_compared_where_a_planner_step_ends()
    {
        var cost = new ReferenceCost(new IdentityReadout(1), "level", 0, [0, 1, 0, 2, 0, 3], 1);
        float[] costs = [0];
        cost.Add(new RolloutBatch(1, 3, 2, new float[6], [1, 2, 3], new float[1], []), costs);
        Assert.Equal(0, costs[0]);
    }

    [Fact]
    public void The_zone_cost_is_nothing_inside_and_the_squared_distance_outside()
    {
        var readout = new IdentityReadout(2);
        Assert.Equal(2 * (4 + 4 + 0) / 3.0, Price(new ZoneCost(readout, new ZoneGoal("level", 1, 3), 1, 0.5, 2)), 1e-5);
        Assert.Equal((4 + 0 + 0) / 3.0, Price(new ZoneCost(readout, new ZoneGoal("level", double.NegativeInfinity, 2), 1, 1)), 1e-5);
        Assert.Equal((0 + 9 + 1) / 3.0, Price(new ZoneCost(readout, new ZoneGoal("level", 3, double.PositiveInfinity), 1, 1)), 1e-5);
        Assert.Equal(0, Price(new ZoneCost(readout, new ZoneGoal("level", 0, 4), 1, 1)));
    }

    [Fact]
    public void An_unreadable_prediction_is_in_no_zone()
    {
        float[] costs = [0];
        new ZoneCost(new IdentityReadout(2), new ZoneGoal("level", 0, 4), 1, 1).Add(Batch([0, 1, 0, float.NaN, 0, 1], Actions, 1, []), costs);
        Assert.True(float.IsNaN(costs[0]));
    }

    [Fact]
    public void The_economic_cost_averages_a_combination_of_actions_and_observations()
    {
        // The action is 1, -2, 0 on average -1/3; the level 4, 0, 2 on average 2.
        EconomicTerm valve = new("valve", true, 0, 3), level = new("level", false, 1, -0.5);
        var cost = new EconomicCost("minimise 3*valve - 0.5*level", new IdentityReadout(2), [valve, level], 4, 0.5);
        Assert.Equal(0.5 * (-1 - 1) / 4, Price(cost), 1e-5);
        Assert.Equal(-2, cost.Average(Price(cost)), 1e-4);
        Assert.Equal(-1, Price(new EconomicCost("minimise valve", null, [valve], 1)), 1e-5);
    }

    [Fact]
    public void The_disagreement_cost_is_the_variance_over_the_members_beyond_what_is_allowed()
    {
        // The second number of the latents is 4, 0, 2; the members read half of it and one and a half times it, the variance of which is 4, 0, 1.
        DisagreementColumn level = new("level", 1, 2), first = new("first", 0, 4);
        var cost = new DisagreementCost(new IdentityReadout(2), [level], 2);
        Assert.Equal(("disagreement", 2.0), (cost.Name, cost.Weight));
        Assert.Equal(2 * (1 - 0.0625 + 0 + 0.25 - 0.0625) / 3, Price(cost), 1e-5);
        // The first number, 3, 1, 0, parts them by 1.5, 0.5 and 0, of 4 more than allowed once.
        Assert.Equal(((9 / 64.0) - 0.0625) / 3, Price(new DisagreementCost(new IdentityReadout(2), [first])), 1e-5);
        Assert.Equal(Price(cost) + (2 * ((9 / 64.0) - 0.0625) / 3), Price(new DisagreementCost(new IdentityReadout(2), [level, first], 2)), 1e-5);
    }

    [Fact]
    public void A_member_that_cannot_be_read_never_agrees()
    {
        float[] costs = [0];
        new DisagreementCost(new IdentityReadout(2), [new DisagreementColumn("level", 1, 2)]).Add(Batch([0, 1, 0, float.NaN, 0, 1], Actions, 1, []), costs);
        Assert.True(float.IsNaN(costs[0]));
    }

    [Fact]
    public void Changes_of_a_column_count_by_its_own_weight()
    {
        float[] costs = [0, 0], actions = [1, 1, 3, 2, 0, 0, 0, 4];
        new ActionRateCost([1, 1], 2, [0, 0.5f]).Add(new RolloutBatch(2, 2, 1, actions, new float[4], new float[1], [1, 0]), costs);
        Assert.Equal(2 * 0.5f * (1 + 1) / 4, costs[0], 1e-5);
        Assert.Equal(2 * 0.5f * 16 / 4, costs[1], 1e-5);
    }

    [Fact]
    public void The_predicted_limit_counts_the_excess_beyond_the_margin()
    {
        float[] violations = [0];
        new PredictedLimitConstraint(new IdentityReadout(2), new LimitExpression("level", 0, 3), 1, scale: 2, margins: [0.5])
            .Violation(Batch(Latents, Actions, 1, []), violations);
        Assert.Equal((1.5 + 0.5 + 0) / 2 / 3, violations[0], 1e-6);
    }

    [Fact]
    public void An_unreadable_prediction_never_counts_as_satisfied()
    {
        float[] violations = [0];
        new PredictedLimitConstraint(new IdentityReadout(2), new LimitExpression("level", 0, 3), 1)
            .Violation(Batch([0, 1, 0, float.NaN, 0, 1], Actions, 1, []), violations);
        Assert.True(float.IsNaN(violations[0]));
    }

    [Fact]
    public void Permuting_candidates_permutes_costs_to_the_bit()
    {
        const int Count = 37;
        var random = new RandomStream(0, "permutation");
        var latents = new float[Count * 6];
        var actions = new float[Count * 3];
        random.FillNormal(latents);
        random.FillNormal(actions);
        var order = Enumerable.Range(0, Count).ToArray();
        random.Shuffle(order);
        var latentsMoved = order.SelectMany(i => latents[(i * 6)..((i + 1) * 6)]).ToArray();
        var actionsMoved = order.SelectMany(i => actions[(i * 3)..((i + 1) * 3)]).ToArray();
        ICost[] costs =
        [
            new LatentGoalCost([0.3f, 1]), new ActionEffortCost([2], 0.3), new ActionRateCost([2], 0.7),
            new SetPointCost(new IdentityReadout(2), [new SetPoint("x", 0, 1, 2)]), new ActionRateCost([2], 0.7, [0.3f]),
            new ReferenceCost(new IdentityReadout(2), "x", 0, [1, 0.5f], 2), new ZoneCost(new IdentityReadout(2), new ZoneGoal("y", -0.1, 0.1), 1, 0.3),
            new EconomicCost("price", new IdentityReadout(2), [new EconomicTerm("x", false, 0, 0.3), new EconomicTerm("u", true, 0, -0.7)], 1.3),
            new DisagreementCost(new IdentityReadout(2), [new DisagreementColumn("x", 0, 0.7), new DisagreementColumn("y", 1, 0.3)], 0.9),
        ];
        var one = new float[Count];
        var other = new float[Count];
        foreach (var cost in costs)
        {
            cost.Add(Batch(latents, actions, Count, [1]), one);
            cost.Add(Batch(latentsMoved, actionsMoved, Count, [1]), other);
        }

        Assert.Equal(order.Select(i => one[i]), other);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new LatentGoalCost([]));
        Assert.Throws<ArgumentException>(() => new LatentGoalCost([float.NaN]));
        Assert.Throws<ArgumentException>(() => Price(new LatentGoalCost([1])));
        Assert.Throws<ArgumentException>(() => Price(new ActionEffortCost([1, 1])));
        Assert.Throws<ArgumentException>(() => new ActionRateCost([0]));
        Assert.Throws<ArgumentException>(() => new SetPointCost(new IdentityReadout(2), [new SetPoint("level", 2, 0, 1)]));
        Assert.Throws<ArgumentException>(() => new SetPointCost(new IdentityReadout(2), [new SetPoint("level", 0, 0, 0)]));
        Assert.Throws<ArgumentException>(() => new ReferenceCost(new IdentityReadout(2), "level", 2, [1], 1));
        Assert.Throws<ArgumentException>(() => new ReferenceCost(new IdentityReadout(2), "level", 0, [], 1));
        Assert.Throws<ArgumentException>(() => new ReferenceCost(new IdentityReadout(2), "level", 0, [float.NaN], 1));
        Assert.Throws<ArgumentException>(() => new ZoneCost(new IdentityReadout(2), new ZoneGoal("level", 2, 1), 0, 1));
        Assert.Throws<ArgumentException>(() => new ZoneCost(new IdentityReadout(2), new ZoneGoal("level", 1, 2), 0, 0));
        Assert.Throws<ArgumentException>(() => new EconomicCost("price", null, [new EconomicTerm("level", false, 0, 1)], 1));
        Assert.Throws<ArgumentException>(() => new EconomicCost("price", null, [], 1));
        Assert.Throws<ArgumentException>(() => Price(new EconomicCost("price", null, [new EconomicTerm("u", true, 1, 1)], 1)));
        Assert.Throws<ArgumentException>(() => new DisagreementCost(new IdentityReadout(2), []));
        Assert.Throws<ArgumentException>(() => new DisagreementCost(new IdentityReadout(2, members: 1), [new DisagreementColumn("level", 1, 2)]));
        Assert.Throws<ArgumentException>(() => new DisagreementCost(new IdentityReadout(2), [new DisagreementColumn("level", 2, 2)]));
        Assert.Throws<ArgumentException>(() => new DisagreementCost(new IdentityReadout(2), [new DisagreementColumn("level", 1, 0)]));
        Assert.Throws<ArgumentException>(() => new ActionRateCost([1], 1, [1, 1]));
        Assert.Throws<ArgumentException>(() => new ActionRateCost([1], 1, [-1]));
        Assert.Throws<ArgumentException>(() => new PredictedLimitConstraint(new IdentityReadout(2), new LimitExpression("level", 0, 1), 0, margins: [0.6]));
        Assert.Throws<ArgumentException>(() => new RolloutBatch(1, 3, 1, Actions, Latents, new float[3], []).Candidates);
        Assert.Throws<ArgumentException>(() => new PlanningProblem(LinearDynamics.Integrator(2), [0, 0], [], ActionLimits.Radial(2, 1)));
        Assert.Throws<ArgumentException>(() => new PlanningProblem(LinearDynamics.Integrator(2), [0], [new LatentGoalCost([0, 0])], ActionLimits.Radial(2, 1)));
        Assert.Throws<ArgumentException>(() => new PlanningProblem(LinearDynamics.Integrator(2), [0, 0], [new LatentGoalCost([0, 0])], ActionLimits.Radial(1, 1)));
    }

    private static RolloutBatch Batch(float[] latents, float[] actions, int candidates, float[] previous) =>
        new(candidates, 3, 1, actions, latents, new float[2], previous);

    private static float Price(ICost cost, float[]? previous = null)
    {
        float[] costs = [10];
        cost.Add(Batch(Latents, Actions, 1, previous ?? []), costs);
        return costs[0] - 10;
    }
}
