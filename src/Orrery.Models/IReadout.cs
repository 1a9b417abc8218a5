namespace Orrery.Models;

/// <summary>
/// Turns latents back into the observation's columns in physical units, for costs and limits that people state in volts or
/// degrees. Not thread-safe.
/// </summary>
public interface IReadout
{
    /// <summary>D: numbers in a latent.</summary>
    int LatentSize { get; }

    /// <summary>O: numbers in an observation.</summary>
    int ObservationSize { get; }

    /// <summary>Reads latents out. One latent gives the same observation to the bit wherever it stands; nothing is allocated after the first call of a size.</summary>
    /// <param name="latents">[B, D].</param>
    /// <param name="count">B.</param>
    /// <param name="observations">[B, O] in physical units.</param>
    /// <exception cref="ArgumentException">A span does not have the length that B, D and O ask for.</exception>
    void Read(ReadOnlySpan<float> latents, int count, Span<float> observations);
}
