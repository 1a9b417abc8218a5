using System.Globalization;

namespace Orrery.Data.Datasets;

/// <summary>
/// The folder that a dataset is written to: a temporary one beside the wanted one, which takes its name only when
/// everything is there.
/// </summary>
internal sealed class TargetFolder : IDisposable
{
    private const string Suffix = ".partial";
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromMinutes(10);

    private readonly bool _overwrite;
    private bool _finished;

    public TargetFolder(string folder, bool overwrite)
    {
        Final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _overwrite = overwrite;
        CheckFinal();
        RemoveLeftovers();
        Temporary = $"{Final}.{Environment.ProcessId}-{Guid.NewGuid():N}{Suffix}";
        FileErrors.Guard("create the folder", Temporary, () => Directory.CreateDirectory(Temporary));
    }

    public string Final { get; }

    public string Temporary { get; }

    /// <summary>Gives the folder its name.</summary>
    public void Publish()
    {
        CheckFinal();
        string? old = null;
        if (Directory.Exists(Final))
        {
            old = $"{Final}.{Environment.ProcessId}-{Guid.NewGuid():N}.old";
            Directory.Move(Final, old);
        }

        try
        {
            Directory.Move(Temporary, Final);
        }
        catch when (old is not null)
        {
            Directory.Move(old, Final);
            throw;
        }

        _finished = true;
        if (old is not null)
            Directory.Delete(old, recursive: true);
    }

    public void Dispose()
    {
        if (_finished)
            return;
        _finished = true;
        try
        {
            Directory.Delete(Temporary, recursive: true);
        }
        catch (Exception exception) when (FileErrors.Knows(exception))
        {
            // The failure that led here is the one to report; the next writer removes the leftovers.
        }
    }

    private void CheckFinal()
    {
        if (File.Exists(Final))
            throw new OrreryDataException($"Cannot write the dataset '{Final}': a file of that name exists. Choose another name.");
        if (!Directory.Exists(Final) || !Directory.EnumerateFileSystemEntries(Final).Any())
            return;
        var isDataset = File.Exists(Path.Combine(Final, DatasetDocument.FileName));
        if (!isDataset)
            throw new OrreryDataException($"Cannot write the dataset '{Final}': the folder exists and holds something else. Choose another name.");
        if (!_overwrite)
            throw new OrreryDataException($"Cannot write the dataset '{Final}': it exists already. Choose another name, or ask to overwrite it.");
    }

    /// <summary>Removes what a process that was killed left behind.</summary>
    private void RemoveLeftovers()
    {
        var parent = Path.GetDirectoryName(Final);
        if (parent is null || !Directory.Exists(parent))
            return;
        try
        {
            foreach (var leftover in Directory.EnumerateDirectories(parent, $"{Path.GetFileName(Final)}.*{Suffix}"))
            {
                if (IsAbandoned(leftover))
                    Directory.Delete(leftover, recursive: true);
            }
        }
        catch (Exception exception) when (FileErrors.Knows(exception))
        {
            // Leftovers only cost space; what the user asked for can go on.
        }
    }

    private bool IsAbandoned(string leftover)
    {
        var process = Path.GetFileName(leftover)[(Path.GetFileName(Final).Length + 1)..].Split('-')[0];
        if (!int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == Environment.ProcessId)
            return false;
        if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(leftover) < LeftoverAge)
            return false;
        try
        {
            using var running = System.Diagnostics.Process.GetProcessById(id);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
