using Orrery.Environments.Process;
using Orrery.Models;

namespace Orrery.Evaluation.Tracking;

/// <summary>The process itself as a model to plan with: its latent is its true state. What planning with perfect knowledge reaches.</summary>
/// <param name="equations">The process.</param>
public sealed class ProcessDynamics(ProcessEquations equations) : ILatentDynamics, IReadout
{
    /// <inheritdoc cref="ILatentDynamics.LatentSize"/>
    public int LatentSize => equations.States.Count;

    /// <inheritdoc/>
    public int ActionSize => equations.Inputs.Count;

    /// <inheritdoc/>
    public int ActionBlock => 1;

    /// <inheritdoc/>
    public int ObservationSize => equations.Outputs.Count;

    /// <inheritdoc/>
    public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        if (latent.Length != LatentSize || actions.Length != candidates * horizon * ActionSize || latents.Length != candidates * horizon * LatentSize)
            throw new ArgumentException($"ProcessDynamics: {latent.Length} latent, {actions.Length} action and {latents.Length} result numbers do not fit {candidates} candidates over {horizon} steps.", nameof(actions));
        Span<double> state = stackalloc double[LatentSize], inputs = stackalloc double[ActionSize];
        for (int candidate = 0; candidate < candidates; candidate++)
        {
            Widen(latent, state);
            for (int step = candidate * horizon; step < (candidate + 1) * horizon; step++)
            {
                Widen(actions.Slice(step * ActionSize, ActionSize), inputs);
                equations.Advance(state, inputs);
                Narrow(state, latents.Slice(step * LatentSize, LatentSize));
            }
        }
    }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<float> latents, int count, Span<float> observations)
    {
        if (latents.Length != count * LatentSize || observations.Length != count * ObservationSize)
            throw new ArgumentException($"ProcessDynamics: {latents.Length} latent and {observations.Length} result numbers do not fit {count} rows.", nameof(latents));
        Span<double> state = stackalloc double[LatentSize], outputs = stackalloc double[ObservationSize];
        for (int row = 0; row < count; row++)
        {
            Widen(latents.Slice(row * LatentSize, LatentSize), state);
            equations.Measure(state, outputs);
            Narrow(outputs, observations.Slice(row * ObservationSize, ObservationSize));
        }
    }

    private static void Widen(ReadOnlySpan<float> narrow, Span<double> wide)
    {
        for (int index = 0; index < narrow.Length; index++)
            wide[index] = narrow[index];
    }

    private static void Narrow(ReadOnlySpan<double> wide, Span<float> narrow)
    {
        for (int index = 0; index < wide.Length; index++)
            narrow[index] = (float)wide[index];
    }
}
