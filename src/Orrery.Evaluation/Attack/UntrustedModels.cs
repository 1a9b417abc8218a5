using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Replay;
using Orrery.Data.Spaces;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Tensors;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Attack;

/// <summary>A model that is right until it answers nonsense or throws.</summary>
internal sealed class BrokenModel(AttackKind kind, ILatentDynamics right, RandomStream random) : ILatentDynamics
{
    public int LatentSize => right.LatentSize;

    public int ActionSize => right.ActionSize;

    public int ActionBlock => right.ActionBlock;

    public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        if (kind == AttackKind.FailingModel && random.NextInt(4) == 0)
            throw new InvalidOperationException("the model has failed");
        right.Rollout(latent, actions, candidates, horizon, latents);
        if (kind != AttackKind.PoisonedModel)
            return;
        bool all = random.NextInt(4) == 0;
        for (int at = 0; at < latents.Length; at++)
        {
            if (all || random.NextInt(6) == 0)
                latents[at] = random.NextInt(2) == 0 ? float.NaN : float.PositiveInfinity;
        }
    }
}

/// <summary>World models of a plant that nothing was learned by.</summary>
internal static class UntrainedModel
{
    private const int LatentSize = 4;
    private const double LargestScale = 30;

    /// <summary>Draws one.</summary>
    /// <param name="plant">What it would be of.</param>
    /// <param name="isPoisoned">Whether some of its weights are NaN or infinite.</param>
    /// <param name="backend">Computes.</param>
    /// <param name="random">Decides the weights.</param>
    public static WorldModel Draw(AttackedPlant plant, bool isPoisoned, CpuBackend backend, RandomStream random)
    {
        LogRecipe recipe = new(
            "untrained", "Nothing was learned.", History: 1, LatentSize, Hidden: 8, ValidationShare: 0.2,
            new TrainingRecipe(Seed: random.NextULong()), new PlannerRecipe());
        WorldModelDescription description = new(
            new DatasetSpaces(plant.Measurements, plant.Actions), 1, "step", LatentSize, 1, 1, Scale(plant.Measurements), Scale(plant.Actions),
            new SplitFractions(), 0, "");
        return WorldModel.Untrained(recipe, description, backend, weights =>
        {
            float scale = (float)(LargestScale * random.NextDouble());
            foreach (ref float weight in weights.Span)
                weight = isPoisoned && random.NextInt(50) == 0 ? Poison(random) : scale * (float)random.NextNormal();
        });
    }

    private static float Poison(RandomStream random) => random.NextInt(3) switch
    {
        0 => float.NaN,
        1 => float.PositiveInfinity,
        _ => float.MaxValue,
    };

    private static Normalizer Scale(VectorSpace space) => new(
        [.. space.Dimensions.Select(dimension => (dimension.Low + dimension.High) / 2)], [.. space.Dimensions.Select(dimension => (dimension.High - dimension.Low) / 4)]);
}
