using Orrery.Planning.Planners;

namespace Orrery.Planning.Tests.Planners;

public class LinearQuadraticRegulatorTests
{
    public static TheoryData<string> FiniteCases() => GoldenPlans.Of("lqr_finite");

    public static TheoryData<string> InfiniteCases() => GoldenPlans.Of("lqr_infinite");

    public static TheoryData<string> Plans() => GoldenPlans.Of("lq_open_loop");

    [Theory]
    [MemberData(nameof(FiniteCases))]
    public void Gains_and_costs_over_a_horizon_match_the_golden_files(string name)
    {
        var regulator = LinearQuadraticRegulator.Finite(
            Input(name, "A"), Input(name, "B"), Input(name, "Q"), Input(name, "R"), Input(name, "Qf"), GoldenPlans.Parameters(name).GetProperty("horizon").GetInt32());
        GoldenPlans.AssertClose(name, "output.K", regulator.Gains.SelectMany(gain => gain));
        GoldenPlans.AssertClose(name, "output.P", regulator.Costs.SelectMany(cost => cost));
    }

    [Theory]
    [MemberData(nameof(InfiniteCases))]
    public void Gain_and_cost_for_ever_match_the_golden_files(string name)
    {
        var regulator = LinearQuadraticRegulator.Infinite(Input(name, "A"), Input(name, "B"), Input(name, "Q"), Input(name, "R"));
        GoldenPlans.AssertClose(name, "output.K", regulator.Gains[0]);
        GoldenPlans.AssertClose(name, "output.P", regulator.Costs[0]);
    }

    // A goal is a state more that never changes: x - goal becomes [I, -goal] times [x, 1].
    [Theory]
    [MemberData(nameof(Plans))]
    public void Plans_to_a_goal_are_the_best_ones(string name)
    {
        float[] start = Input(name, "x0"), goal = Input(name, "goal"), b = Input(name, "B");
        int states = start.Length, controls = b.Length / states, horizon = GoldenPlans.Parameters(name).GetProperty("horizon").GetInt32();
        var a = new float[(states + 1) * (states + 1)];
        for (var row = 0; row < states; row++) Input(name, "A").AsSpan(row * states, states).CopyTo(a.AsSpan(row * (states + 1)));
        a[^1] = 1;
        var regulator = LinearQuadraticRegulator.Finite(
            a, [.. b, .. new float[controls]], Shifted(Input(name, "Q"), goal), Input(name, "R"), Shifted(Input(name, "Qf"), goal), horizon);

        float[] state = [.. start, 1];
        var (actions, latents) = (new float[horizon * controls], new List<float>(start));
        for (var step = 0; step < horizon; step++)
        {
            var action = actions.AsSpan(step * controls, controls);
            regulator.Act(step, state, action);
            var next = new float[states];
            new LinearDynamics(Input(name, "A"), b, states, controls).Rollout(state.AsSpan(0, states), action, 1, 1, next);
            next.CopyTo(state, 0);
            latents.AddRange(next);
        }

        GoldenPlans.AssertClose(name, "output.u", actions.Select(value => (double)value));
        GoldenPlans.AssertClose(name, "output.x", latents.Select(value => (double)value));
    }

    [Fact]
    public void A_model_that_cannot_be_stabilised_is_refused()
    {
        Assert.Contains("does not settle", Assert.Throws<InvalidOperationException>(() => LinearQuadraticRegulator.Infinite([2], [0], [1], [1])).Message, StringComparison.Ordinal);
        Assert.Contains("R must be", Assert.Throws<ArgumentException>(() => LinearQuadraticRegulator.Infinite([1], [0], [1], [0])).Message, StringComparison.Ordinal);
        Assert.Contains("R has 1 numbers; 4", Assert.Throws<ArgumentException>(() => LinearQuadraticRegulator.Infinite([1], [1, 1], [1], [1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => LinearQuadraticRegulator.Infinite([1, 2], [1, 1], [1], [1]));
    }

    private static float[] Input(string name, string part) => GoldenPlans.Tensor(name, "input." + part);

    private static float[] Shifted(float[] weight, float[] goal)
    {
        var states = goal.Length;
        var whole = new float[(states + 1) * (states + 1)];
        for (var row = 0; row < states; row++)
        {
            double moved = 0;
            for (var column = 0; column < states; column++)
            {
                whole[(row * (states + 1)) + column] = weight[(row * states) + column];
                moved -= (double)weight[(row * states) + column] * goal[column];
            }

            whole[(row * (states + 1)) + states] = whole[(states * (states + 1)) + row] = (float)moved;
            whole[^1] -= (float)(moved * goal[row]);
        }

        return whole;
    }
}
