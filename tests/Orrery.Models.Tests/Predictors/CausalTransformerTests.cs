using Orrery.Data.Spaces;
using Orrery.Models.Encoders;
using Orrery.Models.Predictors;
using Orrery.Models.Recipes;
using Orrery.Models.Tests.Training;
using Orrery.Models.Training;
using Orrery.Tensors;
using Orrery.Tensors.Autograd;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Models.Tests.Predictors;

[Collection("alone")]
public sealed class CausalTransformerTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);
    private readonly RandomStream _random = new(7, "transformer");

    public void Dispose() => _backend.Dispose();

    [Theory]
    [InlineData(10, 18_034_478)]
    [InlineData(25, 18_034_628)]
    public void LeWM_has_as_many_parameters_as_published(int stepSize, long count)
    {
        using ParameterBlock block = new(_backend);
        _ = ObservationEncoder.Create(block, new ImageSpace("pixels", 3, 224, 224), new VitRecipe(), 192, _random);
        _ = LatentPredictor.Create(block, new PredictorRecipe(PredictorRecipe.CausalTransformer, 2048), 192, stepSize, _random);
        Assert.Equal(count, block.Count);
        Assert.Equal(8192, block.Buffers.Sum(buffer => buffer.Shape.Count));
        Assert.Equal(10_791_360, block.Parameters.Where(parameter => parameter.Name.StartsWith("predictor.", StringComparison.Ordinal)).Sum(parameter => parameter.Shape.Count));
        Assert.Equal(5_501_376, block.Parameters.Where(parameter => parameter.Name.StartsWith("encoder.", StringComparison.Ordinal)).Sum(parameter => parameter.Shape.Count));
    }

    [Fact]
    public void A_prediction_does_not_know_what_comes_later()
    {
        using ParameterBlock block = new(_backend);
        CausalTransformerPredictor predictor = new(block, new PredictorRecipe(PredictorRecipe.CausalTransformer, 24, 4, 2, 2, 8, 20), 12, 3, _random);
        block.Seal();
        foreach (Parameter parameter in block.Parameters)
            _random.FillNormal(parameter.Value.Span);
        using Tape tape = new(_backend) { Recording = false };
        Tensor latents = tape.Input(new Shape(5, 4, 12)), actions = tape.Input(new Shape(5, 4, 3));
        _random.FillNormal(latents.Span);
        _random.FillNormal(actions.Span);
        float[] whole = predictor.ForwardWindow(tape, latents, actions, training: false).Span.ToArray();
        Tensor shorter = predictor.ForwardWindow(tape, tape.Slice(latents, 1, 0, 2), tape.Slice(actions, 1, 0, 2), training: false);
        for (int sequence = 0; sequence < 5; sequence++)
            for (int number = 0; number < 24; number++)
                Assert.Equal(whole[(sequence * 48) + number], shorter.Span[(sequence * 24) + number], 1e-5f);
        Assert.Throws<ArgumentException>(() => predictor.ForwardWindow(tape, tape.Input(new Shape(1, 5, 12)), tape.Input(new Shape(1, 5, 3)), training: false));
    }

    [Fact]
    public void Vision_transformer_and_causal_transformer_learn_and_plan_from_a_recipe()
    {
        using TemporaryFolder folder = new();
        using Orrery.Data.Datasets.Dataset data = TrainingFixtures.TwoRooms(folder.File("rooms"), 6);
        Recipe recipe = TrainingFixtures.Pixels(
            "encoder.kind=vit", "encoder.patch=13", "encoder.width=16",
            "encoder.layers=2", "encoder.heads=2", "encoder.hidden=32", "encoder.projectorHidden=32", "predictor.form=causal-transformer",
            "predictor.hidden=32", "predictor.layers=2", "predictor.heads=2", "predictor.headWidth=8", "predictor.headHidden=32", "training.window=3",
            "training.updates=8", "training.batch=4");
        TrainingFixtures.Train(recipe, data, folder.File("run"));
        using WorldModel model = WorldModel.Load(folder.File("run"), _backend);
        float[] latents = new float[2 * model.LatentSize];
        model.Encode(data.Pixels(0), 1, latents.AsSpan(0, model.LatentSize));
        model.Encode(data.Pixels(5), 1, latents.AsSpan(model.LatentSize));
        int step = model.ActionBlock * model.ActionSize;
        float[] actions = new float[9 * 4 * step], result = new float[9 * 4 * model.LatentSize];
        _random.FillNormal(actions);
        model.Rollout(latents.AsSpan(0, model.LatentSize), actions, 9, 4, result);
        Assert.All(result, value => Assert.True(float.IsFinite(value)));
        float[] first = [.. result];
        model.Rollout(latents, actions.AsSpan(0, step), actions, 9, 4, result);
        Assert.All(result, value => Assert.True(float.IsFinite(value)));
        Assert.NotEqual(first, result);
    }
}
