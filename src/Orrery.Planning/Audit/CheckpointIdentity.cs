using System.Security.Cryptography;
using System.Text;
using Orrery.Data;
using Orrery.Models.Checkpoints;

namespace Orrery.Planning.Audit;

/// <summary>A checkpoint's file and the SHA-256 of its bytes.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Hash">64 hexadecimal digits.</param>
public sealed record CheckpointFile(string Name, string Hash);

/// <summary>Which checkpoint decided: weights, recipe, statistics and whatever else was stored with it, by their hashes.</summary>
/// <param name="Hash">SHA-256 of the lines <c>HASH  NAME</c> of all files in the order of their names, as sha256sum prints them.</param>
/// <param name="Files">The files.</param>
public sealed record CheckpointIdentity(string Hash, IReadOnlyList<CheckpointFile> Files)
{
    // What training goes on from decides nothing.
    private const string TrainingPrefix = "training.";

    /// <summary>Hashes the files of a checkpoint.</summary>
    /// <param name="folder">A run's folder (its newest checkpoint is taken), or a checkpoint's.</param>
    /// <exception cref="OrreryDataException">There is none, or it cannot be read.</exception>
    public static CheckpointIdentity Of(string folder)
    {
        var found = CheckpointStore.Find(folder).Folder;
        try
        {
            CheckpointFile[] files = [.. Directory.EnumerateFiles(found)
                .Where(path => !Path.GetFileName(path).StartsWith(TrainingPrefix, StringComparison.Ordinal))
                .OrderBy(Path.GetFileName, StringComparer.Ordinal)
                .Select(path => new CheckpointFile(Path.GetFileName(path), HashOf(path)))];
            var lines = string.Concat(files.Select(file => $"{file.Hash}  {file.Name}\n"));
            return new CheckpointIdentity(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines))), files);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new OrreryDataException($"The checkpoint '{found}' cannot be read: {problem.Message}", problem);
        }
    }

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
