using Orrery.Tensors.Random;

namespace Orrery.Planning;

/// <summary>Searches for the actions of least cost. Not thread-safe: a planner keeps its buffers from one call to the next.</summary>
public interface IPlanner
{
    /// <summary>H: how many planner steps a plan covers.</summary>
    int Horizon { get; }

    /// <summary>How many planner steps of a plan are executed before the next one is made, 1 .. H.</summary>
    int Replan => 1;

    /// <summary>Searches. The same problem, previous plan and random stream give the same plan to the bit.</summary>
    /// <param name="problem">What to plan.</param>
    /// <param name="previous">The plan before, made <see cref="Replan"/> planner steps (of K environment steps each) ago, to start from; null at the beginning.</param>
    /// <param name="random">Where the candidates come from; it moves on.</param>
    /// <returns>The plan; look at its outcome before executing it.</returns>
    /// <exception cref="ArgumentException">The previous plan has other sizes than the problem.</exception>
    Plan Plan(PlanningProblem problem, Plan? previous, RandomStream random);
}
