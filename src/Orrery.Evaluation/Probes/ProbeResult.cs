namespace Orrery.Evaluation.Probes;

/// <summary>What a probe of the latents found on held-out rows. Probes look; nothing is trained through them.</summary>
/// <param name="Name">Kind of probe, such as <c>linear</c>.</param>
/// <param name="Columns">The state columns that were read out, [state size].</param>
/// <param name="RSquared">Share of each column's variance that is explained, 1 at best, [state size].</param>
/// <param name="Rmse">Root mean squared error per column, in its unit, [state size].</param>
/// <param name="MeanDistance">Mean Euclidean distance between the predicted and the true state, in the state's unit.</param>
/// <param name="TrainingRows">Rows that the probe was fitted on.</param>
/// <param name="HeldOutRows">Rows that the figures are taken over.</param>
public sealed record ProbeResult(
    string Name,
    IReadOnlyList<string> Columns,
    IReadOnlyList<double> RSquared,
    IReadOnlyList<double> Rmse,
    double MeanDistance,
    int TrainingRows,
    int HeldOutRows);
