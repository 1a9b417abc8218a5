using System.Security.Cryptography;

namespace Orrery.EndToEnd.Tests.Support;

/// <summary>A folder that is gone after the test, with the means to see that nobody changed what is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("orrery-end-to-end-").FullName;

    public string File(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Every file below with the hash of its bytes.</summary>
    public SortedDictionary<string, string> Contents()
    {
        SortedDictionary<string, string> contents = new(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories))
            contents[Path.GetRelativePath(Root, path)] = Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(path)));
        return contents;
    }

    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (string path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            System.IO.File.Copy(path, Path.Combine(to, Path.GetRelativePath(from, path)));
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
