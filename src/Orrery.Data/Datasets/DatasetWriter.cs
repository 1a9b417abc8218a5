using Orrery.Data.Trajectories;

namespace Orrery.Data.Datasets;

/// <summary>
/// Writes a dataset folder episode by episode. Everything goes to a temporary folder beside it, which takes the final
/// name in <see cref="Complete"/>: half a dataset is never seen, whatever happens.
/// </summary>
public sealed class DatasetWriter : IDisposable
{
    /// <summary>Starts a dataset.</summary>
    /// <param name="folder">Where it shall be; must not exist unless <paramref name="overwrite"/>.</param>
    /// <param name="spaces">Spaces of the columns.</param>
    /// <param name="samplingTime">Time between two rows, in <paramref name="timeUnit"/>; positive.</param>
    /// <param name="timeUnit">Unit of time.</param>
    /// <param name="provenance">Where the data come from.</param>
    /// <param name="overwrite">Replace what is there, once everything is written.</param>
    /// <exception cref="OrreryDataException">The folder exists, or cannot be written.</exception>
    public DatasetWriter(string folder, DatasetSpaces spaces, double samplingTime, string timeUnit, Provenance provenance, bool overwrite = false) =>
        throw new NotSupportedException();

    /// <summary>Begins an episode.</summary>
    public void BeginEpisode(string recordName) => throw new NotSupportedException();

    /// <summary>Appends one row with a picture.</summary>
    public void Append(ReadOnlySpan<byte> pixels, ReadOnlySpan<float> action, ReadOnlySpan<float> state = default) => throw new NotSupportedException();

    /// <summary>Appends one row with an observation vector.</summary>
    public void Append(ReadOnlySpan<float> observation, ReadOnlySpan<float> action, ReadOnlySpan<float> state = default) => throw new NotSupportedException();

    /// <summary>Ends the episode.</summary>
    public void EndEpisode(EpisodeEnd end) => throw new NotSupportedException();

    /// <summary>Flushes, hashes, and gives the folder its name. Returns the hash.</summary>
    public string Complete() => throw new NotSupportedException();

    /// <summary>Removes the temporary folder if <see cref="Complete"/> was not reached.</summary>
    public void Dispose() => throw new NotSupportedException();
}
