using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;
using Orrery.Planning.Planners;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests;

/// <summary>A mass on a line that is to stand still elsewhere: position and speed, a force within -1 .. 1.</summary>
internal static class TestProblems
{
    public const int Horizon = 8;

    public static LinearDynamics DoubleIntegratorDynamics() => new([1, 1, 0, 1], [0.5f, 1], 2, 1);

    public static PlanningProblem DoubleIntegrator() => new(
        DoubleIntegratorDynamics(), [0, 0], [new LatentGoalCost([6, 0], GoalForm.Terminal, distance: LatentDistance.Squared)], new ActionLimits([-1], [1]));

    /// <summary>Random shooting: so many candidates at once, each action drawn evenly or nearly so, and the best of them.</summary>
    public static Plan Shoot(PlanningProblem problem, int evaluations, ulong seed) => new CrossEntropyPlanner(new SearchOptions(
        Horizon, Candidates: evaluations, Iterations: 1, FreshShare: 0, Deviation: 1, Correlation: 0, HoldWithinBlock: false)).Plan(problem, null, new RandomStream(seed, "shots"));
}
