using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Replay;
using Orrery.Models.Recipes;

namespace Orrery.Models.Training;

/// <summary>Fits the normalisers on the training part, and says what a model's numbers mean.</summary>
internal static class TrainingData
{
    public static WorldModelDescription Describe(Recipe recipe, Dataset dataset, Split split)
    {
        if (split.Training.Count == 0)
            throw new OrreryDataException($"The dataset '{dataset.Folder}' leaves no rows to train on. Record more, or lower the share that is held out.");
        Normalizer? observation = null;
        Normalizer action;
        if (dataset.HasPictures)
        {
            // Measuring every picture would take longer than a good part of training; only actions are normalised.
            RunningStatistics actions = new(dataset.Spaces.Action.Size);
            foreach (var episode in split.Training)
                for (int row = 0; row < episode.Length - 1; row++)
                    actions.Add(dataset.Action(episode.Start + row));
            action = Normalizer.Fit(actions.ToStatistics());
        }
        else
        {
            DatasetStatistics statistics = dataset.Measure(split.Training);
            observation = Normalizer.Fit(statistics.Observation);
            action = Normalizer.Fit(statistics.Action);
        }

        (int latentSize, int block, int history) = recipe switch
        {
            PixelRecipe pixels => (pixels.LatentSize, pixels.ActionBlock, 1),
            LogRecipe log => (log.LatentSize, 1, log.History),
            _ => throw new RecipeException($"The recipe '{recipe.Name}' is of a kind that cannot be trained."),
        };
        return new WorldModelDescription(
            dataset.Spaces, dataset.SamplingTime, dataset.TimeUnit, latentSize, block, history, observation, action,
            TrainingSplit.Fractions(recipe), recipe.Training.Seed, dataset.Hash);
    }
}
