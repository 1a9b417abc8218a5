using Orrery.Models.Predictors;
using Orrery.Models.Recipes;
using Orrery.Models.Rollouts;
using Orrery.Tensors;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Rollouts;

[Collection("alone")]
public sealed class DifferentiableRolloutTests : IDisposable
{
    private const int Latent = 12;
    private const int Step = 4;
    private const int Horizon = 5;

    private readonly CpuBackend _backend = new(2);
    private readonly ParameterBlock _block;
    private readonly RandomStream _random = new(5, "slopes");

    public DifferentiableRolloutTests() => _block = new ParameterBlock(_backend);

    public void Dispose()
    {
        _block.Dispose();
        _backend.Dispose();
    }

    [Theory]
    [InlineData("causal-transformer")]
    [InlineData("gru")]
    [InlineData("residual-mlp")]
    public void It_goes_where_roll_outs_go_and_its_slopes_are_what_differences_say(string form)
    {
        const int Candidates = 11;
        LatentPredictor predictor = Create(form);
        using ParallelRollout plain = new(predictor, Latent, Step, _backend);
        using DifferentiableRollout recorded = new(predictor, Latent, Step, _backend);
        (float[] start, float[] actions, float[] upstream) = Draw(Candidates);
        float[] latents = new float[Candidates * Horizon * Latent], slopes = new float[actions.Length];
        recorded.Record(start, actions, Candidates, Horizon, latents);
        float[] expected = Roll(plain, start, actions, Candidates);
        for (int index = 0; index < latents.Length; index++)
            Assert.Equal(expected[index], latents[index], 1e-4 * (1 + Math.Abs(expected[index])));

        recorded.PullBack(upstream, slopes);
        for (int trial = 0; trial < 5; trial++)
        {
            float[] direction = new float[actions.Length];
            new RandomStream((ulong)trial, "direction").FillNormal(direction);
            double slope = slopes.Zip(direction, (one, other) => (double)one * other).Sum();

            // Where the network has corners wide differences are wrong, and narrow ones are rounded.
            double error = new[] { 1e-2f, 3e-3f, 1e-3f, 3e-4f }.Min(width => Math.Abs(((Along(width) - Along(-width)) / (2 * width)) - slope));
            Assert.InRange(error, 0, 0.02 * Math.Max(1, Math.Abs(slope)));

            double Along(float distance) => Roll(plain, start, [.. actions.Zip(direction, (action, move) => action + (distance * move))], Candidates)
                .Zip(upstream, (latent, weight) => (double)latent * weight).Sum();
        }

        Assert.All(_block.Gradients.Span.ToArray(), gradient => Assert.Equal(0, gradient));
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        const int Candidates = 27;
        LatentPredictor predictor = Create("causal-transformer");
        using CpuBackend three = new(3);
        using DifferentiableRollout one = new(predictor, Latent, Step, _backend), other = new(predictor, Latent, Step, three);
        (float[] start, float[] actions, float[] upstream) = Draw(Candidates);
        float[] slopes = Slopes(one, start, actions, upstream, Candidates);
        Assert.Equal(slopes, Slopes(other, start, actions, upstream, Candidates));

        // Fewer, and then as many again: nothing of before is left over.
        Slopes(one, start, actions[..(3 * Horizon * Step)], upstream[..(3 * Horizon * Latent)], 3);
        Assert.Equal(slopes, Slopes(one, start, actions, upstream, Candidates));
    }

    [Theory]
    [InlineData("causal-transformer")]
    [InlineData("gru")]
    [InlineData("residual-mlp")]
    public void Permuting_candidates_permutes_slopes_exactly(string form)
    {
        const int Candidates = 21;
        using DifferentiableRollout recorded = new(Create(form), Latent, Step, _backend);
        (float[] start, float[] actions, float[] upstream) = Draw(Candidates);
        float[] slopes = Slopes(recorded, start, actions, upstream, Candidates);
        Assert.Equal(
            slopes.Chunk(Horizon * Step).Reverse().SelectMany(chunk => chunk),
            Slopes(recorded, start, [.. actions.Chunk(Horizon * Step).Reverse().SelectMany(chunk => chunk)],
                [.. upstream.Chunk(Horizon * Latent).Reverse().SelectMany(chunk => chunk)], Candidates));
    }

    [Fact]
    public void Nothing_is_allocated_once_it_has_run()
    {
        using DifferentiableRollout recorded = new(Create("causal-transformer"), Latent, Step, _backend);
        (float[] start, float[] actions, float[] upstream) = Draw(20);
        float[] latents = new float[20 * Horizon * Latent], slopes = new float[actions.Length];
        for (int round = 0; round < 5; round++)
            Both();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 10 && least > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Both();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, least);

        void Both()
        {
            recorded.Record(start, actions, 20, Horizon, latents);
            recorded.PullBack(upstream, slopes);
        }
    }

    [Fact]
    public void Slopes_of_nothing_and_of_other_lengths_are_refused()
    {
        using DifferentiableRollout recorded = new(Create("gru"), Latent, Step, _backend);
        Assert.Contains("Record first", Assert.Throws<InvalidOperationException>(() => recorded.PullBack([], [])).Message, StringComparison.Ordinal);
        (float[] start, float[] actions, _) = Draw(2);
        recorded.Record(start, actions, 2, Horizon, new float[2 * Horizon * Latent]);
        Assert.Contains("hold 3 numbers", Assert.Throws<ArgumentException>(() => recorded.PullBack(new float[3], new float[actions.Length])).Message, StringComparison.Ordinal);
    }

    private static float[] Slopes(DifferentiableRollout recorded, float[] start, float[] actions, float[] upstream, int candidates)
    {
        float[] slopes = new float[actions.Length];
        recorded.Record(start, actions, candidates, Horizon, new float[candidates * Horizon * Latent]);
        recorded.PullBack(upstream, slopes);
        return slopes;
    }

    private static float[] Roll(ParallelRollout rollout, float[] start, float[] actions, int candidates)
    {
        float[] result = new float[candidates * Horizon * Latent];
        rollout.Run(start, [], actions, candidates, Horizon, result);
        return result;
    }

    private (float[] Start, float[] Actions, float[] Upstream) Draw(int candidates)
    {
        float[] start = new float[Latent], actions = new float[candidates * Horizon * Step], upstream = new float[candidates * Horizon * Latent];
        _random.FillNormal(start);
        _random.FillNormal(actions);
        _random.FillNormal(upstream);
        return (start, actions, upstream);
    }

    private LatentPredictor Create(string form)
    {
        PredictorRecipe recipe = form == PredictorRecipe.CausalTransformer ? new(form, 24, 3, 3, 2, 8, 20) : new(form, 40);
        LatentPredictor predictor = LatentPredictor.Create(_block, recipe, Latent, Step, _random);
        _block.Seal();

        // What begins at zero would let no action through.
        foreach (Parameter parameter in _block.Parameters.Where(parameter => parameter.Name.Contains("modulation", StringComparison.Ordinal)))
            Initialization(parameter);
        return predictor;
    }

    private void Initialization(Parameter parameter)
    {
        float[] values = new float[parameter.Shape.Count];
        _random.FillNormal(values);
        for (int index = 0; index < values.Length; index++)
            parameter.Value.Span[index] = 0.3f * values[index];
    }
}
