namespace Orrery.Environments;

/// <summary>Exploration that is ready to be carried out: which environment, how it is acted in, and how much.</summary>
public interface ICollection
{
    /// <summary>How many units <see cref="Collect"/> reports in all.</summary>
    int Total { get; }

    /// <summary>What is counted, such as <c>episodes</c>.</summary>
    string Unit { get; }

    /// <summary>Collects. The same settings give the same bytes, at any thread count.</summary>
    /// <param name="folder">Where the dataset shall be.</param>
    /// <param name="overwrite">Replace a dataset that is there.</param>
    /// <param name="progress">Told the number of units written so far.</param>
    /// <param name="cancellation">Stops the collection; nothing is left behind.</param>
    /// <returns>The dataset's hash.</returns>
    /// <exception cref="Data.OrreryDataException">The settings cannot be used, or the folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    string Collect(string folder, bool overwrite = false, IProgress<int>? progress = null, CancellationToken cancellation = default);
}
