using Orrery.Models.Losses;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Losses;

public sealed class LossTests : IDisposable
{
    private readonly CpuBackend _backend = new(1);
    private readonly Tape _tape;

    public LossTests() => _tape = new Tape(_backend);

    public void Dispose()
    {
        _tape.Dispose();
        _backend.Dispose();
    }

    // The expected values are derived from the definition: sum w phi (1 - phi^2) for normals, sum w phi (1 - phi)^2 B for a point.
    [Fact]
    public void Sigreg_of_true_normals_is_1_0525_at_any_batch_size()
    {
        foreach (int batch in new[] { 32, 128, 512 })
        {
            Tensor latents = _tape.Constant(Normals(64 * batch * 8, 1), new Shape(64, batch, 8));
            Assert.InRange(SigReg.Forward(_tape, latents, Directions(8, 128)).Item(), 0.98, 1.13);
        }
    }

    [Theory]
    [InlineData(32, 12.87)]
    [InlineData(128, 51.46)]
    [InlineData(384, 154.4)]
    public void Sigreg_of_a_collapsed_batch_grows_with_the_batch(int batch, double expected)
    {
        Tensor latents = _tape.Constant(0, new Shape(2, batch, 8));
        Assert.InRange(SigReg.Forward(_tape, latents, Directions(8, 16)).Item(), expected - 0.06, expected + 0.06);
    }

    [Theory]
    [InlineData(0.5, 19.9)]
    [InlineData(2, 31.9)]
    public void Sigreg_sees_a_wrong_scale(float deviation, double expected)
    {
        float[] values = Normals(64 * 128 * 8, 2);
        for (int index = 0; index < values.Length; index++)
            values[index] *= deviation;
        Tensor latents = _tape.Constant(values, new Shape(64, 128, 8));
        Assert.InRange(SigReg.Forward(_tape, latents, Directions(8, 64)).Item(), expected - 1, expected + 1);
    }

    [Fact]
    public void Directions_are_unit_vectors_and_differ_from_step_to_step()
    {
        RandomState root = RandomState.Create(3, "projections");
        float[] first = new float[8 * 4];
        float[] second = new float[8 * 4];
        RandomStream stream = new(root.At(0));
        SigReg.FillDirections(stream, 8, first);
        stream.State = root.At(1);
        SigReg.FillDirections(stream, 8, second);
        for (int column = 0; column < 4; column++)
        {
            double sum = 0;
            for (int row = 0; row < 8; row++)
                sum += first[(row * 4) + column] * (double)first[(row * 4) + column];
            Assert.Equal(1, sum, 5);
        }

        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Variance_is_zero_for_spread_latents_and_one_minus_root_epsilon_for_a_point()
    {
        Tensor wide = _tape.Constant(Scaled(Normals(256 * 4, 4), 2), new Shape(1, 256, 4));
        Assert.Equal(0, VarianceCovariance.Variance(_tape, wide).Item());
        Tensor point = _tape.Constant(5, new Shape(1, 256, 4));
        Assert.Equal(1 - 0.01, VarianceCovariance.Variance(_tape, point).Item(), 5);
    }

    [Fact]
    public void Covariance_is_the_sum_of_squares_off_the_diagonal_over_d_d_minus_1()
    {
        // Columns (1,2,3,4) and (2,4,6,8): covariance 10/3; the third is constant. Six entries off the diagonal, two of them 10/3.
        Tensor latents = _tape.Constant([1, 2, 7, 2, 4, 7, 3, 6, 7, 4, 8, 7], new Shape(1, 4, 3));
        double covariance = 10.0 / 3;
        Assert.Equal(2 * covariance * covariance / 6, VarianceCovariance.Covariance(_tape, latents).Item(), 4);
    }

    [Fact]
    public void The_gradient_of_sigreg_matches_finite_differences()
    {
        float[] directions = new float[6 * 32];
        SigReg.FillDirections(new RandomStream(1, "d"), 6, directions);
        FiniteDifferences.Check(Normals(2 * 16 * 6, 5), new Shape(2, 16, 6), (tape, x) =>
            SigReg.Forward(tape, x, tape.Constant(directions, new Shape(6, 32))));
    }

    [Fact]
    public void The_gradient_of_variance_and_covariance_matches_finite_differences()
    {
        float[] values = Scaled(Normals(3 * 12 * 5, 6), 0.5f);
        FiniteDifferences.Check(values, new Shape(3, 12, 5), VarianceCovariance.Variance, step: 3e-3f);
        FiniteDifferences.Check(values, new Shape(3, 12, 5), VarianceCovariance.Covariance, step: 3e-3f);
    }

    [Fact]
    public void The_gradient_of_the_whole_objective_matches_finite_differences()
    {
        ObjectiveRecipe recipe = new(
            Prediction: 1, SigReg: 0.1, Projections: 16, Variance: 2, Covariance: 1, TemporalSimilarity: 3, InverseDynamics: 1, InverseDynamicsHidden: 16);
        using ParameterBlock block = new(_backend);
        JointEmbeddingLoss loss = new(block, recipe, 4, 1, 2, new RandomStream(1, "loss"));
        LossTerms terms = new();
        float[] predictions = Normals(2 * 6 * 4, 8);
        float[] actions = Normals(2 * 6 * 2, 9);
        FiniteDifferences.Check(Scaled(Normals(3 * 6 * 4, 7), 0.7f), new Shape(3, 6, 4), (tape, x) => loss.Forward(
            tape, x, tape.Constant(predictions, new Shape(2, 6, 4)), tape.Constant(actions, new Shape(2, 6, 2)), 0, terms), step: 3e-3f);
        Assert.Equal(6, terms.Count);
    }

    [Theory]
    [InlineData("pair", "all")]
    [InlineData("difference", "each")]
    [InlineData("difference", "first")]
    public void The_gradient_of_the_published_variants_matches_finite_differences(string inverse, string statistics)
    {
        ObjectiveRecipe recipe = new(
            Prediction: 1, SigReg: 0.1, Projections: 16, Variance: 2, Covariance: 1, InverseDynamics: 1, InverseDynamicsHidden: 8, InverseForm: inverse,
            Statistics: statistics, TimeVariance: 1, Contrastive: 1, Temperature: 2);
        using ParameterBlock block = new(_backend);
        JointEmbeddingLoss loss = new(block, recipe, 4, 3, 2, new RandomStream(1, "loss"));
        block.Seal();
        float[] predictions = Normals(2 * 6 * 4, 8);
        float[] actions = Normals(2 * 6 * 6, 9);
        FiniteDifferences.Check(Scaled(Normals(3 * 6 * 4, 7), 0.7f), new Shape(3, 6, 4), (tape, x) => loss.Forward(
            tape, x, tape.Constant(predictions, new Shape(2, 6, 4)), tape.Constant(actions, new Shape(2, 6, 6)), 0, new LossTerms()), step: 3e-3f);
    }

    [Fact]
    public void The_gradient_of_slow_and_quick_latents_matches_finite_differences()
    {
        ObjectiveRecipe recipe = new(Prediction: 1, Variance: 2, TemporalSimilarity: 3, TimeVariance: 1, Temperature: 2, SlowLatents: 2, Slowness: 5, SlowContrastive: 1);
        using ParameterBlock block = new(_backend);
        JointEmbeddingLoss loss = new(block, recipe, 4, 1, 2, new RandomStream(1, "loss"));
        float[] predictions = Normals(2 * 6 * 4, 8);
        FiniteDifferences.Check(Scaled(Normals(3 * 6 * 4, 7), 0.7f), new Shape(3, 6, 4), (tape, x) => loss.Forward(
            tape, x, tape.Constant(predictions, new Shape(2, 6, 4)), tape.Constant(0, new Shape(2, 6, 2)), 0, new LossTerms()), step: 3e-3f);
    }

    [Fact]
    public void What_slow_latents_do_is_priced_by_slowness_and_what_the_others_do_by_similarity()
    {
        ObjectiveRecipe recipe = new(Prediction: 1e-9, TemporalSimilarity: 3, SlowLatents: 1, Slowness: 50);
        using ParameterBlock block = new(_backend);
        JointEmbeddingLoss loss = new(block, recipe, 3, 1, 2, new RandomStream(1, "loss"));
        Tensor predictions = _tape.Constant(0, new Shape(1, 1, 3)), actions = _tape.Constant(0, new Shape(1, 1, 2));

        // The first latent moves by 2, the second by 1, the third rests.
        Tensor slow = _tape.Constant([0, 0, 0, 2, 0, 0], new Shape(2, 1, 3));
        Tensor quick = _tape.Constant([0, 0, 0, 0, 1, 0], new Shape(2, 1, 3));
        Assert.Equal(50 * 4, loss.Forward(_tape, slow, predictions, actions, 0, new LossTerms()).Item(), 4);
        Assert.Equal(3 * 0.5, loss.Forward(_tape, quick, predictions, actions, 0, new LossTerms()).Item(), 4);
    }

    [Fact]
    public void Slow_latents_that_tell_episodes_apart_cost_nothing_and_those_that_do_not_the_logarithm_of_the_batch()
    {
        ObjectiveRecipe recipe = new(Prediction: 1e-9, SlowLatents: 1, SlowContrastive: 1);
        using ParameterBlock block = new(_backend);
        JointEmbeddingLoss loss = new(block, recipe, 2, 1, 2, new RandomStream(1, "loss"));
        Tensor predictions = _tape.Constant(0, new Shape(2, 3, 2)), actions = _tape.Constant(0, new Shape(2, 3, 2));

        // Three windows of three steps. What the quick latent does is not looked at, nor what happens in between.
        float[] apart = [0, 5, 9, 1, 18, 7, 4, 4, 4, 4, 4, 4, 0, 2, 9, 8, 18, 3];
        float[] alike = [1, 5, 1, 1, 1, 7, 4, 4, 3, 4, 2, 4, 1, 2, 1, 8, 1, 3];
        Assert.Equal(0, loss.Forward(_tape, _tape.Constant(apart, new Shape(3, 3, 2)), predictions, actions, 0, new LossTerms()).Item(), 4);
        Assert.Equal(Math.Log(3), loss.Forward(_tape, _tape.Constant(alike, new Shape(3, 3, 2)), predictions, actions, 0, new LossTerms()).Item(), 4);
    }

    [Fact]
    public void Contrastive_is_the_logarithm_of_the_batch_where_nothing_can_be_told_apart_and_nothing_where_all_can()
    {
        float[] far = [0, 0, 9, 0, 0, 9, 9, 9];
        Tensor targets = _tape.Constant(far, new Shape(1, 4, 2));
        Assert.Equal(0, Contrastive.Forward(_tape, targets, targets, 1).Item(), 5);
        Tensor same = _tape.Constant(1f, new Shape(1, 4, 2));
        Assert.Equal(Math.Log(4), Contrastive.Forward(_tape, targets, same, 1).Item(), 5);

        // Another's future is nearer than the own one: worse than chance.
        Tensor swapped = _tape.Constant([9, 0, 0, 0, 9, 9, 0, 9], new Shape(1, 4, 2));
        Assert.True(Contrastive.Forward(_tape, swapped, targets, 1).Item() > 50);
    }

    [Fact]
    public void Gradients_flow_through_predictions_and_targets_alike()
    {
        ObjectiveRecipe recipe = new();
        using ParameterBlock block = new(_backend);
        JointEmbeddingLoss loss = new(block, recipe, 2, 1, 2, new RandomStream(1, "loss"));
        Tensor latents = _tape.Variable(Normals(2 * 3 * 2, 1), new Shape(2, 3, 2));
        Tensor predictions = _tape.Variable(Normals(3 * 2, 2), new Shape(1, 3, 2));
        Tensor actions = _tape.Constant(0, new Shape(1, 3, 2));
        _tape.Backward(loss.Forward(_tape, latents, predictions, actions, 0, new LossTerms()));
        float[] toTargets = _tape.Gradient(latents).Span[6..].ToArray();
        float[] toPredictions = _tape.Gradient(predictions).Span.ToArray();
        Assert.All(toTargets.Zip(toPredictions), pair => Assert.Equal(-pair.Second, pair.First, 6));
        Assert.Contains(toTargets, value => value != 0);
    }

    private Tensor Directions(int size, int count)
    {
        float[] directions = new float[size * count];
        SigReg.FillDirections(new RandomStream(9, "directions"), size, directions);
        return _tape.Constant(directions, new Shape(size, count));
    }

    private static float[] Normals(int count, ulong seed)
    {
        float[] values = new float[count];
        new RandomStream(seed, "values").FillNormal(values);
        return values;
    }

    private static float[] Scaled(float[] values, float factor) => [.. values.Select(value => value * factor)];
}
