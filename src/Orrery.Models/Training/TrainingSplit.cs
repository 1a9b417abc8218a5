using Orrery.Data.Datasets;
using Orrery.Data.Replay;
using Orrery.Models.Recipes;

namespace Orrery.Models.Training;

/// <summary>
/// How a dataset is divided for a recipe: for a latent model by whole episodes at random, logs in time. The same recipe and dataset always
/// give the same rows, so that evaluation finds what was held out.
/// </summary>
public static class TrainingSplit
{
    /// <summary>Shares of the parts.</summary>
    public static SplitFractions Fractions(Recipe recipe) => recipe switch
    {
        LatentRecipe latent => new SplitFractions(1 - (2 * latent.HeldOutShare), latent.HeldOutShare, latent.HeldOutShare),
        LogRecipe log => new SplitFractions(1 - log.TestShare, 0, log.TestShare),
        _ => new SplitFractions(),
    };

    /// <summary>The rows of each part. A log's validation stretch is cut from its training part by the trainer.</summary>
    public static Split Of(Recipe recipe, Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(dataset);
        return Of(dataset, Fractions(recipe), recipe.Training.Seed);
    }

    /// <summary>The rows of each part for a trained model.</summary>
    public static Split Of(WorldModelDescription description, Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(dataset);
        return Of(dataset, description.Fractions, description.Seed);
    }

    private static Split Of(Dataset dataset, SplitFractions fractions, ulong seed) => dataset.HasPictures || fractions.Validation > 0
        ? Split.ByEpisode(dataset.Episodes, fractions, seed)
        : Split.ByTime(dataset.Episodes, fractions);
}
