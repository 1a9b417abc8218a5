using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Planners;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Planners;

/// <summary>The options that together are LeWM's search, each for itself and all at once.</summary>
public class LewmSearchTests
{
    private static readonly SearchOptions White = new(Horizon: 3, Candidates: 8, Iterations: 2, FreshShare: 0, Correlation: 0);
    private static readonly CrossEntropyOptions Gaussian = new(Elites: 2, Refinement: Refinement.Gaussian, SmallestDeviation: 0);

    [Fact]
    public void The_recipe_solves_a_double_integrator_and_beats_random_shooting_with_as_many_evaluations()
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            var plan = PlannerFactory.Create(Recipe(candidates: 60, iterations: 12)).Plan(TestProblems.DoubleIntegrator(), null, new RandomStream(seed, "search"));
            var shot = TestProblems.Shoot(TestProblems.DoubleIntegrator(), plan.Evaluations, seed);
            Assert.InRange(plan.Cost, 0, 0.05);
            Assert.True(plan.Cost < shot.Cost, $"searched {plan.Cost}, shot {shot.Cost}");
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_plan_to_the_bit_from_a_previous_plan_on_too()
    {
        var planner = PlannerFactory.Create(Recipe(20, 4) with { Replan = 2 });
        var before = planner.Plan(TestProblems.DoubleIntegrator(), null, new RandomStream(1, "before"));
        var one = planner.Plan(TestProblems.DoubleIntegrator(), before, new RandomStream(2, "after"));
        var other = PlannerFactory.Create(Recipe(20, 4) with { Replan = 2 }).Plan(TestProblems.DoubleIntegrator(), before, new RandomStream(2, "after"));
        Assert.Equal(one.Actions.ToArray(), other.Actions.ToArray());
        Assert.Equal(one.BestCosts, other.BestCosts);
        Assert.NotEqual(one.Actions.ToArray(), planner.Plan(TestProblems.DoubleIntegrator(), null, new RandomStream(2, "after")).Actions.ToArray());
    }

    [Fact]
    public void Without_clipping_candidates_leave_the_limits_and_the_plan_does_not()
    {
        var limits = new ActionLimits([-1], [1], null, [0.5f]);
        var dynamics = TestProblems.DoubleIntegratorDynamics();
        List<float[]> asked = [];
        dynamics.Asked = asked.Add;
        var problem = new PlanningProblem(dynamics, [0, 0], [new LatentGoalCost([30, 0], GoalForm.Terminal)], limits, previousAction: [0.2f]);
        var planner = new CrossEntropyPlanner(White with { Clip = false, Deviation = 2 }, Gaussian);
        var plan = planner.Plan(problem, null, new RandomStream(0, "search"));
        Assert.Contains(asked, actions => actions.Max(Math.Abs) > 1.5);
        Assert.True(limits.Contains(plan.Actions.Span, [0.2f]));
        Assert.Equal(asked[^1], plan.Actions.ToArray());
        var latents = new float[plan.Latents.Length];
        dynamics.Rollout(problem.StartLatent, plan.Actions.Span, 1, plan.Horizon, latents);
        Assert.Equal(latents, plan.Latents.ToArray());
        Assert.True(plan.Cost > plan.BestCosts[^1], "the limits cost something, and the plan says so");
    }

    [Fact]
    public void Without_clipping_the_next_search_begins_where_this_one_ended_not_at_the_limits()
    {
        var dynamics = TestProblems.DoubleIntegratorDynamics();
        var problem = new PlanningProblem(dynamics, [0, 0], [new LatentGoalCost([30, 0], GoalForm.Terminal)], new ActionLimits([-1], [1]));
        var planner = new CrossEntropyPlanner(White with { Clip = false, Deviation = 2 }, Gaussian);
        var before = planner.Plan(problem, null, new RandomStream(0, "before"));
        List<float[]> asked = [];
        dynamics.Asked = asked.Add;
        planner.Plan(problem, before, new RandomStream(0, "after"));
        Assert.Contains(asked[0], action => Math.Abs(action) > 1);
    }

    [Fact]
    public void In_the_training_space_the_first_round_has_the_mean_and_the_deviation_of_the_trainings_actions()
    {
        var dynamics = new Trained(LinearDynamics.Integrator(2), [3, -1], [0.5, 2]);
        List<float[]> asked = [];
        dynamics.Inner.Asked = asked.Add;
        var problem = new PlanningProblem(dynamics, [0, 0], [new LatentGoalCost([0, 0])], new ActionLimits([-1, -1], [1, 1]), previousAction: [0.3f, 0.3f]);
        new CrossEntropyPlanner(White with { Candidates = 2000, Iterations = 1, Clip = false, Deviation = 1, Space = SearchSpace.Training }).Plan(problem, null, new RandomStream(0, "space"));
        Assert.Equal([3, -1, 3, -1, 3, -1], asked[0]);
        Assert.InRange(asked.Skip(1).SkipLast(1).Average(actions => actions[2]), 2.95, 3.05);
        Assert.InRange(Deviation(asked.Skip(1).SkipLast(1).Select(actions => actions[2])), 0.48, 0.52);
        Assert.InRange(Deviation(asked.Skip(1).SkipLast(1).Select(actions => actions[5])), 1.9, 2.1);
    }

    [Theory]
    [InlineData(null, 0.57735)]
    [InlineData(0.9, 0.45)]
    public void Without_known_actions_the_training_space_is_that_of_even_draws_from_the_limits(double? norm, double expected)
    {
        var dynamics = LinearDynamics.Integrator(2);
        List<float[]> asked = [];
        dynamics.Asked = asked.Add;
        var problem = new PlanningProblem(dynamics, [0, 0], [new LatentGoalCost([0, 0])], new ActionLimits([-1, -1], [1, 1], norm));
        new CrossEntropyPlanner(White with { Candidates = 4000, Iterations = 1, Clip = false, Deviation = 1, Space = SearchSpace.Training }).Plan(problem, null, new RandomStream(0, "space"));
        Assert.InRange(Deviation(asked.Skip(1).SkipLast(1).Select(actions => actions[3])), 0.96 * expected, 1.04 * expected);
    }

    [Fact]
    public void In_the_training_space_the_mean_follows_where_a_plan_ends()
    {
        var dynamics = new Trained(LinearDynamics.Integrator(1), [0.25], [0.5]);
        var problem = new PlanningProblem(dynamics, [0], [new LatentGoalCost([9])], new ActionLimits([-1], [1]));
        var planner = new CrossEntropyPlanner(White with { Space = SearchSpace.Training, Replan = 2 });
        var before = planner.Plan(problem, null, new RandomStream(0, "before"));
        List<float[]> asked = [];
        dynamics.Inner.Asked = asked.Add;
        planner.Plan(problem, before, new RandomStream(0, "after"));
        Assert.Equal([before.ActionAt(2)[0], 0.25f, 0.25f], asked[0]);
    }

    [Fact]
    public void The_mean_of_the_elites_is_executed_where_asked_for()
    {
        var dynamics = LinearDynamics.Integrator(1);
        List<float[]> asked = [];
        dynamics.Asked = asked.Add;
        var problem = new PlanningProblem(dynamics, [0], [new LatentGoalCost([3])], new ActionLimits([-9], [9]));
        var planner = new CrossEntropyPlanner(White with { Iterations = 1, Deviation = 0.1 }, Gaussian with { Elites = 8, Execution = Execution.Mean });
        var plan = planner.Plan(problem, null, new RandomStream(0, "mean"));
        for (var step = 0; step < 3; step++)
            Assert.Equal(asked.Take(8).Average(actions => actions[step]), plan.ActionAt(step)[0], 1e-6);
    }

    [Fact]
    public void A_mean_that_breaks_a_limit_which_the_best_candidate_keeps_is_not_executed()
    {
        // Right or left is fine, straight on is not: the mean of both ways is.
        var problem = new PlanningProblem(LinearDynamics.Integrator(1), [0], [new FunctionCost((actions, _) => 1)], new ActionLimits([-1], [1]), [new NotStraightOn()]);
        var planner = new CrossEntropyPlanner(
            White with { Horizon = 1, Candidates = 400, Iterations = 1 }, Gaussian with { Elites = 400, Execution = Execution.Mean });
        var plan = planner.Plan(problem, null, new RandomStream(0, "both ways"));
        Assert.Equal(PlanOutcome.Feasible, plan.Outcome);
        Assert.True(Math.Abs(plan.ActionAt(0)[0]) > 0.3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Elites_stay_in_the_race_only_where_they_are_kept(bool keep)
    {
        // Whatever comes in the second round is dearer than all of the first.
        var dynamics = LinearDynamics.Integrator(1);
        List<float[]> asked = [];
        dynamics.Asked = asked.Add;
        var problem = new PlanningProblem(dynamics, [0], [new FunctionCost((_, _) => asked.Count > 8 ? 1 : 0)], new ActionLimits([-9], [9]));
        var planner = new CrossEntropyPlanner(White, Gaussian with { KeepElites = keep, Execution = Execution.Mean });
        var plan = planner.Plan(problem, null, new RandomStream(0, "elites"));
        var first = keep ? 0 : 8;
        Assert.Equal((asked[first][0] + asked[first + 1][0]) / 2, plan.ActionAt(0)[0], 1e-6);
        Assert.Equal([0, 0], plan.BestCosts);
    }

    [Fact]
    public void An_unbiased_variance_of_two_elites_is_twice_the_other()
    {
        Assert.Equal(Math.Sqrt(2) * SecondRound(unbiased: false), SecondRound(unbiased: true), 1e-4);

        static double SecondRound(bool unbiased)
        {
            var dynamics = LinearDynamics.Integrator(1);
            List<float[]> asked = [];
            dynamics.Asked = asked.Add;
            var problem = new PlanningProblem(dynamics, [0], [new LatentGoalCost([3])], new ActionLimits([-90], [90]));
            new CrossEntropyPlanner(White with { Deviation = 0.01 }, Gaussian with { Unbiased = unbiased }).Plan(problem, null, new RandomStream(0, "variance"));
            return asked[9][0] - asked[8][0];
        }
    }

    [Fact]
    public void Options_outside_their_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyPlanner(White with { Replan = 4 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyPlanner(White with { Replan = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyPlanner(White, Gaussian with { Elites = 1, Unbiased = true }));
    }

    [Theory]
    [InlineData("nearest", "euclidean", 1.2)]
    [InlineData("terminal", "euclidean", 3)]
    [InlineData("terminal", "squared", 9)]
    [InlineData("sum", "euclidean", 4)]
    [InlineData("sum", "squared", 10)]
    public void A_recipe_says_how_the_way_to_a_goal_is_measured(string form, string distance, double expected)
    {
        var cost = PlannerFactory.GoalCost(new PlannerRecipe(GoalForm: form, Distance: distance), [0]);
        var costs = new float[1];
        cost.Add(new RolloutBatch(1, 2, 1, [0, 0], [1, 3], [0], []), costs);
        Assert.Equal(expected, costs[0], 1e-6);
    }

    private static PlannerRecipe Recipe(int candidates, int iterations) => new(
        Horizon: TestProblems.Horizon, Candidates: candidates, Iterations: iterations, Elites: candidates / 10, Refinement: "gaussian", GoalForm: "terminal",
        Distance: "squared", Space: "training", Sigma: 1, Clipping: false, HoldActions: false, Correlation: 0, Exploration: 0, KeepElites: false,
        SmallestDeviation: 0, Unbiased: true, Execute: "mean");

    private static double Deviation(IEnumerable<float> values)
    {
        var all = values.ToArray();
        var mean = all.Average(value => (double)value);
        return Math.Sqrt(all.Average(value => (value - mean) * (value - mean)));
    }

    private sealed class NotStraightOn : IConstraint
    {
        public string Name => "not straight on";

        public void Violation(in RolloutBatch batch, Span<float> violations)
        {
            for (var candidate = 0; candidate < batch.Candidates; candidate++)
                violations[candidate] += Math.Max(0, 0.3f - Math.Abs(batch.ActionsOf(candidate)[0]));
        }
    }

    private sealed class Trained(LinearDynamics inner, double[] mean, double[] deviation) : ILatentDynamics, IActionStatistics
    {
        public LinearDynamics Inner => inner;

        public int LatentSize => inner.LatentSize;

        public int ActionSize => inner.ActionSize;

        public int ActionBlock => inner.ActionBlock;

        public IReadOnlyList<double> ActionMean => mean;

        public IReadOnlyList<double> ActionDeviation => deviation;

        public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents) =>
            inner.Rollout(latent, actions, candidates, horizon, latents);
    }
}
