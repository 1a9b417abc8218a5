using System.Globalization;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;

namespace Orrery.Environments.Pushing;

/// <summary>Recorded Push-T as a dataset folder, in the spaces of <c>push-t-gym</c>: it can be trained on like what was collected.</summary>
public static class PushTDemonstrationDataset
{
    /// <summary>Writes a dataset of all episodes, with the recorded pictures where an episode has them and painted ones where not.</summary>
    /// <param name="demonstrations">The episodes, at least one.</param>
    /// <param name="source">Where they come from, for the dataset's provenance.</param>
    /// <param name="folder">Where the dataset shall be.</param>
    /// <param name="overwrite">Replace a dataset that is there.</param>
    /// <param name="progress">Told the number of episodes written so far.</param>
    /// <param name="cancellation">Stops it; nothing is left behind.</param>
    /// <returns>The dataset's hash.</returns>
    /// <exception cref="OrreryDataException">A recording cannot be used, or the folder cannot be written.</exception>
    public static string Write(
        IReadOnlyList<PushTDemonstration> demonstrations, string source, string folder, bool overwrite = false, IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(demonstrations);
        using var environment = new PushT(new PushTSettings(PushTConvention.GymPushT, PushTDemonstration.PictureSize));
        var specification = environment.Specification;
        var spaces = new DatasetSpaces(specification.Observation, specification.Action, specification.State);
        var version = typeof(PushTDemonstrationDataset).Assembly.GetName().Version;
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["policy"] = "people",
            ["episodes"] = demonstrations.Count.ToString(CultureInfo.InvariantCulture),
            ["recordedPictures"] = demonstrations.Count(episode => episode.PictureFile is not null).ToString(CultureInfo.InvariantCulture),
        };
        using var writer = new DatasetWriter(
            folder, spaces, specification.SamplingTime, specification.TimeUnit, new Provenance(source, $"Orrery {version?.ToString(3)}", settings), overwrite);
        var trajectory = new Trajectory(specification.Observation, specification.Action, specification.State);
        for (var episode = 0; episode < demonstrations.Count; episode++)
        {
            cancellation.ThrowIfCancellationRequested();
            Fill(trajectory, demonstrations[episode], environment);
            writer.Write(trajectory);
            progress?.Report(episode + 1);
        }

        return writer.Complete();
    }

    private static void Fill(Trajectory trajectory, PushTDemonstration demonstration, PushT environment)
    {
        var pictures = demonstration.PictureFile is null ? null : demonstration.ReadPictures();
        trajectory.Clear();
        trajectory.RecordName = demonstration.Name;
        trajectory.End = EpisodeEnd.EndOfRecord;
        for (var at = 0; at < demonstration.States.Count; at++)
        {
            var row = trajectory.AddRow();
            demonstration.States[at].CopyTo(trajectory.State(row));
            demonstration.Actions[at].CopyTo(trajectory.Action(row));
            if (pictures is not null)
                pictures[at].CopyTo(trajectory.Pixels(row));
            else
                environment.ObserveAt(demonstration.States[at], trajectory.Pixels(row));
        }
    }
}
