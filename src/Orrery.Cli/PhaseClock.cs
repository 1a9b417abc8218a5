using System.Diagnostics;
using Orrery.Evaluation.Reports.Pages;

namespace Orrery.Cli;

/// <summary>Where the time of a command went, phase by phase: wall-clock and processor time of this process.</summary>
internal sealed class PhaseClock
{
    private readonly List<PhaseTiming> _phases = [];

    public IReadOnlyList<PhaseTiming> Phases => _phases;

    public T Time<T>(string phase, Func<T> work)
    {
        TimeSpan processor = Process.GetCurrentProcess().TotalProcessorTime;
        long began = Stopwatch.GetTimestamp();
        T result = work();
        _phases.Add(new PhaseTiming(
            phase, Stopwatch.GetElapsedTime(began).TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds));
        return result;
    }
}
