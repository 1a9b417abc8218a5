using System.Numerics;

namespace Orrery.Benchmarks.SideBySide.Measuring;

/// <summary>What is measured on.</summary>
internal static class Machine
{
    public static string Processor()
    {
        const string path = "/proc/cpuinfo";
        string? line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? "unknown processor";
    }

    public static string Vectors() => $"{Vector<float>.Count * 32}-bit vectors, {FmaPeak.Bits}-bit in products";
}
