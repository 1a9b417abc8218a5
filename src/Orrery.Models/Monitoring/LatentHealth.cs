namespace Orrery.Models.Monitoring;

/// <summary>How much a batch of latents can tell apart.</summary>
/// <param name="Count">Latents that were looked at.</param>
/// <param name="Deviations">[D]: standard deviation of each dimension (divisor n).</param>
/// <param name="Spectrum">[D]: eigenvalues of the covariance, from large to small; each is a variance along a principal axis.</param>
/// <param name="EffectiveRank">
/// exp of the entropy of the normalised singular values of the centred batch: how many directions are really used, between 1
/// and D; 0 when all latents are equal (Roy and Vetterli, "The effective rank", EUSIPCO 2007; as RankMe in Garrido et al., 2023).
/// </param>
/// <param name="Warning">One sentence that says that the latents have collapsed, and what to do; null when they have not.</param>
public sealed record LatentHealth(
    int Count,
    IReadOnlyList<double> Deviations,
    IReadOnlyList<double> Spectrum,
    double EffectiveRank,
    string? Warning)
{
    /// <summary>Mean of <see cref="Deviations"/>; near 1 in a healthy run, since the losses ask for it.</summary>
    public double MeanDeviation => Deviations.Count > 0 ? Deviations.Average() : 0;

    /// <summary>Whether the latents have collapsed.</summary>
    public bool Collapsed => Warning is not null;
}
