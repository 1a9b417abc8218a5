using Orrery.Planning.Constraints;
using Orrery.Planning.Planners;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Planners;

/// <summary>Problems whose best cost is known exactly, from tests/reference.</summary>
public class LinearQuadraticTests
{
    public static TheoryData<string> Cases() => GoldenPlans.Of("lq_open_loop");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cross_entropy_comes_within_two_percent_of_the_best_cost(string name) =>
        AssertNearBest(name, 1.02, 0.995, (horizon, correlation) => new CrossEntropyPlanner(
            new SearchOptions(horizon, Candidates: 600, Iterations: 120, Deviation: 0.3, Correlation: correlation),
            new CrossEntropyOptions(Elites: 120, Refinement: Refinement.Gaussian, SmallestDeviation: 0.001)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Path_integrals_come_within_five_percent_of_the_best_cost(string name) =>
        AssertNearBest(name, 1.05, 0.98, (horizon, correlation) => new MppiPlanner(
            new SearchOptions(horizon, Candidates: 300, Iterations: 60, Deviation: 0.3, DeviationDecay: 0.93, Correlation: correlation), new MppiOptions(0.2)));

    private static void AssertNearBest(string name, double factor, double gain, Func<int, double, IPlanner> create)
    {
        var horizon = GoldenPlans.Parameters(name).GetProperty("horizon").GetInt32();
        var problem = Problem(name, horizon);

        // Where only the end counts, actions need not resemble their neighbours.
        var planner = create(horizon, Array.TrueForAll(Tensor(name, "input.Q"), value => value == 0) ? 0 : 0.7);
        var plan = planner.Plan(problem, null, new RandomStream(1, "linear-quadratic"));
        var best = Tensor(name, "output.cost")[0];
        var rest = Rest(problem, horizon);
        Assert.Equal(PlanOutcome.Feasible, plan.Outcome);

        // Where the best cost is nearly nothing, what counts is how much of the possible gain was found.
        Assert.InRange(plan.Cost, best * 0.9999, Math.Max(best * factor, rest - (gain * (rest - best))));
        Assert.Equal(plan.BestCosts.OrderDescending(), plan.BestCosts);
    }

    /// <summary>The cost of doing nothing.</summary>
    private static float Rest(PlanningProblem problem, int horizon)
    {
        var actions = new float[horizon * problem.Limits.ActionSize];
        var latents = new float[horizon * problem.StartLatent.Length];
        problem.Dynamics.Rollout(problem.StartLatent, actions, 1, horizon, latents);
        var costs = new float[1];
        problem.Costs[0].Add(new RolloutBatch(1, horizon, 1, actions, latents, problem.StartLatent, []), costs);
        return costs[0];
    }

    private static PlanningProblem Problem(string name, int horizon)
    {
        var start = Tensor(name, "input.x0");
        var goal = Tensor(name, "input.goal");
        var (q, r, final) = (Tensor(name, "input.Q"), Tensor(name, "input.R"), Tensor(name, "input.Qf"));
        var states = start.Length;
        var controls = Tensor(name, "input.B").Length / states;
        var dynamics = new LinearDynamics(Tensor(name, "input.A"), Tensor(name, "input.B"), states, controls);

        // The limits must not bind, or the reference would not be the optimum.
        var largest = 1.5f * Tensor(name, "output.u").Max(Math.Abs);
        var high = Enumerable.Repeat(largest, controls).ToArray();
        var low = Enumerable.Repeat(-largest, controls).ToArray();
        var cost = new FunctionCost((actions, latents) =>
        {
            var sum = Form(q, start, goal);
            for (var step = 0; step < horizon; step++)
            {
                sum += Form(r, actions[(step * controls)..((step + 1) * controls)], new float[controls]);
                sum += Form(step == horizon - 1 ? final : q, latents[(step * states)..((step + 1) * states)], goal);
            }

            return sum;
        });
        return new PlanningProblem(dynamics, start, [cost], new ActionLimits(low, high));
    }

    private static double Form(float[] matrix, float[] at, float[] center)
    {
        double sum = 0;
        for (var i = 0; i < at.Length; i++)
        {
            for (var j = 0; j < at.Length; j++)
                sum += (double)matrix[(i * at.Length) + j] * (at[i] - center[i]) * (at[j] - center[j]);
        }

        return sum;
    }

    private static float[] Tensor(string name, string part) => GoldenPlans.Tensor(name, part);
}
