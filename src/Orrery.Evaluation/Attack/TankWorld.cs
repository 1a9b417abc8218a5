using Orrery.Models;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Attack;

/// <summary>
/// Two tanks, one above the other, with an inflow into the upper and a drain from the lower: levels fall with the root of themselves
/// (Torricelli), x1' = x1 + 0.2 (u1 - 0.8 sqrt x1), x2' = x2 + 0.2 (0.8 sqrt x1 - (0.5 + 0.3 u2) sqrt x2), per step. The latent is
/// the two levels. Cheap enough for thousands of episodes of planning.
/// </summary>
internal class TankWorld : ILatentDynamics, IReadout
{
    public int ObservationSize => 2;

    public int LatentSize => 2;

    public int ActionSize => 2;

    public int ActionBlock => 1;

    public virtual void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        for (int candidate = 0; candidate < candidates; candidate++)
        {
            (float upper, float lower) = (latent[0], latent[1]);
            for (int step = 0; step < horizon; step++)
            {
                int at = ((candidate * horizon) + step) * 2;
                (upper, lower) = Next(upper, lower, actions[at], actions[at + 1]);
                (latents[at], latents[at + 1]) = (upper, lower);
            }
        }
    }

    public void Read(ReadOnlySpan<float> latents, int count, Span<float> observations) => latents.CopyTo(observations);

    /// <summary>One step.</summary>
    public static (float Upper, float Lower) Next(float upper, float lower, float inflow, float drain)
    {
        float fall = 0.8f * MathF.Sqrt(MathF.Max(0, upper));
        return (
            Math.Clamp(upper + (0.2f * (inflow - fall)), 0, 10),
            Math.Clamp(lower + (0.2f * (fall - ((0.5f + (0.3f * drain)) * MathF.Sqrt(MathF.Max(0, lower))))), 0, 10));
    }
}

/// <summary>A model that is wrong: random weights, or right until it answers nonsense or throws.</summary>
internal sealed class BrokenModel(AttackKind kind, RandomStream random) : TankWorld
{
    private readonly float[] _weights = [.. Enumerable.Range(0, 8).Select(_ => 3 * (float)random.NextNormal())];

    public override void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        if (kind == AttackKind.FailingModel && random.NextInt(4) == 0)
            throw new InvalidOperationException("the model has failed");
        base.Rollout(latent, actions, candidates, horizon, latents);
        if (kind == AttackKind.RandomWeights)
        {
            for (int at = 0; at < latents.Length; at += 2)
            {
                (float a, float b, float x, float y) = (actions[at], actions[at + 1], latent[0], latent[1]);
                latents[at] = (_weights[0] * a) + (_weights[1] * b) + (_weights[2] * x) + (_weights[3] * y);
                latents[at + 1] = (_weights[4] * a) + (_weights[5] * b) + (_weights[6] * x) + (_weights[7] * y);
            }
        }

        if (kind == AttackKind.PoisonedModel)
        {
            bool all = random.NextInt(4) == 0;
            for (int at = 0; at < latents.Length; at++)
            {
                if (all || random.NextInt(6) == 0)
                    latents[at] = random.NextInt(2) == 0 ? float.NaN : float.PositiveInfinity;
            }
        }
    }
}
