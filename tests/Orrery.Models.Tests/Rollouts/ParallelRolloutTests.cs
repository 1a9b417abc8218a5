using Orrery.Models.Predictors;
using Orrery.Models.Recipes;
using Orrery.Models.Rollouts;
using Orrery.Tensors;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Rollouts;

[Collection("alone")]
public sealed class ParallelRolloutTests : IDisposable
{
    private const int Latent = 12;
    private const int Step = 4;

    private readonly CpuBackend _backend = new(2);
    private readonly ParameterBlock _block;
    private readonly RandomStream _random = new(5, "roll-outs");

    public ParallelRolloutTests() => _block = new ParameterBlock(_backend);

    public void Dispose()
    {
        _block.Dispose();
        _backend.Dispose();
    }

    [Theory]
    [InlineData(3, 1, 6)]
    [InlineData(3, 2, 6)]
    [InlineData(3, 3, 6)]
    [InlineData(3, 5, 4)]
    [InlineData(1, 1, 3)]
    [InlineData(1, 2, 3)]
    [InlineData(5, 3, 9)]
    [InlineData(4, 4, 1)]
    public void What_is_saved_changes_no_bit(int window, int seen, int horizon)
    {
        const int Candidates = 47;
        LatentPredictor predictor = Transformer(window);
        using ParallelRollout saving = new(predictor, Latent, Step, _backend), plain = new(predictor, Latent, Step, _backend, savesWork: false);
        (float[] latents, float[] driven, float[] actions) = Draw(seen, Candidates, horizon);
        float[] expected = Run(plain, latents, driven, actions, Candidates, horizon);
        Assert.All(expected, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(expected, Run(saving, latents, driven, actions, Candidates, horizon));

        // The same objects, another number of candidates and of latents that were seen.
        float[] few = Run(saving, latents[^Latent..], [], actions[..(3 * horizon * Step)], 3, horizon);
        Assert.Equal(Run(plain, latents[^Latent..], [], actions[..(3 * horizon * Step)], 3, horizon), few);
        Assert.Equal(expected, Run(saving, latents, driven, actions, Candidates, horizon));
    }

    [Theory]
    [InlineData("causal-transformer")]
    [InlineData("gru")]
    [InlineData("residual-mlp")]
    public void Neither_threads_nor_neighbours_change_a_candidate(string form)
    {
        const int Candidates = 61, Horizon = 4;
        LatentPredictor predictor = form == "causal-transformer"
            ? Transformer(3)
            : Seal(LatentPredictor.Create(_block, new PredictorRecipe(form, 40), Latent, Step, _random));
        using CpuBackend three = new(3);
        using ParallelRollout rollout = new(predictor, Latent, Step, _backend), other = new(predictor, Latent, Step, three);
        (float[] latents, float[] driven, float[] actions) = Draw(2, Candidates, Horizon);
        float[] expected = Run(rollout, latents, driven, actions, Candidates, Horizon);
        Assert.Equal(expected, Run(other, latents, driven, actions, Candidates, Horizon));

        float[][] reversed = [.. actions.Chunk(Horizon * Step).Reverse()];
        Assert.Equal(
            expected.Chunk(Horizon * Latent).Reverse().SelectMany(chunk => chunk),
            Run(rollout, latents, driven, [.. reversed.SelectMany(chunk => chunk)], Candidates, Horizon));
        for (int candidate = 0; candidate < Candidates; candidate += 20)
        {
            float[] alone = Run(rollout, latents, driven, actions[(candidate * Horizon * Step)..((candidate + 1) * Horizon * Step)], 1, Horizon);
            Assert.Equal(expected[(candidate * Horizon * Latent)..((candidate + 1) * Horizon * Latent)], alone);
        }
    }

    [Fact]
    public void Nothing_is_allocated_once_it_has_run()
    {
        using ParallelRollout rollout = new(Transformer(3), Latent, Step, _backend);
        (float[] latents, float[] driven, float[] actions) = Draw(3, 50, 5);
        float[] result = new float[50 * 5 * Latent];
        for (int round = 0; round < 5; round++)
            rollout.Run(latents, driven, actions, 50, 5, result);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 10 && least > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            rollout.Run(latents, driven, actions, 50, 5, result);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_named()
    {
        using ParallelRollout rollout = new(Transformer(3), Latent, Step, _backend);
        Assert.Contains("actions holds 3", Assert.Throws<ArgumentException>(() => rollout.Run(new float[Latent], [], new float[3], 1, 1, new float[Latent])).Message, StringComparison.Ordinal);
        Assert.Contains("driven holds 1", Assert.Throws<ArgumentException>(() => rollout.Run(new float[2 * Latent], new float[1], new float[Step], 1, 1, new float[Latent])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => rollout.Run([], [], new float[Step], 1, 1, new float[Latent]));
    }

    private static float[] Run(ParallelRollout rollout, float[] latents, float[] driven, float[] actions, int candidates, int horizon)
    {
        float[] result = new float[candidates * horizon * Latent];
        rollout.Run(latents, driven, actions, candidates, horizon, result);
        return result;
    }

    private LatentPredictor Transformer(int window)
    {
        LatentPredictor predictor = LatentPredictor.Create(
            _block, new PredictorRecipe(PredictorRecipe.CausalTransformer, 24, window, 3, 2, 8, 20), Latent, Step, _random);
        Seal(predictor);
        foreach (Parameter parameter in _block.Parameters.Where(parameter => parameter.Name.Contains("modulation", StringComparison.Ordinal)))
            _random.FillNormal(parameter.Value.Span);
        return predictor;
    }

    private LatentPredictor Seal(LatentPredictor predictor)
    {
        _block.Seal();
        return predictor;
    }

    private (float[] Latents, float[] Driven, float[] Actions) Draw(int seen, int candidates, int horizon)
    {
        float[] latents = new float[seen * Latent], driven = new float[(seen - 1) * Step], actions = new float[candidates * horizon * Step];
        _random.FillNormal(latents);
        _random.FillNormal(driven);
        _random.FillNormal(actions);
        return (latents, driven, actions);
    }
}
