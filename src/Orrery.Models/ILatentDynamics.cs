namespace Orrery.Models;

/// <summary>
/// What a planner needs of a world: where a latent goes under a sequence of actions. Learned models implement it, and so can a
/// true simulator, so that search and model can be told apart. Not thread-safe; parallel inside.
/// </summary>
public interface ILatentDynamics
{
    /// <summary>D: numbers in a latent.</summary>
    int LatentSize { get; }

    /// <summary>A: numbers in the action of one environment step.</summary>
    int ActionSize { get; }

    /// <summary>K: environment steps that one planner step stands for.</summary>
    int ActionBlock { get; }

    /// <summary>
    /// Rolls every candidate out. The same candidate gives the same latents to the bit wherever it stands among the candidates
    /// and at any number of threads; nothing is allocated after the first call of a size.
    /// </summary>
    /// <param name="latent">[D]: where all candidates start.</param>
    /// <param name="actions">[S, H, K A] in physical units.</param>
    /// <param name="candidates">S.</param>
    /// <param name="horizon">H, in planner steps.</param>
    /// <param name="latents">[S, H, D]: the latent after each planner step.</param>
    /// <exception cref="ArgumentException">A span does not have the length that S, H, K, A and D ask for.</exception>
    void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents);
}
