using Orrery.EndToEnd.Tests.Support;

namespace Orrery.EndToEnd.Tests.BadInput;

/// <summary>A log, a dataset and a small finished run of it; every test spoils a copy of its own.</summary>
public sealed class TrainedRun : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public async Task InitializeAsync()
    {
        string log = TankLog.Write(_folder.File("tank.csv"));
        (await Tool.RunAsync("import", log, "--observations", "level", "--actions", "voltage", "--output", _folder.File("dataset"))).IsFine();
        (await Tool.RunAsync("train", log, "--observations", "level", "--actions", "voltage", "--recipe", "plant/debug", "--output", _folder.File("run"))).IsFine();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    /// <summary>Copies all of it, so that the copied run knows the copied data only.</summary>
    internal void CopyTo(TemporaryFolder place)
    {
        File.Copy(_folder.File("tank.csv"), place.File("tank.csv"));
        TemporaryFolder.Copy(_folder.File("dataset"), place.File("dataset"));
        TemporaryFolder.Copy(_folder.File("run"), place.File("run"));
        string document = place.File("run", "run.json");
        File.WriteAllText(document, File.ReadAllText(document).Replace(_folder.Root, place.Root, StringComparison.Ordinal));
    }
}
