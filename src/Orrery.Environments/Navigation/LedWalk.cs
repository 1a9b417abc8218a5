using Orrery.Data;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Navigation;

/// <summary>The walk of <see cref="TwoRoomsExplorer"/> in any environment of the family: a turning heading, now and then led through the door.</summary>
/// <param name="layout">The map of the environment as it was reset.</param>
/// <param name="settings">How long steps are, and how often it is led; lengths in the environment's own actions come from <paramref name="stepScale"/>.</param>
/// <param name="stepScale">Pixels that an action of 1 moves the dot.</param>
internal sealed class LedWalk(Func<IEnvironment, TwoRoomsLayout> layout, TwoRoomsCollection settings, double stepScale = 1) : IExplorer
{
    private TwoRoomsExplorer? _explorer;
    private RandomStream? _random;
    private float[] _state = [];

    /// <inheritdoc/>
    public void Begin(IEnvironment environment, RandomStream random)
    {
        _random = random;
        _explorer = new TwoRoomsExplorer(layout(environment), settings);
        _state = new float[environment.Specification.State.Size];
        environment.ReadState(_state);
        (_state[0], _state[1]) = _explorer.Begin(random);
        environment.WriteState(_state);
    }

    /// <inheritdoc/>
    public void Act(IEnvironment environment, int step, Span<float> action)
    {
        environment.ReadState(_state);
        _explorer!.Act(_random!, step, (_state[0], _state[1]), action);
        action[0] /= (float)stepScale;
        action[1] /= (float)stepScale;
    }
}
