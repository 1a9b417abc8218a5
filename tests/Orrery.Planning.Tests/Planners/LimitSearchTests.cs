using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Planners;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Planners;

/// <summary>Tries to make a planner consider an action outside its limits.</summary>
public class LimitSearchTests
{
    [Theory]
    [InlineData("around elites")]
    [InlineData("gaussian")]
    [InlineData("path integrals")]
    [InlineData("icem")]
    public void No_candidate_ever_leaves_the_limits(string kind)
    {
        for (ulong trial = 0; trial < 60; trial++)
        {
            var random = new RandomStream(trial, "limits");
            var size = 1 + random.NextInt(3);
            var limits = RandomLimits(random, size);
            var previous = RandomInside(random, limits);
            var dynamics = LinearDynamics.Integrator(size, 1 + random.NextInt(3));
            dynamics.Asked = actions => Assert.True(limits.Contains(actions, previous), $"trial {trial}: {string.Join(", ", actions)}");
            var cost = Adversary(random.NextInt(5));
            var problem = new PlanningProblem(dynamics, new float[size], [cost], limits, previousAction: previous);
            var planner = SearchTests.Create(kind, new SearchOptions(
                Horizon: 1 + random.NextInt(5),
                Candidates: 20,
                Deviation: Math.Pow(10, (random.NextDouble() * 42) - 3),
                FreshShare: random.NextDouble(),
                HoldWithinBlock: random.NextInt(2) == 0));
            var plan = planner.Plan(problem, null, random);
            Assert.True(limits.Contains(plan.Actions.Span, previous));
            plan = planner.Plan(problem, plan, random);
            Assert.True(limits.Contains(plan.Actions.Span, previous));
        }
    }

    [Theory]
    [InlineData("around elites")]
    [InlineData("gaussian")]
    [InlineData("path integrals")]
    [InlineData("icem")]
    public void Without_clipping_no_plan_ever_leaves_the_limits(string kind)
    {
        for (ulong trial = 0; trial < 60; trial++)
        {
            var random = new RandomStream(trial, "limits");
            var size = 1 + random.NextInt(3);
            var limits = RandomLimits(random, size);
            var previous = RandomInside(random, limits);
            var problem = new PlanningProblem(
                LinearDynamics.Integrator(size, 1 + random.NextInt(3)), new float[size], [Adversary(random.NextInt(5))], limits, previousAction: previous);
            var planner = SearchTests.Create(kind, new SearchOptions(
                Horizon: 1 + random.NextInt(5), Candidates: 20, Deviation: Math.Pow(10, (random.NextDouble() * 42) - 3), Clip: false,
                HoldWithinBlock: random.NextInt(2) == 0, Space: random.NextInt(2) == 0 ? SearchSpace.Limits : SearchSpace.Training));
            var plan = planner.Plan(problem, null, random);
            Assert.True(limits.Contains(plan.Actions.Span, previous), $"trial {trial}");
            plan = planner.Plan(problem, plan, random);
            Assert.True(limits.Contains(plan.Actions.Span, previous), $"trial {trial}, again");
        }
    }

    /// <summary>Costs that pull outwards without end, or that are no numbers at all.</summary>
    private static FunctionCost Adversary(int kind) => new((actions, _) => kind switch
    {
        0 => -1e30 * actions.Sum(),
        1 => -actions.Max(Math.Abs),
        2 => actions[0] > 0 ? double.NaN : -actions[^1],
        3 => double.PositiveInfinity,
        _ => actions.Sum(Math.Abs) > 1 ? double.NegativeInfinity : -actions[0],
    });

    private static ActionLimits RandomLimits(RandomStream random, int size)
    {
        var low = new float[size];
        var high = new float[size];
        var withNorm = random.NextInt(2) == 0;
        for (var i = 0; i < size; i++)
        {
            low[i] = (float)(random.NextNormal() * 3);
            high[i] = low[i] + (float)(random.NextInt(8) == 0 ? 0 : 5 * random.NextDouble());
            if (!withNorm)
                continue;
            low[i] = Math.Min(low[i], 0);
            high[i] = Math.Max(high[i], 0);
        }

        float[] rate = [];
        if (random.NextInt(2) == 0)
        {
            rate = new float[size];
            random.FillUniform(rate, 0.01f, 2);
        }

        return new ActionLimits(low, high, withNorm ? 0.1 + (3 * random.NextDouble()) : null, rate);
    }

    private static float[] RandomInside(RandomStream random, ActionLimits limits)
    {
        var action = new float[limits.ActionSize];
        random.FillNormal(action);
        limits.Project(action, []);
        return action;
    }
}
