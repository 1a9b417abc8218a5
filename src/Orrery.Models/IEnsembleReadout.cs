namespace Orrery.Models;

/// <summary>
/// Reads single members of an ensemble out, whose disagreement tells where training never was (Lakshminarayanan, Pritzel and Blundell, "Simple and
/// scalable predictive uncertainty estimation using deep ensembles", 2017). What <see cref="IReadout.Read"/> gives is the whole model's. Not thread-safe.
/// </summary>
public interface IEnsembleReadout : IReadout
{
    /// <summary>How many members there are; 1 for a model that is no ensemble.</summary>
    int Members { get; }

    /// <summary>Reads latents out as one member does.</summary>
    /// <param name="member">From 0.</param>
    /// <param name="latents">[B, D].</param>
    /// <param name="count">B.</param>
    /// <param name="observations">Receives [B, O] in physical units.</param>
    /// <exception cref="ArgumentException">There is no such member, or a span does not have the length that B, D and O ask for.</exception>
    void ReadMember(int member, ReadOnlySpan<float> latents, int count, Span<float> observations);
}
