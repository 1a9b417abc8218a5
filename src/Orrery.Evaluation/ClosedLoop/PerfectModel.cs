using Orrery.Data;
using Orrery.Models;

namespace Orrery.Evaluation.ClosedLoop;

/// <summary>
/// The true simulator in a world model's place: its latent is the privileged state. What a planner reaches with it is the
/// ceiling for that planner, and the difference to a learned model is the model's share of the failures.
/// </summary>
public sealed class PerfectModel : ILatentDynamics, IDisposable
{
    private readonly IEnvironment _simulator;
    private readonly ulong _seed;

    /// <summary>Wraps a simulator.</summary>
    /// <param name="simulator">An instance of its own, not the one that is acted in; owned and disposed of.</param>
    /// <param name="actionBlock">K, environment steps per planner step, at least 1.</param>
    /// <param name="seed">
    /// Seed of the simulator's chance. Every candidate meets the same chance, so that its fate does not depend on its place.
    /// </param>
    public PerfectModel(IEnvironment simulator, int actionBlock = 1, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentOutOfRangeException.ThrowIfLessThan(actionBlock, 1);
        _simulator = simulator;
        _seed = seed;
        ActionBlock = actionBlock;
    }

    /// <summary>D: numbers in the state.</summary>
    public int LatentSize => _simulator.Specification.State.Size;

    /// <inheritdoc/>
    public int ActionSize => _simulator.Specification.Action.Size;

    /// <inheritdoc/>
    public int ActionBlock { get; }

    /// <inheritdoc/>
    public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        int state = LatentSize;
        int steps = horizon * ActionBlock;
        int action = ActionSize;
        if (latent.Length != state || actions.Length != candidates * steps * action || latents.Length != candidates * horizon * state)
            throw new ArgumentException(
                $"PerfectModel.Rollout: {latent.Length} latent, {actions.Length} action and {latents.Length} result numbers for {candidates} candidates "
                + $"and a horizon of {horizon}; needed are {state}, {candidates * steps * action} and {candidates * horizon * state}.", nameof(actions));
        for (int candidate = 0; candidate < candidates; candidate++)
        {
            _simulator.Reset(_seed);
            _simulator.WriteState(latent);
            for (int step = 0; step < steps; step++)
            {
                _simulator.Step(actions.Slice(((candidate * steps) + step) * action, action));
                if ((step + 1) % ActionBlock == 0)
                    _simulator.ReadState(latents.Slice(((candidate * horizon) + (step / ActionBlock)) * state, state));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _simulator.Dispose();
}
