using System.Globalization;
using Orrery.Data;

namespace Orrery.Models.Checkpoints;

/// <summary>
/// The checkpoints of a run, <c>checkpoints/step-00000400</c> and so on. The newest two are kept: a new one appears by a rename
/// before the oldest is removed, so that a process killed at any moment leaves one that can be read.
/// </summary>
public sealed class CheckpointStore
{
    internal const string PartialSuffix = ".partial";
    internal const string Remedy = "Restore the file, use the checkpoint before it, or train again.";
    internal const string RunsFolder = "checkpoints";
    private const string Prefix = "step-";
    private const int Kept = 2;

    /// <summary>The checkpoints in a folder, which need not exist yet.</summary>
    public CheckpointStore(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = Path.GetFullPath(folder);
    }

    /// <summary>Full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Whether there is a checkpoint.</summary>
    public bool HasAny => List().Count > 0;

    /// <summary>Writes a checkpoint and removes all but the newest two. One of the same step is replaced.</summary>
    /// <returns>Its folder.</returns>
    /// <exception cref="OrreryDataException">It cannot be written; earlier checkpoints are untouched.</exception>
    public string Save(CheckpointContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        string target = Path.Combine(Folder, $"{Prefix}{content.Step.ToString("00000000", CultureInfo.InvariantCulture)}");
        try
        {
            Directory.CreateDirectory(Folder);
            foreach (string leftover in Directory.EnumerateDirectories(Folder, $"{Prefix}*{PartialSuffix}"))
                Directory.Delete(leftover, recursive: true);
            if (Directory.Exists(target))
                SetAside(target);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new OrreryDataException(
                $"The folder '{Folder}' cannot be written: {problem.Message} Change its permissions or choose another place for the run.", problem);
        }

        Checkpoint.Write(target, content);
        RemoveOld();
        return target;
    }

    /// <summary>Reads the newest checkpoint; when it is damaged, the one before it, saying so.</summary>
    /// <param name="warning">Why an older one was taken; null when the newest was fine.</param>
    /// <returns>The content, or null when there is no checkpoint.</returns>
    /// <exception cref="OrreryDataException">None can be read, or the newest was written by a newer Orrery.</exception>
    public LoadedCheckpoint? LoadNewest(out string? warning)
    {
        warning = null;
        OrreryDataException? first = null;
        foreach (string folder in List())
        {
            try
            {
                LoadedCheckpoint content = Checkpoint.Read(folder);
                if (first is not null)
                    warning = $"{first.Message} Going on from step {content.Step} instead.";
                return content;
            }
            catch (OrreryDataException problem) when (problem.InnerException is not null)
            {
                first ??= problem;
            }
        }

        return first is null ? null : throw first;
    }

    /// <summary>The checkpoint in a folder: the folder itself, or the newest of a run.</summary>
    /// <param name="folder">A checkpoint's folder or a run's.</param>
    /// <exception cref="OrreryDataException">There is none, or it cannot be read.</exception>
    public static LoadedCheckpoint Find(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
            throw new OrreryDataException(File.Exists(folder)
                ? $"'{folder}' is a file. Give the folder of a run, which 'orrery train' makes, or of one of its checkpoints."
                : $"The folder '{folder}' does not exist. Give the folder of a run, or of one of its checkpoints.");
        if (File.Exists(Path.Combine(folder, Checkpoint.ModelFile)))
            return Checkpoint.Read(folder);

        // Training goes on from an older checkpoint when the newest is damaged, and ends with the same bits; a model of another step
        // would be another model, so here the newest counts.
        return new CheckpointStore(Path.Combine(folder, RunsFolder)).List() is [var newest, ..]
            ? Checkpoint.Read(newest)
            : throw new OrreryDataException($"'{folder}' holds no checkpoint. Give the folder of a run that was trained, or of one of its checkpoints.");
    }

    /// <summary>Folders of complete checkpoints, newest first.</summary>
    public IReadOnlyList<string> List() => !Directory.Exists(Folder)
        ? []
        : [.. Directory.EnumerateDirectories(Folder, $"{Prefix}*")
            .Where(folder => StepOf(folder) is not null)
            .OrderByDescending(folder => StepOf(folder))];

    private static long? StepOf(string folder) =>
        long.TryParse(Path.GetFileName(folder)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : null;

    /// <summary>
    /// A checkpoint of this very step exists (training was interrupted, resumed and interrupted again at once). It is removed only
    /// if another one can take its place meanwhile; both hold the same bits, so otherwise it is renamed to the step before.
    /// </summary>
    private void SetAside(string target)
    {
        if (List().Count > 1)
        {
            Directory.Delete(target, recursive: true);
            return;
        }

        long step = StepOf(target)!.Value;
        string aside = Path.Combine(Folder, $"{Prefix}{Math.Max(0, step - 1).ToString("00000000", CultureInfo.InvariantCulture)}");
        if (aside != target && !Directory.Exists(aside))
            Directory.Move(target, aside);
        else
            Directory.Delete(target, recursive: true);
    }

    private void RemoveOld()
    {
        foreach (string old in List().Skip(Kept))
        {
            try
            {
                Directory.Delete(old, recursive: true);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // An old checkpoint that stays only costs space.
            }
        }
    }
}
