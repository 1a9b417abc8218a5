using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Replay;
using Orrery.Data.Spaces;
using Orrery.Models.Networks;
using Orrery.Models.Recipes;

namespace Orrery.Models.Training;

/// <summary>Sees whether a dataset can be trained on, fits the normalisers on the training part, and says what a model's numbers mean.</summary>
internal static class TrainingData
{
    /// <summary>
    /// A log's training rows, cut in time into those to fit and those to validate on. Between them lie as many rows as the model must see, so
    /// that nothing is fitted to what a validation run begins from. (At the held-out part its own first rows are that gap.)
    /// </summary>
    public static Split Validation(LogRecipe recipe, Dataset dataset, Split split) => Split.ByTime(
        split.Training, new SplitFractions(1 - recipe.ValidationShare, recipe.ValidationShare, 0), LogNetwork.HistoryOf(recipe, dataset.Spaces.Action));

    /// <summary>Fails unless there is at least one window for every phase; better before anything is written.</summary>
    /// <exception cref="OrreryDataException">There is none.</exception>
    /// <exception cref="RecipeException">The recipe is for another kind of observation.</exception>
    public static void Check(Recipe recipe, Dataset dataset, Split split)
    {
        switch (recipe)
        {
            case LatentRecipe { Encoder: not MlpRecipe } when !dataset.HasPictures:
                throw new RecipeException(
                    $"The recipe '{recipe.Name}' learns from pictures, but the observations of '{dataset.Folder}' are numbers. "
                    + "Use plant/subspace or another recipe of kind \"log\", or an encoder of the kind \"mlp\".");
            case LatentRecipe { Encoder: MlpRecipe } when dataset.HasPictures:
                throw new RecipeException(
                    $"The recipe '{recipe.Name}' learns from vectors, but the observations of '{dataset.Folder}' are pictures. "
                    + "Use two-rooms/sigreg or another recipe with an encoder of pictures.");
            case LatentRecipe { Encoder.Proprioception: not null } when !dataset.HasProprioception:
                throw new RecipeException(
                    $"The recipe '{recipe.Name}' reads proprioception beside pictures (encoder.proprioception), but '{dataset.Folder}' has none. "
                    + "Leave it out with a recipe that does not name it, or collect an environment that has it, such as push-t-proprioception.");
            case LogRecipe when dataset.HasPictures:
                throw new RecipeException(
                    $"The recipe '{recipe.Name}' learns from numbers, but the observations of '{dataset.Folder}' are pictures. "
                    + "Use two-rooms/sigreg or another recipe of kind \"latent\".");
            case LatentRecipe latent:
                new WindowIndex(split.Training, LatentProblem.RowsPerWindow(latent)).RequireSome("Training");
                break;
            case LogRecipe { LinearOrder: > 0, LinearStates: 0 }:
                throw new RecipeException(
                    $"The recipe '{recipe.Name}' blends a linear equation but no linear state space, as models of before there was one did. "
                    + "Say how many states it may have, --set linearStates=8, or leave both out, --set linearOrder=0.");
            case LogRecipe log:
                new WindowIndex(Validation(log, dataset, split).Training, LogProblem.FewestRows(log, dataset.Spaces.Action)).RequireSome("Training");
                break;
            default:
                throw new RecipeException($"The recipe '{recipe.Name}' is of a kind that cannot be trained.");
        }
    }

    public static WorldModelDescription Describe(Recipe recipe, Dataset dataset, Split split)
    {
        Normalizer? observation = null, proprioception = null;
        Normalizer action;
        DatasetSpaces read = dataset.Spaces;
        if (dataset.HasPictures)
        {
            // Measuring every picture would take longer than a good part of training; only numbers are normalised.
            RunningStatistics actions = new(read.Action.Size);
            foreach (var episode in split.Training)
                for (int row = 0; row < episode.Length - 1; row++)
                    actions.Add(dataset.Action(episode.Start + row));
            action = Normalizer.Fit(actions.ToStatistics());
            if (recipe is LatentRecipe { Encoder.Proprioception: not null })
                proprioception = Proprioception(dataset, split);
            else
                read = read with { Proprioception = null };
        }
        else
        {
            DatasetStatistics statistics = dataset.Measure(split.Training);
            observation = Normalizer.Fit(statistics.Observation);
            action = Normalizer.Fit(statistics.Action);
        }

        (int latentSize, int block, int history) = recipe switch
        {
            LatentRecipe latent => (latent.LatentSize, latent.ActionBlock, latent.Frames),
            _ => (
                LogNetwork.LatentSizeOf((LogRecipe)recipe, (VectorSpace)dataset.Spaces.Observation, dataset.Spaces.Action), 1,
                LogNetwork.HistoryOf((LogRecipe)recipe, dataset.Spaces.Action)),
        };
        return new WorldModelDescription(
            read, dataset.SamplingTime, dataset.TimeUnit, latentSize, block, history, observation, action,
            TrainingSplit.Fractions(recipe), recipe.Training.Seed, dataset.Hash, proprioception);
    }

    private static Normalizer Proprioception(Dataset dataset, Split split)
    {
        RunningStatistics statistics = new(dataset.Spaces.Proprioception!.Size);
        foreach (var episode in split.Training)
            for (int row = 0; row < episode.Length; row++)
                statistics.Add(dataset.Proprioception(episode.Start + row));
        return Normalizer.Fit(statistics.ToStatistics());
    }
}
