using Orrery.Tensors;

namespace Orrery.Benchmarks.SideBySide.Works;

/// <summary>Something that Orrery and its peers do on the same numbers.</summary>
/// <param name="Group">The table that it is in.</param>
/// <param name="Name">What it is.</param>
/// <param name="Operations">Floating-point operations as plain loops would do them, or numbers for element-wise functions.</param>
/// <param name="Unit">What <paramref name="Operations"/> counts, per second and 1e9.</param>
/// <param name="Prepare">Makes it ready on a backend.</param>
/// <param name="PeerKind">What PyTorch's side calls it; null where there is none.</param>
/// <param name="PeerParameters">Its settings there.</param>
internal sealed record Work(
    string Group, string Name, double Operations, string Unit, Func<CpuBackend, Performance> Prepare, string? PeerKind,
    IReadOnlyDictionary<string, object> PeerParameters)
{
    /// <summary>The row that a long group's summary counts it in.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The largest relative distance between the results that rounding explains.</summary>
    public double Tolerance { get; init; } = 1e-5;
}

/// <summary>A piece of work that is ready to run.</summary>
/// <param name="Run">Does it once.</param>
/// <param name="Inputs">What peers get.</param>
/// <param name="Outputs">Does it once from the start and hands over what comes out, by the peers' names.</param>
/// <param name="OpenBlas">The same by OpenBLAS; null where it has no such thing.</param>
/// <param name="Owned">What to dispose of afterwards.</param>
internal sealed record Performance(
    Action Run, IReadOnlyDictionary<string, Tensor> Inputs, Func<IReadOnlyDictionary<string, float[]>> Outputs, Action? OpenBlas,
    params IReadOnlyList<IDisposable> Owned) : IDisposable
{
    public void Dispose()
    {
        foreach (IDisposable owned in Owned)
            owned.Dispose();
    }
}
