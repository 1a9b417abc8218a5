using Orrery.Data;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Pushing;

/// <summary>
/// stable-worldmodel's "weak" policy for Push-T: a uniform target, at most 100 px away in each axis, kept within 100 px of
/// the block, so that it touches the block now and then.
/// </summary>
public sealed class WeakPusher : IExplorer
{
    private const double Nearby = 100;

    private readonly float[] _state = new float[7];
    private RandomStream? _random;

    /// <inheritdoc/>
    public void Begin(IEnvironment environment, RandomStream random)
    {
        _ = ScriptedPusher.Check(environment);
        _random = random;
    }

    /// <inheritdoc/>
    public void Act(IEnvironment environment, int step, Span<float> action)
    {
        var random = _random ?? throw new InvalidOperationException("WeakPusher.Act: the episode has not begun; call Begin first.");
        var pushT = ScriptedPusher.Check(environment);
        var state = _state.AsSpan(0, pushT.Specification.State.Size);
        pushT.ReadState(state);
        var x = state[0] + (PushT.ActionScale * ((2 * random.NextDouble()) - 1));
        var y = state[1] + (PushT.ActionScale * ((2 * random.NextDouble()) - 1));
        pushT.ActionTowards(Math.Clamp(x, state[2] - Nearby, state[2] + Nearby), Math.Clamp(y, state[3] - Nearby, state[3] + Nearby), action);
    }
}

/// <summary>A scripted, noisy pusher for Push-T: it goes round behind the block and pushes it towards random poses, one after the other.</summary>
public sealed class ScriptedPusher : IExplorer
{
    private readonly float[] _state = new float[7];
    private PushTScript? _script;

    /// <inheritdoc/>
    public void Begin(IEnvironment environment, RandomStream random)
    {
        _ = Check(environment);
        _script = new PushTScript(random);
    }

    /// <inheritdoc/>
    public void Act(IEnvironment environment, int step, Span<float> action)
    {
        var script = _script ?? throw new InvalidOperationException("ScriptedPusher.Act: the episode has not begun; call Begin first.");
        var pushT = Check(environment);
        var state = _state.AsSpan(0, pushT.Specification.State.Size);
        pushT.ReadState(state);
        var (x, y) = script.Target(PushTPose.From(state));
        pushT.ActionTowards(x, y, action);
    }

    /// <summary>The environment as Push-T.</summary>
    /// <exception cref="ArgumentException">It is another one.</exception>
    internal static PushT Check(IEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment as PushT
            ?? throw new ArgumentException($"A pusher acts in Push-T only; {environment.Specification.Name} came.", nameof(environment));
    }
}

/// <summary>Each episode of Push-T is acted in by the scripted pusher or by the weak policy, at random.</summary>
/// <param name="scriptedShare">Share of episodes by the scripted pusher, in [0, 1].</param>
public sealed class MixedPusher(double scriptedShare = 0.7) : IExplorer
{
    private readonly double _share = scriptedShare is >= 0 and <= 1
        ? scriptedShare
        : throw new ArgumentOutOfRangeException(nameof(scriptedShare), scriptedShare, "The share of scripted episodes must be between 0 and 1.");

    private IExplorer? _chosen;

    /// <inheritdoc/>
    public void Begin(IEnvironment environment, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _chosen = random.NextDouble() < _share ? new ScriptedPusher() : new WeakPusher();
        _chosen.Begin(environment, random);
    }

    /// <inheritdoc/>
    public void Act(IEnvironment environment, int step, Span<float> action)
    {
        if (_chosen is null)
            throw new InvalidOperationException("MixedPusher.Act: the episode has not begun; call Begin first.");
        _chosen.Act(environment, step, action);
    }
}
