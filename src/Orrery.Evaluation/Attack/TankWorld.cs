using Orrery.Models;

namespace Orrery.Evaluation.Attack;

/// <summary>
/// Two tanks, one above the other, with an inflow into the upper and a drain from the lower: levels fall with the root of themselves
/// (Torricelli), x1' = x1 + 0.2 (u1 - 0.8 sqrt x1), x2' = x2 + 0.2 (0.8 sqrt x1 - (0.5 + 0.3 u2) sqrt x2), per step. The latent is
/// the two levels. Cheap enough for thousands of episodes of planning.
/// </summary>
internal sealed class TankWorld : ILatentDynamics, IReadout
{
    public int ObservationSize => 2;

    public int LatentSize => 2;

    public int ActionSize => 2;

    public int ActionBlock => 1;

    public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
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
