using System.Runtime.InteropServices;
using Orrery.Data;
using Orrery.Data.Spaces;

namespace Orrery.Evaluation.ClosedLoop;

/// <summary>
/// What an environment shows, as bytes whatever its kind: a picture's and, behind them, those of proprioception's numbers; or those of a
/// vector's. Numbers are in physical units.
/// </summary>
internal static class SeenBytes
{
    /// <summary>How many bytes one observation has.</summary>
    public static int Count(EnvironmentSpecification specification) => specification.Observation is ImageSpace picture
        ? picture.Size + (sizeof(float) * (specification.Proprioception?.Size ?? 0))
        : sizeof(float) * specification.Observation.Size;

    /// <summary>What is seen now.</summary>
    public static void Observe(IEnvironment environment, Span<byte> seen)
    {
        Split(environment.Specification, seen, out Span<byte> pixels, out Span<float> vector);
        if (!pixels.IsEmpty)
            environment.Observe(pixels);
        if (!vector.IsEmpty)
            environment.Observe(vector);
    }

    /// <summary>What would be seen in a state.</summary>
    public static void ObserveAt(IGoalEnvironment environment, ReadOnlySpan<float> state, Span<byte> seen)
    {
        Split(environment.Specification, seen, out Span<byte> pixels, out Span<float> vector);
        if (!pixels.IsEmpty)
            environment.ObserveAt(state, pixels);
        if (!vector.IsEmpty)
            environment.ObserveAt(state, vector);
    }

    /// <summary>What is seen, in words.</summary>
    public static string Describe(Space observation, VectorSpace? proprioception) => observation is ImageSpace image
        ? $"pictures of {image.Channels} x {image.Height} x {image.Width}{(proprioception is null ? "" : $" with {proprioception.Size} numbers of proprioception")}"
        : $"{observation.Size} numbers";

    private static void Split(EnvironmentSpecification specification, Span<byte> seen, out Span<byte> pixels, out Span<float> vector)
    {
        int picture = specification.Observation is ImageSpace image ? image.Size : 0;
        pixels = seen[..picture];
        vector = MemoryMarshal.Cast<byte, float>(seen[picture..]);
    }
}
