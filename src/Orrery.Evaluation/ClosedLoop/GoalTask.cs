using Orrery.Data;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.ClosedLoop;

/// <summary>A start and a goal, and the seed that the episode's own chance follows.</summary>
/// <param name="Seed">Seed of the task.</param>
/// <param name="Start">Start state, [state size], physical units.</param>
/// <param name="Goal">Goal state, [state size], physical units.</param>
public sealed record GoalTask(ulong Seed, float[] Start, float[] Goal)
{
    /// <summary>Name of the random stream that held-out tasks come from; nothing else draws from it.</summary>
    public const string StreamName = "evaluation/tasks";

    private const int MostTries = 1000;

    /// <summary>
    /// Draws tasks from a stream of their own, so that they are not those of collection or training with the same seed. Tasks
    /// whose start already counts as success are drawn again.
    /// </summary>
    /// <param name="environment">Where the tasks lie; its current state is not touched.</param>
    /// <param name="count">How many, 0 or more.</param>
    /// <param name="seed">Seed of the stream; task i depends on the seed and i alone.</param>
    /// <exception cref="InvalidOperationException">The environment keeps drawing tasks that are solved at the start.</exception>
    public static IReadOnlyList<GoalTask> Draw(IGoalEnvironment environment, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var stream = new RandomStream(seed, StreamName);
        return [.. Enumerable.Range(0, count).Select(index => DrawOne(environment, stream.At((ulong)index)))];
    }

    private static GoalTask DrawOne(IGoalEnvironment environment, RandomStream stream)
    {
        int size = environment.Specification.State.Size;
        for (int attempt = 0; attempt < MostTries; attempt++)
        {
            ulong seed = stream.NextULong();
            var start = new float[size];
            var goal = new float[size];
            environment.SampleTask(seed, start, goal);
            if (!environment.IsSuccess(start, goal))
                return new GoalTask(seed, start, goal);
        }

        throw new InvalidOperationException(
            $"GoalTask.Draw: {MostTries} tasks of {environment.Specification.Name} in a row were solved at the start; its success rule is too wide for its tasks.");
    }
}
