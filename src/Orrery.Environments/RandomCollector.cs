using System.Globalization;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Tensors.Random;

namespace Orrery.Environments;

/// <summary>Collects data of any environment with the random policy, into a dataset folder.</summary>
public static class RandomCollector
{
    /// <summary>Collects. The same arguments give the same bytes, at any thread count, if the environment is exact.</summary>
    /// <param name="folder">Where the dataset shall be.</param>
    /// <param name="create">Creates an environment; called once per episode, on several threads.</param>
    /// <param name="episodes">Number of episodes, at least 1.</param>
    /// <param name="hold">Steps that each action is held for, at least 1: longer holds explore further.</param>
    /// <param name="seed">Decides starts and actions, alone.</param>
    /// <param name="overwrite">Replace a dataset that is there.</param>
    /// <param name="progress">Told the number of episodes written so far.</param>
    /// <param name="cancellation">Stops the collection; nothing is left behind.</param>
    /// <returns>The dataset's hash.</returns>
    /// <exception cref="OrreryDataException">The folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static string Collect(
        string folder,
        Func<IEnvironment> create,
        int episodes,
        int hold = 1,
        ulong seed = 0,
        bool overwrite = false,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hold, 1);
        EnvironmentSpecification specification;
        using (var environment = create())
            specification = environment.Specification;
        var spaces = new DatasetSpaces(specification.Observation, specification.Action, specification.State);
        var version = typeof(RandomCollector).Assembly.GetName().Version;
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["policy"] = "random",
            ["episodes"] = episodes.ToString(CultureInfo.InvariantCulture),
            ["hold"] = hold.ToString(CultureInfo.InvariantCulture),
            ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
        };
        var provenance = new Provenance(specification.Name, $"Orrery {version?.ToString(3)}", settings);
        using var writer = new DatasetWriter(folder, spaces, specification.SamplingTime, specification.TimeUnit, provenance, overwrite);
        EpisodePipeline.Write(
            writer,
            spaces,
            episodes,
            Math.Min(specification.StepLimit + 1, 1024),
            (trajectory, episode) => CollectEpisode(trajectory, create, hold, seed, episode),
            progress,
            cancellation);
        return writer.Complete();
    }

    private static void CollectEpisode(Trajectory trajectory, Func<IEnvironment> create, int hold, ulong seed, int episode)
    {
        using var environment = create();
        var specification = environment.Specification;
        var random = new RandomStream(seed, "collect").At((ulong)episode);
        environment.Reset(random.NextULong());
        var policy = new RandomPolicy(specification, random);
        var held = new float[specification.Action.Size];

        trajectory.Clear();
        trajectory.RecordName = string.Create(CultureInfo.InvariantCulture, $"episode {episode}");
        trajectory.End = EpisodeEnd.Truncated;
        Observe(trajectory, environment);
        for (var step = 0; step < specification.StepLimit; step++)
        {
            if (step % hold == 0)
                policy.Act(held);
            held.CopyTo(trajectory.Action(step));
            var result = environment.Step(held);
            Observe(trajectory, environment);
            if (!result.Terminated && !result.Truncated)
                continue;
            trajectory.End = result.Terminated ? EpisodeEnd.Terminated : EpisodeEnd.Truncated;
            return;
        }
    }

    private static void Observe(Trajectory trajectory, IEnvironment environment)
    {
        var row = trajectory.AddRow();
        if (environment.Specification.Observation is ImageSpace)
            environment.Observe(trajectory.Pixels(row));
        else
            environment.Observe(trajectory.Observation(row));
        environment.ReadState(trajectory.State(row));
    }
}
