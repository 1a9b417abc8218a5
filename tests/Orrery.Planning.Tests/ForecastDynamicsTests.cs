using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Fallbacks;
using Orrery.Planning.Planners;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests;

public class ForecastDynamicsTests
{
    // x' = x + u0 + 10 u1 + 100 u2; what is in the middle is commanded.
    private static LinearDynamics Plant(int block = 1) => new([1], [1, 10, 100], 1, 3, block);

    [Fact]
    public void Only_commanded_inputs_are_shown_and_the_forecast_fills_in_the_others()
    {
        List<float[]> asked = [];
        var plant = Plant();
        plant.Asked = asked.Add;
        var dynamics = new ForecastDynamics(plant, [1]);
        Assert.Equal((1, 3, 2), (dynamics.ActionSize, dynamics.InputSize, dynamics.DisturbanceSize));
        dynamics.Expect([1, 2, 3, 4]);
        var latents = new float[6];
        dynamics.Rollout([0], [5, 6, 7, 8, 9, 10], 2, 3, latents);
        Assert.Equal([1, 5, 2, 3, 6, 4, 3, 7, 4], asked[0]);
        Assert.Equal([1, 8, 2, 3, 9, 4, 3, 10, 4], asked[1]);
        Assert.Equal(251, latents[0]);
    }

    [Fact]
    public void A_forecast_goes_on_within_a_block_of_actions()
    {
        List<float[]> asked = [];
        var plant = Plant(block: 2);
        plant.Asked = asked.Add;
        var dynamics = new ForecastDynamics(plant, [0, 1]);
        dynamics.Expect([7, 8, 9]);
        dynamics.Rollout([0], new float[8], 1, 2, new float[2]);
        Assert.Equal([0, 0, 7, 0, 0, 8, 0, 0, 9, 0, 0, 9], asked[0]);
    }

    [Fact]
    public void What_is_measured_now_is_held_and_what_is_commanded_is_picked()
    {
        var dynamics = new ForecastDynamics(Plant(), [0, 2]);
        dynamics.Hold([1, 2, 3]);
        Assert.Equal([2], dynamics.Forecast.ToArray());
        var picked = new float[4];
        dynamics.Pick([1, 2, 3, 4, 5, 6], picked);
        Assert.Equal([1, 3, 4, 6], picked);
    }

    [Fact]
    public void Permuting_candidates_permutes_their_latents_to_the_bit()
    {
        const int Count = 23, Steps = 4;
        var dynamics = new ForecastDynamics(Plant(), [0, 2]);
        dynamics.Expect([0.3f, -0.7f]);
        var random = new RandomStream(0, "forecast");
        var actions = new float[Count * Steps * 2];
        random.FillNormal(actions);
        var order = Enumerable.Range(0, Count).ToArray();
        random.Shuffle(order);
        float[] one = new float[Count * Steps], other = new float[Count * Steps];
        dynamics.Rollout([0.1f], actions, Count, Steps, one);
        dynamics.Rollout([0.1f], order.SelectMany(i => actions[(i * Steps * 2)..((i + 1) * Steps * 2)]).ToArray(), Count, Steps, other);
        Assert.Equal(order.SelectMany(i => one[(i * Steps)..((i + 1) * Steps)]), other);
    }

    [Fact]
    public void Nothing_is_allocated_after_the_first_call()
    {
        var dynamics = new ForecastDynamics(Plant(), [0, 2]);
        float[] actions = new float[24], latents = new float[12], forecast = [1, 2, 3];
        Run();
        var least = long.MaxValue;
        for (var trial = 0; trial < 5; trial++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);

        void Run()
        {
            dynamics.Hold([1, 2, 3]);
            dynamics.Expect(forecast);
            dynamics.Rollout([0], actions, 3, 4, latents);
        }
    }

    [Fact]
    public void A_controller_counteracts_a_disturbance_that_is_measured()
    {
        // The level falls by what is drawn (u1) and rises by what the valve lets in (u0); only a plan that knows of the draw holds it.
        var dynamics = new ForecastDynamics(new LinearDynamics([1], [1, -1], 1, 2), [0], new IdentityReadout(1));
        using var controller = new MpcController(new MpcSettings(
            dynamics, new CrossEntropyPlanner(new SearchOptions(Horizon: 6, Candidates: 200, Iterations: 6), new CrossEntropyOptions(Refinement: Refinement.Gaussian)),
            new ActionLimits([0], [2]), new HoldLastFallback([0])));
        controller.Pursue(new SetPointCost(dynamics, [new SetPoint("level", 0, 5, 1)]));
        float level = 5, draw = 1.5f;
        for (var step = 0; step < 12; step++)
        {
            var decision = controller.Step(latent =>
            {
                dynamics.Expect([draw]);
                latent[0] = level;
            });
            Assert.Equal(DecisionSource.Plan, decision.Source);
            level += decision.Action.Span[0] - draw;
        }

        Assert.Equal(5, level, 0.15);
    }

    [Fact]
    public void Without_a_forecast_the_fallback_acts_and_the_reason_says_what_to_do()
    {
        var dynamics = new ForecastDynamics(Plant(), [0]);
        using var controller = new MpcController(new MpcSettings(
            dynamics, new CrossEntropyPlanner(new SearchOptions(Horizon: 2, Candidates: 4)), new ActionLimits([0], [1]), new HoldLastFallback([0.5f])));
        controller.Pursue(new LatentGoalCost([1]));
        var decision = controller.Step(latent => latent[0] = 0);
        Assert.Equal(DecisionSource.Fallback, decision.Source);
        Assert.Contains("call Hold", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ForecastDynamics(Plant(), []));
        Assert.Throws<ArgumentException>(() => new ForecastDynamics(Plant(), [3]));
        Assert.Throws<ArgumentException>(() => new ForecastDynamics(Plant(), [1, 1]));
        var dynamics = new ForecastDynamics(Plant(), [1]);
        Assert.Throws<ArgumentException>(() => dynamics.Expect([]));
        Assert.Throws<ArgumentException>(() => dynamics.Expect([1]));
        Assert.Throws<ArgumentException>(() => dynamics.Expect([1, float.NaN]));
        Assert.Throws<ArgumentException>(() => dynamics.Hold([1, 2]));
        Assert.Throws<InvalidOperationException>(() => dynamics.Read([0], 1, new float[1]));
        Assert.Throws<InvalidOperationException>(() => dynamics.Rollout([0], [1], 1, 1, new float[1]));
    }
}
