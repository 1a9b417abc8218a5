using Orrery.Data.Trajectories;

namespace Orrery.Data.Datasets;

/// <summary>A dataset folder, opened for reading: <c>dataset.json</c> and one memory-mapped <c>.npy</c> per column.</summary>
public sealed class Dataset : IDisposable
{
    /// <summary>Newest format version that this code reads and the one that it writes.</summary>
    public const int FormatVersion = 1;

    /// <summary>Opens a dataset folder.</summary>
    /// <exception cref="OrreryDataException">It is not a dataset, is damaged, or is of a newer version.</exception>
    public static Dataset Open(string folder) => throw new NotSupportedException();

    /// <summary>Full path of the folder.</summary>
    public string Folder => throw new NotSupportedException();

    /// <summary>Spaces of the columns.</summary>
    public DatasetSpaces Spaces => throw new NotSupportedException();

    /// <summary>Time between two rows, in <see cref="TimeUnit"/>.</summary>
    public double SamplingTime => throw new NotSupportedException();

    /// <summary>Unit of time.</summary>
    public string TimeUnit => throw new NotSupportedException();

    /// <summary>The episodes, in the order of their rows; they cover every row once.</summary>
    public IReadOnlyList<EpisodeRange> Episodes => throw new NotSupportedException();

    /// <summary>Number of rows.</summary>
    public long Rows => throw new NotSupportedException();

    /// <summary>SHA-256 over spaces, clock, episodes and columns, lower-case hexadecimal.</summary>
    public string Hash => throw new NotSupportedException();

    /// <summary>Statistics over all rows; for people. Normalise with statistics of the training part instead.</summary>
    public DatasetStatistics Statistics => throw new NotSupportedException();

    /// <summary>Where the data came from.</summary>
    public Provenance Provenance => throw new NotSupportedException();

    /// <summary>Picture of a row, [Channels, Height, Width] bytes.</summary>
    /// <exception cref="InvalidOperationException">The observation is not a picture.</exception>
    public ReadOnlySpan<byte> Pixels(long row) => throw new NotSupportedException();

    /// <summary>Pictures of <paramref name="count"/> rows from <paramref name="row"/> on, [count, Channels, Height, Width] bytes.</summary>
    public ReadOnlySpan<byte> Pixels(long row, int count) => throw new NotSupportedException();

    /// <summary>Observation vector of a row, [O] in physical units.</summary>
    /// <exception cref="InvalidOperationException">The observation is a picture.</exception>
    public ReadOnlySpan<float> Observation(long row) => throw new NotSupportedException();

    /// <summary>Observation vectors of <paramref name="count"/> rows from <paramref name="row"/> on, [count, O].</summary>
    public ReadOnlySpan<float> Observation(long row, int count) => throw new NotSupportedException();

    /// <summary>Action of a row, [A] in physical units.</summary>
    public ReadOnlySpan<float> Action(long row) => throw new NotSupportedException();

    /// <summary>Actions of <paramref name="count"/> rows from <paramref name="row"/> on, [count, A].</summary>
    public ReadOnlySpan<float> Action(long row, int count) => throw new NotSupportedException();

    /// <summary>Whether the privileged state was recorded.</summary>
    public bool HasState => throw new NotSupportedException();

    /// <summary>Privileged state of a row. For evaluation only.</summary>
    /// <exception cref="InvalidOperationException">No state was recorded.</exception>
    public ReadOnlySpan<float> State(long row) => throw new NotSupportedException();

    /// <summary>Reads every byte and compares with <see cref="Hash"/>.</summary>
    /// <exception cref="OrreryDataException">The contents are not those that were written.</exception>
    public void VerifyHash() => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException();
}
