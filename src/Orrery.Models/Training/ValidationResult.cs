using Orrery.Models.Monitoring;

namespace Orrery.Models.Training;

/// <summary>How good a model is on data that it was not trained on.</summary>
/// <param name="Error">
/// Pictures: mean squared error of the roll-out in latent space. Logs: root mean square error of free runs in standard deviations
/// of the observations; infinite when a free run diverged.
/// </param>
/// <param name="Health">Whether the latents still tell observations apart; null for logs, whose readout cannot collapse.</param>
public sealed record ValidationResult(double Error, LatentHealth? Health);
