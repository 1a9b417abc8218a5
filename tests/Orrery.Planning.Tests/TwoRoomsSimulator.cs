using Orrery.Environments.Navigation;
using Orrery.Models;

namespace Orrery.Planning.Tests;

/// <summary>Two Rooms itself as a model without error: the latent is (x, y) in px, walls do not bounce.</summary>
internal sealed class TwoRoomsSimulator(int actionBlock = 5) : ILatentDynamics
{
    private readonly TwoRoomsLayout _layout = new();

    public int LatentSize => 2;

    public int ActionSize => 2;

    public int ActionBlock => actionBlock;

    public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        for (var candidate = 0; candidate < candidates; candidate++)
        {
            var at = (latent[0], latent[1]);
            for (var step = 0; step < horizon; step++)
            {
                var row = (candidate * horizon) + step;
                for (var k = 0; k < actionBlock; k++)
                {
                    var action = actions.Slice(((row * actionBlock) + k) * 2, 2);
                    at = TwoRoomsMotion.Move(_layout, at, (action[0], action[1]), default);
                }

                (latents[row * 2], latents[(row * 2) + 1]) = at;
            }
        }
    }
}
