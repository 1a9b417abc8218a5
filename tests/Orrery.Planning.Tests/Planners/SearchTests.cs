using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Planners;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Planners;

public class SearchTests
{
    public static TheoryData<string> Planners => ["around elites", "gaussian", "path integrals"];

    /// <summary>Also those that do not put what they begin with among the candidates.</summary>
    public static TheoryData<string> AllPlanners => ["around elites", "gaussian", "path integrals", "icem"];

    /// <summary>Also the one that needs slopes.</summary>
    public static TheoryData<string> EveryPlanner => ["around elites", "gaussian", "path integrals", "icem", "gradient"];

    [Theory]
    [MemberData(nameof(EveryPlanner))]
    public void The_same_seed_gives_the_same_plan_to_the_bit(string kind)
    {
        var one = Create(kind, new SearchOptions(BranchShare: 0.5)).Plan(Problem(), null, new RandomStream(3, "search"));
        var planner = Create(kind, new SearchOptions(BranchShare: 0.5));
        planner.Plan(Problem([5, 5]), null, new RandomStream(9, "another problem before it"));
        var other = planner.Plan(Problem(), null, new RandomStream(3, "search"));
        var third = Create(kind, new SearchOptions(BranchShare: 0.5)).Plan(Problem(), null, new RandomStream(4, "search"));
        Assert.Equal(one.Actions.ToArray(), other.Actions.ToArray());
        Assert.Equal(one.Latents.ToArray(), other.Latents.ToArray());
        Assert.Equal(one.BestCosts, other.BestCosts);
        Assert.NotEqual(one.Actions.ToArray(), third.Actions.ToArray());
    }

    [Theory]
    [MemberData(nameof(Planners))]
    public void A_plan_says_what_it_costs_term_by_term(string kind)
    {
        ICost[] costs = [new LatentGoalCost([3, 0]), new ActionEffortCost([1, 1], 0.5), new ActionRateCost([1, 1], 0.25)];
        var problem = new PlanningProblem(LinearDynamics.Integrator(2, 3), [0, 0], costs, ActionLimits.Radial(2, 0.5));
        var plan = Create(kind, new SearchOptions(Candidates: 50)).Plan(problem, null, new RandomStream(0, "terms"));
        Assert.Equal(["goal", "effort", "rate"], plan.Costs.Select(term => term.Name));
        Assert.Equal([1, 0.5, 0.25], plan.Costs.Select(term => term.Weight));
        Assert.Equal(plan.BestCosts[^1], plan.Cost, 1e-5);
        var latents = new float[plan.Latents.Length];
        problem.Dynamics.Rollout(problem.StartLatent, plan.Actions.Span, 1, plan.Horizon, latents);
        Assert.Equal(latents, plan.Latents.ToArray());
        Assert.InRange(plan.Evaluations, 150, 151);
    }

    [Theory]
    [MemberData(nameof(EveryPlanner))]
    public void The_best_cost_never_rises_over_the_iterations(string kind)
    {
        var plan = Create(kind, new SearchOptions(Iterations: 10)).Plan(Problem(), null, new RandomStream(0, "curve"));
        Assert.Equal(10, plan.BestCosts.Count);
        Assert.Equal(plan.BestCosts.OrderDescending(), plan.BestCosts);
        Assert.True(plan.BestCosts[^1] < plan.BestCosts[0]);
    }

    [Theory]
    [MemberData(nameof(Planners))]
    public void The_shifted_plan_before_is_the_first_candidate(string kind)
    {
        var dynamics = LinearDynamics.Integrator(2, 2);
        var problem = new PlanningProblem(dynamics, [0, 0], [new LatentGoalCost([3, 0])], ActionLimits.Radial(2, 0.5));
        var planner = Create(kind, new SearchOptions(Horizon: 4, Candidates: 10));
        var before = planner.Plan(problem, null, new RandomStream(0, "before"));
        List<float[]> asked = [];
        dynamics.Asked = asked.Add;
        planner.Plan(problem, before, new RandomStream(1, "after"));
        var was = before.Actions.ToArray();
        Assert.Equal([.. was[4..], .. was[12..]], asked[0]);
    }

    [Theory]
    [MemberData(nameof(EveryPlanner))]
    public void Starting_from_a_good_plan_beats_starting_from_nothing(string kind)
    {
        var thorough = new CrossEntropyPlanner(new SearchOptions(Iterations: 30)).Plan(Problem(), null, new RandomStream(0, "thorough"));
        var few = new SearchOptions(Candidates: 8, Iterations: 1);
        var warm = Create(kind, few).Plan(Problem(), thorough, new RandomStream(0, "few"));
        var cold = Create(kind, few).Plan(Problem(), null, new RandomStream(0, "few"));
        Assert.True(warm.Cost < cold.Cost, $"warm {warm.Cost}, cold {cold.Cost}");
    }

    [Theory]
    [MemberData(nameof(AllPlanners))]
    public void Actions_are_held_within_a_block_unless_asked_otherwise(string kind)
    {
        var problem = new PlanningProblem(LinearDynamics.Integrator(2, 3), [0, 0], [new LatentGoalCost([3, 0])], ActionLimits.Radial(2, 0.5));
        var held = Create(kind, new SearchOptions(Horizon: 2)).Plan(problem, null, new RandomStream(0, "held"));
        var free = Create(kind, new SearchOptions(Horizon: 2, HoldWithinBlock: false)).Plan(problem, null, new RandomStream(0, "held"));
        Assert.All(Enumerable.Range(0, 6), step => Assert.Equal(held.ActionAt(step / 3 * 3).ToArray(), held.ActionAt(step).ToArray()));
        Assert.NotEqual(free.ActionAt(0).ToArray(), free.ActionAt(1).ToArray());
        Create(kind, new SearchOptions(Horizon: 2, HoldWithinBlock: false)).Plan(problem, free, new RandomStream(0, "again"));
    }

    [Theory]
    [MemberData(nameof(AllPlanners))]
    public void Candidates_with_a_cost_that_is_no_number_are_never_chosen(string kind)
    {
        var problem = Problem(cost: new FunctionCost((actions, _) => actions[0] > 0 ? double.NaN : actions[1] > 0 ? double.NegativeInfinity : 1 + actions[0]));
        var plan = Create(kind, new SearchOptions()).Plan(problem, null, new RandomStream(0, "nan"));
        Assert.Equal(PlanOutcome.Feasible, plan.Outcome);
        Assert.True(plan.ActionAt(0)[0] <= 0 && plan.ActionAt(0)[1] <= 0);
        Assert.True(double.IsFinite(plan.Cost));
    }

    [Theory]
    [MemberData(nameof(AllPlanners))]
    public void A_plan_fails_when_nothing_is_finite_and_is_no_start_for_the_next(string kind)
    {
        var planner = Create(kind, new SearchOptions());
        var random = new RandomStream(0, "failing");
        var failed = planner.Plan(Problem(cost: new FunctionCost((_, _) => double.NaN)), null, random);
        Assert.Equal(PlanOutcome.Failed, failed.Outcome);
        Assert.True(ActionLimits.Radial(2, 1).Contains(failed.Actions.Span, []));
        Assert.Equal(PlanOutcome.Failed, planner.Plan(Problem([float.NaN, 0], new FunctionCost((_, _) => 0)), failed, random).Outcome);
        Assert.Equal(PlanOutcome.Feasible, planner.Plan(Problem(), failed, random).Outcome);
    }

    [Theory]
    [MemberData(nameof(EveryPlanner))]
    public void Candidates_within_a_predicted_limit_come_before_cheaper_ones_outside(string kind)
    {
        var limit = new PredictedLimitConstraint(new IdentityReadout(2), new LimitExpression("x", double.NegativeInfinity, 2), 0, margins: [0.1]);
        var problem = new PlanningProblem(LinearDynamics.Integrator(2), [0, 0], [new LatentGoalCost([5, 0])], ActionLimits.Radial(2, 1), [limit]);
        var plan = Create(kind, new SearchOptions(Iterations: 10)).Plan(problem, null, new RandomStream(0, "limit"));
        Assert.Equal(PlanOutcome.Feasible, plan.Outcome);
        Assert.Equal(0, Assert.Single(plan.Constraints).Violation);
        var reached = plan.Latents.ToArray().Where((_, i) => i % 2 == 0).Max();
        Assert.InRange(reached, 1.5f, 1.9f);
    }

    [Theory]
    [MemberData(nameof(EveryPlanner))]
    public void Where_no_candidate_is_within_the_limit_the_plan_leads_back_towards_it(string kind)
    {
        var limit = new PredictedLimitConstraint(new IdentityReadout(2), new LimitExpression("x", double.NegativeInfinity, 2), 0);
        var problem = new PlanningProblem(LinearDynamics.Integrator(2), [50, 0], [new LatentGoalCost([90, 0])], ActionLimits.Radial(2, 1), [limit]);
        var plan = Create(kind, new SearchOptions(Iterations: 10)).Plan(problem, null, new RandomStream(0, "limit"));
        Assert.Equal(PlanOutcome.Violating, plan.Outcome);
        Assert.True(plan.ActionAt(0)[0] < -0.8);
        Assert.True(Assert.Single(plan.Constraints).Violation > 0);
    }

    [Theory]
    [MemberData(nameof(AllPlanners))]
    public void An_iteration_allocates_nothing_after_the_first(string kind)
    {
        var problem = new PlanningProblem(
            new TwoRoomsSimulator(),
            [10, 50],
            [new LatentGoalCost([50, 50]), new ActionEffortCost([1, 1]), new ActionRateCost([1, 1])],
            ActionLimits.Radial(2, 2.45),
            [new PredictedLimitConstraint(new IdentityReadout(2), new LimitExpression("x", 0, 60), 0)]);
        var random = new RandomStream(0, "allocation");
        var one = Create(kind, new SearchOptions(Candidates: 40, Iterations: 2, BranchShare: 0.5));
        var many = Create(kind, new SearchOptions(Candidates: 40, Iterations: 12, BranchShare: 0.5));
        var plan = one.Plan(problem, null, random);
        many.Plan(problem, plan, random);

        var few = Allocated(() => one.Plan(problem, plan, random));
        var more = Allocated(() => many.Plan(problem, plan, random));
        Assert.Equal(10 * sizeof(float), more - few);
    }

    [Fact]
    public void A_previous_plan_of_another_size_is_refused()
    {
        var before = new CrossEntropyPlanner(new SearchOptions(Horizon: 3)).Plan(Problem(), null, new RandomStream(0, "small"));
        var error = Assert.Throws<ArgumentException>(() => new CrossEntropyPlanner().Plan(Problem(), before, new RandomStream(0, "large")));
        Assert.Contains("H 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_outside_their_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyPlanner(new SearchOptions(Horizon: 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyPlanner(new SearchOptions(Candidates: 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyPlanner(new SearchOptions(Correlation: 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyPlanner(options: new CrossEntropyOptions(Elites: 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MppiPlanner(new SearchOptions(Deviation: double.NaN)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MppiPlanner(options: new MppiOptions(0)));
    }

    internal static IPlanner Create(string kind, SearchOptions options) => kind switch
    {
        "around elites" => new CrossEntropyPlanner(options),
        "icem" => new IcemPlanner(options),
        "gradient" => new GradientPlanner(options, new GradientOptions(0.3)),
        "gaussian" => new CrossEntropyPlanner(options, new CrossEntropyOptions(Refinement: Refinement.Gaussian)),
        _ => new MppiPlanner(options),
    };

    private static PlanningProblem Problem(float[]? start = null, ICost? cost = null) =>
        new(LinearDynamics.Integrator(2), start ?? [0, 0], [cost ?? new LatentGoalCost([4, 3], GoalForm.Sum)], ActionLimits.Radial(2, 1));

    internal static long Allocated(Action action)
    {
        // The least of several: while a method is compiled again, a call or two may allocate what the code itself does not.
        var least = long.MaxValue;
        for (var trial = 0; trial < 5; trial++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
