namespace Orrery.Evaluation.ClosedLoop;

/// <summary>
/// Maps what is seen to actions, to see a goal. It is given nothing else: no state, no success. One
/// instance runs one episode at a time.
/// </summary>
public interface IGoalPolicy : IDisposable
{
    /// <summary>What it is called in tables.</summary>
    string Name { get; }

    /// <summary>
    /// Whether the last action was thought about; false when it only continued an earlier plan. Times are kept for these
    /// alone, since a planner that executes a few steps of each plan would look faster than it is.
    /// </summary>
    bool Planned => true;

    /// <summary>Begins an episode.</summary>
    /// <param name="goalSeen">The goal as it would be seen: [Channels, Height, Width] bytes of a picture and, behind them, the bytes of proprioception's floats, or the bytes of a vector's floats.</param>
    /// <param name="seed">Seed of everything random that the policy does in the episode.</param>
    void Begin(ReadOnlySpan<byte> goalSeen, ulong seed);

    /// <summary>Chooses the next action.</summary>
    /// <param name="seen">What is seen now, likewise.</param>
    /// <param name="action">Receives the action, [A], physical units.</param>
    void Act(ReadOnlySpan<byte> seen, Span<float> action);
}
