using System.Globalization;
using Orrery.Data;

namespace Orrery.Planning.Audit;

/// <summary>The files of a log: <c>audit-000001.jsonl</c> and so on in one folder.</summary>
internal static class AuditFiles
{
    private const string Prefix = "audit-";
    private const string Suffix = ".jsonl";

    public static string Name(long number) => $"{Prefix}{number.ToString("000000", CultureInfo.InvariantCulture)}{Suffix}";

    /// <summary>The number in a file's name, or null when it is none of ours.</summary>
    public static long? Number(string path)
    {
        var name = Path.GetFileName(path);
        return name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }

    /// <summary>Files of a folder in their order.</summary>
    public static IReadOnlyList<string> In(string folder) => !Directory.Exists(folder)
        ? []
        : [.. Directory.EnumerateFiles(folder, $"{Prefix}*{Suffix}").Where(path => Number(path) is not null).OrderBy(path => Number(path))];

    /// <summary>Files of a folder in their order, or the one file that was named.</summary>
    /// <exception cref="OrreryDataException">There is none.</exception>
    public static IReadOnlyList<string> Of(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new OrreryDataException($"There is no audit log '{path}'. Name the folder that --audit was given, or one of its files.");
        return In(path) is { Count: > 0 } files
            ? files
            : throw new OrreryDataException($"The folder '{path}' holds no audit log: no file in it is called {Name(1)} or the like.");
    }
}
