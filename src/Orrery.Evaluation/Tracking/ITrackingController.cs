using Orrery.Planning.Guardrails;

namespace Orrery.Evaluation.Tracking;

/// <summary>Runs a process at set-points.</summary>
public interface ITrackingController : IDisposable
{
    /// <summary>What it is called in tables.</summary>
    string Name { get; }

    /// <summary>What it is bound to beyond the process's own limits; the episode keeps it and counts against it too. Null for nothing.</summary>
    DeclaredGuardrails? Declared => null;

    /// <summary>Takes a running process over.</summary>
    /// <param name="rows">What was recorded so far.</param>
    /// <param name="setPoint">Where the output should be, in its unit.</param>
    /// <param name="seed">Seed of everything random that the controller does.</param>
    void Begin(TrackingRows rows, double setPoint, ulong seed);

    /// <summary>Decides on the next command.</summary>
    /// <param name="rows">What was recorded so far.</param>
    /// <param name="setPoint">Where the output should be, in its unit.</param>
    /// <param name="state">The process's true state; only a controller with perfect knowledge may read it.</param>
    /// <returns>The command of the loop's input, in its unit; guardrails have the last word on it.</returns>
    double Act(TrackingRows rows, double setPoint, ReadOnlySpan<float> state);
}
