namespace Orrery.Evaluation.ClosedLoop;

/// <summary>What happened in one episode.</summary>
/// <param name="Seed">Seed of the task and of the episode.</param>
/// <param name="Start">Start state, [state size], physical units.</param>
/// <param name="Goal">Goal state, [state size], physical units.</param>
/// <param name="Path">States from the start on, one per step taken, [steps + 1][state size].</param>
/// <param name="Success">Whether the goal was reached within the budget.</param>
/// <param name="Steps">Environment steps taken.</param>
/// <param name="DecisionMilliseconds">Time that each decision took that planned anew, in milliseconds, in order.</param>
public sealed record EpisodeOutcome(
    ulong Seed,
    float[] Start,
    float[] Goal,
    float[][] Path,
    bool Success,
    int Steps,
    float[] DecisionMilliseconds);
