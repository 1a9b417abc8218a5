using System.Runtime.InteropServices;
using Orrery.Data;
using Orrery.Data.Spaces;

namespace Orrery.Evaluation.ClosedLoop;

/// <summary>What an environment shows, as bytes whatever its kind: a picture's, or those of a vector's numbers in physical units.</summary>
internal static class SeenBytes
{
    /// <summary>How many bytes one observation has.</summary>
    public static int Count(Space observation) => observation is ImageSpace ? observation.Size : sizeof(float) * observation.Size;

    /// <summary>What is seen now.</summary>
    public static void Observe(IEnvironment environment, Span<byte> seen)
    {
        if (environment.Specification.Observation is ImageSpace)
            environment.Observe(seen);
        else
            environment.Observe(MemoryMarshal.Cast<byte, float>(seen));
    }

    /// <summary>What would be seen in a state.</summary>
    public static void ObserveAt(IGoalEnvironment environment, ReadOnlySpan<float> state, Span<byte> seen)
    {
        if (environment.Specification.Observation is ImageSpace)
            environment.ObserveAt(state, seen);
        else
            environment.ObserveAt(state, MemoryMarshal.Cast<byte, float>(seen));
    }
}
