namespace Orrery.Models;

/// <summary>
/// Dynamics that know how the latents would change with the actions, so that a planner can follow the slope of its costs. Not thread-safe; parallel inside.
/// </summary>
public interface IDifferentiableDynamics : ILatentDynamics
{
    /// <summary>
    /// Rolls every candidate out as <see cref="ILatentDynamics.Rollout"/> does, perhaps with other last bits, and keeps what <see cref="PullBack"/> needs until the next call.
    /// Nothing is allocated after the first call of a size.
    /// </summary>
    /// <param name="latent">[D]: where all candidates start.</param>
    /// <param name="actions">[S, H, K A] in physical units.</param>
    /// <param name="candidates">S.</param>
    /// <param name="horizon">H, in planner steps.</param>
    /// <param name="latents">[S, H, D]: the latent after each planner step.</param>
    /// <exception cref="ArgumentException">A span does not have the length that S, H, K, A and D ask for.</exception>
    void Record(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents);

    /// <summary>From the slope of a cost along the latents of the last <see cref="Record"/> to its slope along the actions.</summary>
    /// <param name="latentGradients">[S, H, D]: d cost / d latent of each candidate.</param>
    /// <param name="actionGradients">Receives [S, H, K A]: d cost / d action, per physical unit.</param>
    /// <exception cref="InvalidOperationException">Nothing was recorded.</exception>
    /// <exception cref="ArgumentException">A span does not have the length that was recorded.</exception>
    void PullBack(ReadOnlySpan<float> latentGradients, Span<float> actionGradients);
}
