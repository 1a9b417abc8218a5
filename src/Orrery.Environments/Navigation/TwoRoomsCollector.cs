using System.Globalization;
using Orrery.Data.Datasets;
using Orrery.Data.Trajectories;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Navigation;

/// <summary>Collects exploration data of Two Rooms into a dataset folder: pictures, actions and, for evaluation only, positions.</summary>
public static class TwoRoomsCollector
{
    /// <summary>Collects. The same settings give the same bytes, at any thread count.</summary>
    /// <param name="folder">Where the dataset shall be.</param>
    /// <param name="settings">How to collect.</param>
    /// <param name="layout">The map; PLDM's fixed wall when left out.</param>
    /// <param name="overwrite">Replace a dataset that is there.</param>
    /// <param name="progress">Told the number of episodes written so far.</param>
    /// <param name="cancellation">Stops the collection; nothing is left behind.</param>
    /// <returns>The dataset's hash.</returns>
    /// <exception cref="Data.OrreryDataException">The settings cannot be used, or the folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static string Collect(
        string folder,
        TwoRoomsCollection settings,
        TwoRoomsLayout? layout = null,
        bool overwrite = false,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check();
        var map = layout ?? new TwoRoomsLayout();
        using var environment = new TwoRooms(map);
        var specification = environment.Specification;
        var spaces = new DatasetSpaces(specification.Observation, specification.Action, specification.State);
        using var writer = new DatasetWriter(
            folder, spaces, specification.SamplingTime, specification.TimeUnit, Describe(settings, map), overwrite);

        EpisodePipeline.Write(
            writer,
            spaces,
            settings.Episodes,
            settings.Length,
            (trajectory, episode) => CollectEpisode(trajectory, map, settings, episode),
            progress,
            cancellation);
        return writer.Complete();
    }

    /// <summary>Collects one episode; it depends on the settings and its number alone.</summary>
    /// <param name="trajectory">Cleared and filled in.</param>
    /// <param name="layout">The map.</param>
    /// <param name="settings">How to collect.</param>
    /// <param name="episode">Number of the episode, from 0.</param>
    public static void CollectEpisode(Trajectory trajectory, TwoRoomsLayout layout, TwoRoomsCollection settings, int episode)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(settings);
        using var environment = new TwoRooms(layout);
        var random = new RandomStream(settings.Seed, "two-rooms collect").At((ulong)episode);
        environment.Reset(random.NextULong());
        var explorer = new TwoRoomsExplorer(layout, settings);
        var (x, y) = explorer.Begin(random);
        environment.WriteState([x, y]);

        trajectory.Clear();
        trajectory.RecordName = string.Create(CultureInfo.InvariantCulture, $"episode {episode}");
        trajectory.End = EpisodeEnd.Truncated;
        for (var step = 0; step < settings.Length; step++)
        {
            var row = trajectory.AddRow();
            environment.Observe(trajectory.Pixels(row));
            var state = trajectory.State(row);
            environment.ReadState(state);
            if (step == settings.Length - 1)
                break;
            var action = trajectory.Action(row);
            explorer.Act(random, step, (state[0], state[1]), action);
            environment.Step(action);
        }
    }

    private static Provenance Describe(TwoRoomsCollection settings, TwoRoomsLayout layout)
    {
        var version = typeof(TwoRoomsCollector).Assembly.GetName().Version;
        return new Provenance("two-rooms", $"Orrery {version?.ToString(3)}", new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["episodes"] = Text(settings.Episodes),
            ["length"] = Text(settings.Length),
            ["stepMean"] = Text(settings.StepMean),
            ["stepDeviation"] = Text(settings.StepDeviation),
            ["stepLow"] = Text(settings.StepLow),
            ["stepHigh"] = Text(settings.StepHigh),
            ["concentration"] = Text(settings.Concentration),
            ["crossingShare"] = Text(settings.CrossingShare),
            ["seed"] = settings.Seed.ToString(CultureInfo.InvariantCulture),
            ["wallCenter"] = Text(layout.WallCenter),
            ["doorCenter"] = Text(layout.DoorCenter),
        });

        static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }
}
