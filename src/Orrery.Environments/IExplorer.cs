using Orrery.Data;
using Orrery.Tensors.Random;

namespace Orrery.Environments;

/// <summary>Acts through one episode of an environment whose data are collected: a scripted expert, a noisy one, or chance.</summary>
public interface IExplorer
{
    /// <summary>Begins an episode. The environment has been reset; the explorer may write another start state.</summary>
    /// <param name="environment">To act in.</param>
    /// <param name="random">The episode's random numbers; kept for <see cref="Act"/>.</param>
    void Begin(IEnvironment environment, RandomStream random);

    /// <summary>Draws the action of one step.</summary>
    /// <param name="environment">Its privileged state may be read, never written.</param>
    /// <param name="step">Number of the step, from 0.</param>
    /// <param name="action">Receives [A] in physical units.</param>
    void Act(IEnvironment environment, int step, Span<float> action);
}
