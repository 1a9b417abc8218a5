namespace Orrery.Tensors.Tests.Serialization;

/// <summary>A folder for one test, removed afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("orrery-tensors-").FullName;

    public string File(string name) => Path.Combine(_path, name);

    public string[] Names() => [.. Directory.GetFileSystemEntries(_path).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
