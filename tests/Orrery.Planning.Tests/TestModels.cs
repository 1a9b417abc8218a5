using Orrery.Models;
using Orrery.Planning.Costs;

namespace Orrery.Planning.Tests;

/// <summary>x' = A x + B u, one environment step per planner step or more; keeps every action that it was asked about.</summary>
internal sealed class LinearDynamics(float[] a, float[] b, int states, int controls, int actionBlock = 1) : IDifferentiableDynamics
{
    private int _candidates;
    private int _horizon;

    public int LatentSize => states;

    public int ActionSize => controls;

    public int ActionBlock => actionBlock;

    /// <summary>Called with each candidate's actions, [H K, A].</summary>
    public Action<float[]>? Asked { get; set; }

    public static LinearDynamics Integrator(int size, int actionBlock = 1) => new(Identity(size), Identity(size), size, size, actionBlock);

    public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        var size = horizon * actionBlock * controls;
        Span<double> state = stackalloc double[states];
        Span<double> next = stackalloc double[states];
        for (var candidate = 0; candidate < candidates; candidate++)
        {
            var own = actions.Slice(candidate * size, size);
            Asked?.Invoke(own.ToArray());
            for (var i = 0; i < states; i++)
                state[i] = latent[i];
            for (var step = 0; step < horizon * actionBlock; step++)
            {
                for (var i = 0; i < states; i++)
                {
                    next[i] = 0;
                    for (var j = 0; j < states; j++)
                        next[i] += a[(i * states) + j] * state[j];
                    for (var j = 0; j < controls; j++)
                        next[i] += b[(i * controls) + j] * own[(step * controls) + j];
                }

                next.CopyTo(state);
                if ((step + 1) % actionBlock != 0)
                    continue;
                for (var i = 0; i < states; i++)
                    latents[(((candidate * horizon) + (step / actionBlock)) * states) + i] = (float)state[i];
            }
        }
    }

    public void Record(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        (_candidates, _horizon) = (candidates, horizon);
        Rollout(latent, actions, candidates, horizon, latents);
    }

    /// <summary>Backwards through x' = A x + B u: what reaches u is B^T p, what goes on is A^T p.</summary>
    public void PullBack(ReadOnlySpan<float> latentGradients, Span<float> actionGradients)
    {
        Span<double> slope = stackalloc double[states];
        Span<double> before = stackalloc double[states];
        for (var candidate = 0; candidate < _candidates; candidate++)
        {
            slope.Clear();
            for (var step = (_horizon * actionBlock) - 1; step >= 0; step--)
            {
                for (var i = 0; i < states && (step + 1) % actionBlock == 0; i++)
                    slope[i] += latentGradients[(((candidate * _horizon) + (step / actionBlock)) * states) + i];
                for (var j = 0; j < controls; j++)
                {
                    double sum = 0;
                    for (var i = 0; i < states; i++)
                        sum += b[(i * controls) + j] * slope[i];
                    actionGradients[(((candidate * _horizon * actionBlock) + step) * controls) + j] = (float)sum;
                }

                for (var j = 0; j < states; j++)
                {
                    before[j] = 0;
                    for (var i = 0; i < states; i++)
                        before[j] += a[(i * states) + j] * slope[i];
                }

                before.CopyTo(slope);
            }
        }
    }

    private static float[] Identity(int size)
    {
        var matrix = new float[size * size];
        for (var i = 0; i < size; i++)
            matrix[(i * size) + i] = 1;
        return matrix;
    }
}

/// <summary>The latent is the observation.</summary>
internal sealed class IdentityReadout(int size, int members = 2) : IEnsembleReadout
{
    public int LatentSize => size;

    public int ObservationSize => size;

    public int Members => members;

    public void Read(ReadOnlySpan<float> latents, int count, Span<float> observations) => latents.CopyTo(observations);

    public void ReadMember(int member, ReadOnlySpan<float> latents, int count, Span<float> observations)
    {
        for (var place = 0; place < latents.Length; place++)
            observations[place] = latents[place] * (member + 0.5f);
    }
}

/// <summary>A cost from a function of (actions [H K, A], latents [H, D]).</summary>
internal sealed class FunctionCost(Func<float[], float[], double> function) : ICost
{
    public string Name => "function";

    public double Weight => 1;

    public void Add(in RolloutBatch batch, Span<float> costs)
    {
        var size = batch.Horizon * batch.LatentSize;
        for (var i = 0; i < batch.Candidates; i++)
            costs[i] += (float)function(batch.ActionsOf(i).ToArray(), batch.Latents.Slice(i * size, size).ToArray());
    }
}
