namespace Orrery.Models.Identification;

/// <summary>Consecutive rows of a log, normalised. Identification never looks across the end of a stretch.</summary>
/// <param name="Observations">[rows, O].</param>
/// <param name="Actions">[rows, A].</param>
public sealed record NormalizedStretch(float[] Observations, float[] Actions)
{
    internal int Rows(int observationSize) => Observations.Length / observationSize;
}
