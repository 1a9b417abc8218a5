using Orrery.Data.Spaces;

namespace Orrery.Data;

/// <summary>What an environment is: its spaces, its clock, its limits and when it counts as solved.</summary>
/// <param name="Name">Name in the catalogue, such as <c>two-rooms</c>.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="Observation">What is seen at each step.</param>
/// <param name="Action">What is done at each step; the ranges are the box that an action must lie in.</param>
/// <param name="State">The privileged state: for evaluation, goals and saving only, never for a model or a planner.</param>
/// <param name="SamplingTime">Time between two steps, in <paramref name="TimeUnit"/>.</param>
/// <param name="TimeUnit">Unit of time, such as <c>s</c> or <c>step</c>.</param>
/// <param name="StepLimit">Steps after which an episode is truncated.</param>
/// <param name="SuccessRule">One sentence that says when a task counts as solved.</param>
/// <param name="ActionNormLimit">Largest Euclidean norm of an action vector, in the action's unit; null when only the box limits it.</param>
/// <param name="Proprioception">What is measured of the body that acts, beside a picture; null for nothing, and always where a vector is seen.</param>
public sealed record EnvironmentSpecification(
    string Name,
    string Description,
    Space Observation,
    VectorSpace Action,
    VectorSpace State,
    double SamplingTime,
    string TimeUnit,
    int StepLimit,
    string SuccessRule,
    double? ActionNormLimit = null,
    VectorSpace? Proprioception = null);

/// <summary>What one step of an environment gave back.</summary>
/// <param name="Reward">Reward of the step; 0 where the environment has none.</param>
/// <param name="Terminated">The task itself ended (success, failure): there is no future.</param>
/// <param name="Truncated">Time ran out: the future exists but is not shown.</param>
public readonly record struct StepResult(float Reward, bool Terminated, bool Truncated);

/// <summary>Something that can be stepped. Seeded and exact: the same seed and actions give the same bits. Not thread-safe.</summary>
public interface IEnvironment : IDisposable
{
    /// <summary>Spaces, clock and limits.</summary>
    EnvironmentSpecification Specification { get; }

    /// <summary>Begins a new episode at a random start that depends on <paramref name="seed"/> alone.</summary>
    void Reset(ulong seed);

    /// <summary>Takes one step.</summary>
    /// <param name="action">[A] in physical units.</param>
    /// <returns>Reward and whether the episode ended.</returns>
    /// <exception cref="ArgumentException">The action has the wrong length or a number that is not finite.</exception>
    StepResult Step(ReadOnlySpan<float> action);

    /// <summary>Writes the current picture.</summary>
    /// <param name="pixels">[Channels, Height, Width] bytes of the observation space.</param>
    /// <exception cref="InvalidOperationException">The observation space is not a picture.</exception>
    /// <exception cref="ArgumentException">The span does not have the space's size.</exception>
    void Observe(Span<byte> pixels);

    /// <summary>Writes the current observation vector or, where a picture is seen, proprioception.</summary>
    /// <param name="vector">[O], or [P] of proprioception, in physical units.</param>
    /// <exception cref="InvalidOperationException">A picture is seen, and nothing beside it.</exception>
    /// <exception cref="ArgumentException">The span does not have the space's size.</exception>
    void Observe(Span<float> vector);

    /// <summary>Reads the privileged state, [state size] in physical units. For evaluation only.</summary>
    void ReadState(Span<float> state);

    /// <summary>Puts the environment into a privileged state. For evaluation, goals and tests only.</summary>
    /// <exception cref="ArgumentException">The state has the wrong length, or cannot be taken.</exception>
    void WriteState(ReadOnlySpan<float> state);

    /// <summary>Everything needed to continue to the same bits, including the random stream and the step counter.</summary>
    byte[] Save();

    /// <summary>Continues from what <see cref="Save"/> returned.</summary>
    /// <exception cref="ArgumentException">The bytes were not written by this kind of environment.</exception>
    void Restore(ReadOnlySpan<byte> saved);

    /// <summary>Draws a picture for people.</summary>
    /// <param name="rgb">[height, width, 3] bytes, row-major, red first.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    void Render(Span<byte> rgb, int width, int height);
}

/// <summary>An environment with tasks: reach a goal state from a start state.</summary>
public interface IGoalEnvironment : IEnvironment
{
    /// <summary>Draws a start and a goal that depend on <paramref name="seed"/> alone; the current state is not touched.</summary>
    /// <param name="seed">Seed of the task.</param>
    /// <param name="startState">Receives the start, [state size].</param>
    /// <param name="goalState">Receives the goal, [state size].</param>
    void SampleTask(ulong seed, Span<float> startState, Span<float> goalState);

    /// <summary>Whether <paramref name="state"/> counts as having reached <paramref name="goalState"/>.</summary>
    bool IsSuccess(ReadOnlySpan<float> state, ReadOnlySpan<float> goalState);

    /// <summary>The picture that would be seen in <paramref name="state"/>, such as a goal picture; the current state is not touched.</summary>
    /// <param name="state">[state size].</param>
    /// <param name="pixels">Receives [Channels, Height, Width] bytes.</param>
    void ObserveAt(ReadOnlySpan<float> state, Span<byte> pixels);

    /// <summary>The vector that would be seen in <paramref name="state"/> or, where a picture is seen, the proprioception there.</summary>
    /// <param name="state">[state size].</param>
    /// <param name="vector">Receives [O], or [P] of proprioception, in physical units.</param>
    /// <exception cref="InvalidOperationException">A picture is seen, and nothing beside it.</exception>
    void ObserveAt(ReadOnlySpan<float> state, Span<float> vector) =>
        throw new InvalidOperationException($"{Specification.Name} is seen as a picture; pass bytes instead of floats.");
}
