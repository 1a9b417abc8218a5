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
    [InlineData("random", 8)]
    [InlineData("integrator", 20)]
    [InlineData("terminal", 5)]
    [InlineData("one_step", 1)]
    [InlineData("long", 40)]
    public void Cross_entropy_comes_within_two_percent_of_the_best_cost(string name, int horizon) =>
        AssertNearBest(name, horizon, 1.02, new CrossEntropyPlanner(
            new SearchOptions(horizon, Candidates: 300, Iterations: 60, Deviation: 0.3),
            new CrossEntropyOptions(Elites: 30, Refinement: Refinement.Gaussian, SmallestDeviation: 0.001)));

    [Theory]
    [InlineData("random", 8)]
    [InlineData("integrator", 20)]
    [InlineData("terminal", 5)]
    [InlineData("one_step", 1)]
    [InlineData("long", 40)]
    public void Path_integrals_come_within_five_percent_of_the_best_cost(string name, int horizon) =>
        AssertNearBest(name, horizon, 1.05, new MppiPlanner(
            new SearchOptions(horizon, Candidates: 300, Iterations: 60, Deviation: 0.3, DeviationDecay: 0.93), new MppiOptions(0.2)));

    private static void AssertNearBest(string name, int horizon, double factor, IPlanner planner)
    {
        var problem = Problem(name, horizon);
        var plan = planner.Plan(problem, null, new RandomStream(1, "linear-quadratic"));
        var best = Tensor(name, "output.cost")[0];
        Assert.Equal(PlanOutcome.Feasible, plan.Outcome);
        Assert.InRange(plan.Cost, best * 0.9999, best * factor);
        Assert.Equal(plan.BestCosts.OrderDescending(), plan.BestCosts);
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
