using Orrery.Data;
using Orrery.Tensors.Random;

namespace Orrery.Environments;

/// <summary>Explores with <see cref="RandomPolicy"/>, each action held for a number of steps.</summary>
/// <param name="hold">Steps that each action is held for, at least 1: longer holds explore further.</param>
public sealed class RandomExplorer(int hold = 1) : IExplorer
{
    private readonly int _hold = hold >= 1 ? hold : throw new ArgumentOutOfRangeException(nameof(hold), hold, "An action must be held for 1 step or more.");
    private RandomPolicy? _policy;
    private float[] _held = [];

    /// <inheritdoc/>
    public void Begin(IEnvironment environment, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(environment);
        _policy = new RandomPolicy(environment.Specification, random);
        _held = new float[environment.Specification.Action.Size];
    }

    /// <inheritdoc/>
    public void Act(IEnvironment environment, int step, Span<float> action)
    {
        if (_policy is null)
            throw new InvalidOperationException("RandomExplorer.Act: the episode has not begun; call Begin first.");
        if (step % _hold == 0)
            _policy.Act(_held);
        _held.CopyTo(action);
    }
}
