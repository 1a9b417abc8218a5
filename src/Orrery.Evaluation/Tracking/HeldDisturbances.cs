using Orrery.Models;

namespace Orrery.Evaluation.Tracking;

/// <summary>A model of all inputs, seen as one of a single command: the other inputs are held at what was measured last.</summary>
/// <param name="inner">The model of all inputs.</param>
/// <param name="command">Column of the command.</param>
internal sealed class HeldDisturbances(ILatentDynamics inner, int command) : ILatentDynamics
{
    private readonly float[] _held = new float[inner.ActionSize];
    private float[] _actions = [];

    public int LatentSize => inner.LatentSize;

    public int ActionSize => 1;

    public int ActionBlock => inner.ActionBlock;

    /// <summary>Holds the inputs of a row.</summary>
    public void Hold(ReadOnlySpan<float> inputs) => inputs.CopyTo(_held);

    public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        int needed = actions.Length * _held.Length;
        if (_actions.Length < needed)
            _actions = new float[needed];
        Span<float> all = _actions.AsSpan(0, needed);
        for (int step = 0; step < actions.Length; step++)
        {
            Span<float> inputs = all.Slice(step * _held.Length, _held.Length);
            _held.CopyTo(inputs);
            inputs[command] = actions[step];
        }

        inner.Rollout(latent, all, candidates, horizon, latents);
    }
}
