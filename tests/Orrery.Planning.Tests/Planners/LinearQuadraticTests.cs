using Orrery.Planning.Constraints;
using Orrery.Planning.Planners;
using Orrery.Tensors.Random;
using Orrery.Tensors.Serialization;

namespace Orrery.Planning.Tests.Planners;

/// <summary>Problems whose best cost is known exactly, from tests/reference.</summary>
public class LinearQuadraticTests
{
    private static readonly Lazy<SafetensorsFile> Reference = new(() => SafetensorsFile.Read(ReferencePath()));

    [Theory]
    [InlineData("random", 8, 0.7)]
    [InlineData("integrator", 20, 0.7)]
    [InlineData("terminal", 5, 0.0)]
    [InlineData("one_step", 1, 0.7)]
    [InlineData("long", 40, 0.7)]
    public void Cross_entropy_comes_within_two_percent_of_the_best_cost(string name, int horizon, double correlation) =>
        AssertNearBest(name, horizon, 1.02, 0.995, new CrossEntropyPlanner(
            new SearchOptions(horizon, Candidates: 300, Iterations: 60, Deviation: 0.3, Correlation: correlation),
            new CrossEntropyOptions(Elites: 30, Refinement: Refinement.Gaussian, SmallestDeviation: 0.001)));

    [Theory]
    [InlineData("random", 8, 0.7)]
    [InlineData("integrator", 20, 0.7)]
    [InlineData("terminal", 5, 0.0)]
    [InlineData("one_step", 1, 0.7)]
    [InlineData("long", 40, 0.7)]
    public void Path_integrals_come_within_five_percent_of_the_best_cost(string name, int horizon, double correlation) =>
        AssertNearBest(name, horizon, 1.05, 0.98, new MppiPlanner(
            new SearchOptions(horizon, Candidates: 300, Iterations: 60, Deviation: 0.3, DeviationDecay: 0.93, Correlation: correlation), new MppiOptions(0.2)));

    private static void AssertNearBest(string name, int horizon, double factor, double gain, IPlanner planner)
    {
        var problem = Problem(name, horizon);
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

    private static float[] Tensor(string name, string part) => Reference.Value[$"lq_open_loop_{name}/{part}"].Values<float>().ToArray();

    private static string ReferencePath()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Orrery.slnx")))
                return Path.Combine(folder.FullName, "tests", "reference", "12_planning.safetensors");
        }

        throw new InvalidOperationException("Run the tests from a checkout.");
    }
}
