using Orrery.Models;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Planners;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Planners;

public class GradientPlannerTests
{
    private static readonly SearchOptions Few = new(TestProblems.Horizon, Candidates: 8, Iterations: 60);

    [Fact]
    public void It_solves_a_double_integrator_and_beats_random_shooting_with_as_many_evaluations()
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            var plan = new GradientPlanner(Few).Plan(TestProblems.DoubleIntegrator(), null, new RandomStream(seed, "search"));
            var shot = TestProblems.Shoot(TestProblems.DoubleIntegrator(), plan.Evaluations, seed);
            Assert.Equal((8 * 60) + 1, plan.Evaluations);
            Assert.InRange(plan.Cost, 0, 0.001);
            Assert.True(plan.Cost < shot.Cost, $"descended {plan.Cost}, shot {shot.Cost}");
        }
    }

    [Fact]
    public void One_start_comes_within_a_thousandth_of_the_least_cost_where_that_is_known()
    {
        // A mass at 1 is to come to 0 and little force be spent: u minimises |x + sum u|^2 + 0.1 / 4 sum u^2 = 0.1 / 4 x^2 / (4 + 0.1 / 4).
        var problem = new PlanningProblem(
            LinearDynamics.Integrator(1), [1], [new LatentGoalCost([0], GoalForm.Terminal, distance: LatentDistance.Squared), new ActionEffortCost([1], 0.1)], new ActionLimits([-1], [1]));
        var plan = new GradientPlanner(new SearchOptions(Horizon: 4, Candidates: 2, Iterations: 300, FreshShare: 0), new GradientOptions(0.01)).Plan(problem, null, new RandomStream(0, "one"));
        var least = 0.025 / 4.025;
        Assert.InRange(plan.Cost, least - 1e-6, 1.001 * least);
        Assert.Equal(-1 / 4.025, plan.ActionAt(2)[0], 1e-2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_sequence_leaves_the_limits_while_it_descends_unless_it_may(bool clip)
    {
        var dynamics = LinearDynamics.Integrator(2, 3);
        var limits = new ActionLimits([-1, -1], [1, 1], 1.2, [0.4f, 0.4f]);
        var outside = 0;
        dynamics.Asked = actions => outside += limits.Contains(actions, [0.1f, 0]) ? 0 : 1;
        var problem = new PlanningProblem(dynamics, [0, 0], [new LatentGoalCost([50, 20]), new ActionRateCost([1, 1], 0.01)], limits, previousAction: [0.1f, 0]);
        var plan = new GradientPlanner(new SearchOptions(Horizon: 5, Candidates: 6, Iterations: 40, Clip: clip)).Plan(problem, null, new RandomStream(0, "limits"));
        Assert.Equal(clip, outside == 0);
        Assert.True(limits.Contains(plan.Actions.Span, [0.1f, 0]));
        Assert.True(plan.Latents.Span[^2] > 10, "it goes towards the goal as fast as it may");
    }

    [Fact]
    public void A_plan_says_what_an_ordinary_roll_out_says()
    {
        var problem = TestProblems.DoubleIntegrator();
        var plan = new GradientPlanner(Few).Plan(problem, null, new RandomStream(0, "honest"));
        var latents = new float[plan.Latents.Length];
        problem.Dynamics.Rollout(problem.StartLatent, plan.Actions.Span, 1, plan.Horizon, latents);
        Assert.Equal(latents, plan.Latents.ToArray());
    }

    [Fact]
    public void The_plan_before_shifted_is_the_first_start()
    {
        var dynamics = TestProblems.DoubleIntegratorDynamics();
        var problem = new PlanningProblem(dynamics, [0, 0], [new LatentGoalCost([6, 0])], new ActionLimits([-1], [1]));
        var planner = new GradientPlanner(Few with { Horizon = 4 });
        var before = planner.Plan(problem, null, new RandomStream(0, "before"));
        List<float[]> asked = [];
        dynamics.Asked = asked.Add;
        planner.Plan(problem, before, new RandomStream(1, "after"));
        var was = before.Actions.ToArray();
        Assert.Equal([was[1], was[2], was[3], was[3]], asked[0]);
    }

    [Fact]
    public void Decisions_that_last_gather_the_slopes_of_their_steps()
    {
        var problem = new PlanningProblem(LinearDynamics.Integrator(1, 2), [0], [new LatentGoalCost([5], GoalForm.Terminal)], new ActionLimits([-1], [1]));
        var plan = new GradientPlanner(new SearchOptions(Horizon: 9, Candidates: 4, Iterations: 100, Decisions: 3)).Plan(problem, null, new RandomStream(0, "moves"));
        Assert.InRange(plan.Cost, 0, 0.05);
        Assert.InRange(plan.Actions.ToArray().Distinct().Count(), 1, 3);
    }

    [Fact]
    public void Dynamics_without_a_slope_are_named_with_what_to_use_instead()
    {
        var problem = new PlanningProblem(new TwoRoomsSimulator(), [9, 9], [new LatentGoalCost([50, 50])], ActionLimits.Radial(2, 1));
        var message = Assert.Throws<ArgumentException>(() => new GradientPlanner().Plan(problem, null, new RandomStream(0, "none"))).Message;
        Assert.Contains("TwoRoomsSimulator", message, StringComparison.Ordinal);
        Assert.Contains("'icem'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cost_without_a_slope_is_named_with_what_to_use_instead()
    {
        var point = new SetPointCost(new IdentityReadout(2), [new SetPoint("level", 0, 1, 1)]);
        var problem = new PlanningProblem(LinearDynamics.Integrator(2), [0, 0], [new LatentGoalCost([1, 1]), point], ActionLimits.Radial(2, 1));
        var message = Assert.Throws<ArgumentException>(() => new GradientPlanner().Plan(problem, null, new RandomStream(0, "none"))).Message;
        Assert.Contains("'level' (SetPointCost)", message, StringComparison.Ordinal);
        Assert.Contains("'cem'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_whose_slope_is_no_number_stays_and_the_others_go_on()
    {
        var problem = new PlanningProblem(new Cliff(), [0], [new LatentGoalCost([3], GoalForm.Terminal)], new ActionLimits([-1], [1]));
        var plan = new GradientPlanner(new SearchOptions(Horizon: 2, Candidates: 8, Iterations: 60, FreshShare: 0.9)).Plan(problem, null, new RandomStream(0, "cliff"));
        Assert.Equal(PlanOutcome.Feasible, plan.Outcome);
        Assert.InRange(plan.Cost, 0.99, 1.01);
    }

    [Fact]
    public void An_action_is_held_over_its_block_unless_each_step_may_have_its_own()
    {
        // Only late steps reach the second number in time.
        var dynamics = new LinearDynamics([1, 0, 0, 0.5f], [1, 1], 2, 1, 3);
        var problem = new PlanningProblem(dynamics, [0, 0], [new LatentGoalCost([1, 1], GoalForm.Terminal)], new ActionLimits([-1], [1]));
        var search = new SearchOptions(Horizon: 2, Candidates: 4, Iterations: 60);
        var held = new GradientPlanner(search).Plan(problem, null, new RandomStream(0, "held"));
        var free = new GradientPlanner(search with { HoldWithinBlock = false }).Plan(problem, null, new RandomStream(0, "held"));
        Assert.All(Enumerable.Range(0, 6), step => Assert.Equal(held.ActionAt(step / 3 * 3)[0], held.ActionAt(step)[0]));
        Assert.True(free.ActionAt(5)[0] > free.ActionAt(4)[0]);
        Assert.True(free.Cost <= held.Cost + 1e-3);
    }

    [Fact]
    public void A_step_allocates_nothing_after_the_first_plan()
    {
        var problem = new PlanningProblem(
            LinearDynamics.Integrator(2, 2), [0, 0], [new LatentGoalCost([5, 5]), new ActionEffortCost([1, 1]), new ActionRateCost([1, 1])], ActionLimits.Radial(2, 1));
        var random = new RandomStream(0, "allocation");
        var one = new GradientPlanner(new SearchOptions(Candidates: 10, Iterations: 2));
        var many = new GradientPlanner(new SearchOptions(Candidates: 10, Iterations: 12));
        var plan = one.Plan(problem, null, random);
        many.Plan(problem, plan, random);
        Assert.Equal(10 * sizeof(float), SearchTests.Allocated(() => many.Plan(problem, plan, random)) - SearchTests.Allocated(() => one.Plan(problem, plan, random)));
    }

    [Fact]
    public void A_plan_fails_where_nothing_is_finite_and_the_next_begins_anew()
    {
        PlanningProblem Problem(float x) => new(LinearDynamics.Integrator(2), [x, 0], [new LatentGoalCost([5, 5])], ActionLimits.Radial(2, 1));
        var planner = new GradientPlanner(new SearchOptions(Candidates: 4, Iterations: 5));
        var failed = planner.Plan(Problem(float.NaN), null, new RandomStream(0, "failing"));
        Assert.Equal(PlanOutcome.Failed, failed.Outcome);
        Assert.Equal(PlanOutcome.Feasible, planner.Plan(Problem(0), failed, new RandomStream(0, "failing")).Outcome);
    }

    [Fact]
    public void Options_outside_their_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientPlanner(options: new GradientOptions(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientPlanner(new SearchOptions(Iterations: 0)));
    }

    /// <summary>x' = x + u whose slope is no number to the left of the start.</summary>
    private sealed class Cliff : IDifferentiableDynamics
    {
        private readonly LinearDynamics _plain = LinearDynamics.Integrator(1);
        private float[] _last = [];

        public int LatentSize => 1;

        public int ActionSize => 1;

        public int ActionBlock => 1;

        public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents) =>
            _plain.Rollout(latent, actions, candidates, horizon, latents);

        public void Record(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
        {
            _plain.Record(latent, actions, candidates, horizon, latents);
            _last = latents.ToArray();
        }

        public void PullBack(ReadOnlySpan<float> latentGradients, Span<float> actionGradients)
        {
            _plain.PullBack(latentGradients, actionGradients);
            for (var i = 0; i < _last.Length; i++)
            {
                if (_last[i] < 0)
                    actionGradients[i] = float.NaN;
            }
        }
    }
}
