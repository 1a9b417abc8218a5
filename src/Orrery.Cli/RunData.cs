using Orrery.Cli.Terminal;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Models.Runs;

namespace Orrery.Cli;

/// <summary>Finds the data of a run: a dataset folder as it is, or a log that is imported into the run's own folder.</summary>
internal static class RunData
{
    /// <summary>Opens what is to be trained on.</summary>
    /// <param name="path">A dataset folder or a log.</param>
    /// <param name="options">How a log is read.</param>
    /// <param name="runFolder">Where an imported log is kept.</param>
    /// <param name="imported">Whether a log was imported now, which <see cref="Forget"/> undoes.</param>
    /// <param name="session">Shows the import's progress.</param>
    /// <param name="cancellation">Stops the import; nothing is left behind then.</param>
    public static Dataset Open(string path, LogOptions options, string runFolder, out bool imported, Session session, CancellationToken cancellation)
    {
        imported = false;
        if (Directory.Exists(path))
            return Verified(Dataset.Open(path));
        if (!LogImporter.IsLog(path))
            throw new UsageException($"There is no log and no dataset '{path}'. Name a file such as log.csv, or a dataset folder.");
        string kept = Path.Combine(runFolder, RunFolder.DataFolder), fresh = Path.Combine(Path.GetTempPath(), $"orrery-import-{Guid.NewGuid():N}");
        if (!Directory.Exists(kept) || !RunFolder.Exists(runFolder))
        {
            // What a run that was killed before it began left here belongs to nobody.
            bool isNew = !Directory.Exists(runFolder);
            try
            {
                Dataset first = LogImport.Run(path, options, kept, overwrite: true, session, cancellation);
                imported = true;
                return first;
            }
            catch
            {
                if (isNew && Directory.Exists(runFolder) && !Directory.EnumerateFileSystemEntries(runFolder).Any())
                    Directory.Delete(runFolder);
                throw;
            }
        }

        // The same command goes on with the run; a log that changed since must not.
        string hash;
        using (Dataset again = LogImport.Run(path, options, fresh, overwrite: true, session, cancellation))
            hash = again.Hash;
        Directory.Delete(fresh, recursive: true);
        Dataset dataset = Dataset.Open(kept);
        if (dataset.Hash == hash)
            return Verified(dataset);
        dataset.Dispose();
        throw new OrreryDataException(
            $"The run '{runFolder}' was begun on other data: '{path}' or its options have changed since. Name another folder with --output.");
    }

    /// <summary>Removes an imported log of a run that did not come to its beginning: nothing is left behind.</summary>
    public static void Forget(string runFolder)
    {
        if (Directory.EnumerateFileSystemEntries(runFolder).Any(entry => Path.GetFileName(entry) != RunFolder.DataFolder))
            return;
        Directory.Delete(Path.Combine(runFolder, RunFolder.DataFolder), recursive: true);
        Directory.Delete(runFolder);
    }

    /// <summary>Fails unless a run's model predicts a log's columns.</summary>
    /// <param name="model">The run's model.</param>
    /// <param name="remark">What columns are needed for, and what to do instead.</param>
    /// <exception cref="UsageException">It predicts latents, of pictures or of vectors.</exception>
    public static void RequireColumns(WorldModel model, string remark)
    {
        if (model.Recipe is LatentRecipe)
            throw new UsageException($"This run predicts latents, not a log's columns; {remark}");
    }

    /// <summary>Opens what a run was trained on.</summary>
    public static Dataset OpenTrainedOn(string runFolder)
    {
        RunDocument document = RunFolder.ReadDocument(runFolder);
        string beside = Path.Combine(runFolder, RunFolder.DataFolder);
        string folder = Directory.Exists(document.Dataset) ? document.Dataset : beside;
        if (!Directory.Exists(folder))
            throw new OrreryDataException(
                $"The data of run '{runFolder}' were at '{document.Dataset}' and are not there any more. Put them back to evaluate or plan from them.");
        Dataset dataset = Dataset.Open(folder);
        if (dataset.Hash == document.DatasetHash)
            return Verified(dataset);
        dataset.Dispose();
        throw new OrreryDataException(
            $"The dataset '{folder}' is not the one that run '{runFolder}' was trained on (its hash differs). Put the original back.");
    }

    /// <summary>Reads every byte once: a fraction of the time that training takes, and a damaged file is never learned from.</summary>
    public static Dataset Verified(Dataset dataset)
    {
        try
        {
            dataset.VerifyHash();
            return dataset;
        }
        catch
        {
            dataset.Dispose();
            throw;
        }
    }
}
