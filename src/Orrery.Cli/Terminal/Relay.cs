namespace Orrery.Cli.Terminal;

/// <summary>Passes progress on at once, on the thread that reports it (<see cref="System.Progress{T}"/> posts, and so reorders).</summary>
internal sealed class Relay<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
