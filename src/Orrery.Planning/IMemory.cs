namespace Orrery.Planning;

/// <summary>Recalls past situations while acting, to fill in what cannot be seen now.</summary>
public interface IMemory
{
    /// <summary>Completes what is seen from what is remembered, and remembers what is seen.</summary>
    /// <param name="latent">[D]: what is seen; replaced in place.</param>
    /// <param name="step">Environment steps since the beginning.</param>
    void Recall(Span<float> latent, long step);
}
