using System.Globalization;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Models.Training;
using Orrery.Planning.Guardrails;
using Orrery.Planning.Surprise;

namespace Orrery.Evaluation.Protocols;

/// <summary>Makes a declared unfamiliarity guardrail ready from a run's own data: training's rows are what is known, held-out rows set the limits.</summary>
public static class RunFamiliarity
{
    /// <summary>Bounds what each decision is compared with.</summary>
    private const int MostKnown = 2_000;

    /// <summary>Bounds the time that the limits take.</summary>
    private const int MostHeldOut = 4_000;

    /// <summary>In standard deviations of the column.</summary>
    private const double LeastMove = 1e-3;

    /// <summary>Encodes the run's data and predicts one step of the held-out ones, with disturbances that hold their value.</summary>
    /// <param name="model">The run's model.</param>
    /// <param name="trained">What it was trained on.</param>
    /// <returns>What is familiar; null where the model's recipe declares nothing of the kind.</returns>
    /// <exception cref="OrreryDataException">Too few rows were held out for the declared share.</exception>
    public static FamiliarSituations? Of(WorldModel model, Dataset trained)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(trained);
        if (model.Recipe.Guardrails?.Unfamiliar is not { } declared)
            return null;
        Check(model.Recipe, trained, model.ActionBlock, model.History);
        IReadOnlyList<EpisodeRange> training = TrainingSplit.Of(model.Description, trained).Training;
        IReadOnlyList<EpisodeRange> heldOut = HeldOut(model.Recipe, trained);
        int stride = (int)Math.Max(1, training.Sum(part => (long)part.Length) / MostKnown);
        LatentTable known = LatentTable.Encode(model, trained, training, stride);
        (float[] reached, float[] expected) = Steps(model, trained, LatentTable.Encode(model, trained, heldOut, model.ActionBlock));
        return new FamiliarSituations(States(known.Latents, model), reached, model.StateSize, declared.Share, expected);
    }

    /// <summary>What a declared share has become by the run's own data, as a sentence for a person.</summary>
    /// <param name="familiar">What is familiar.</param>
    public static string Describe(FamiliarSituations familiar)
    {
        ArgumentNullException.ThrowIfNull(familiar);
        return string.Create(CultureInfo.InvariantCulture,
            $"up to {familiar.Farthest:0.00} deviations from the nearest of {familiar.Known:#,0} situations of training, and steps that lead up to {familiar.LargestError:0.00} from where they should, by {familiar.HeldOut:#,0} held-out steps");
    }

    /// <summary>Fails, with a sentence, unless enough rows are held out for what a recipe declares; needs no model.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="dataset">What is trained on.</param>
    /// <exception cref="OrreryDataException">There are too few.</exception>
    public static void Check(Recipe recipe, Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(dataset);
        (int block, int history) = recipe switch
        {
            LatentRecipe latent => (latent.ActionBlock, latent.Frames),
            LogRecipe log => (1, LooksBack(log)),
            _ => (1, 1),
        };
        Check(recipe, dataset, block, history);
    }

    /// <summary>
    /// Warns where a command that stands still is itself what training never was, so that holding one would never end; needs no model.
    /// </summary>
    /// <param name="recipe">The recipe of a log's model.</param>
    /// <param name="dataset">What is trained on.</param>
    /// <returns>
    /// A sentence; null where nothing is held without end, or where at least the declared share of training's rows end a stretch at rest that is as
    /// long as the model looks back.
    /// </returns>
    public static string? Lock(Recipe recipe, Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(dataset);
        if (recipe is not LogRecipe log || recipe.Guardrails is not { Unfamiliar: { } declared } guardrails || !HoldsWithoutEnd(declared, guardrails.Fallback))
            return null;
        int history = LooksBack(log);
        (long resting, long rows) = Rests(dataset, TrainingSplit.Of(recipe, dataset).Training, history);
        return resting >= declared.Share * rows ? null : string.Create(CultureInfo.InvariantCulture,
            $"guardrails.unfamiliar.response is '{declared.Response}', but the commands rest for {history} rows, as long as the model looks back, at {resting:#,0} of {rows:#,0} rows of training only: a command that is held is itself unfamiliar, so that nothing may end the holding. Declare 'patience' with it, or 'slow'.");
    }

    private static int LooksBack(LogRecipe recipe) => recipe.History + (recipe.Delays?.Values.DefaultIfEmpty(0).Max() ?? 0);

    private static bool HoldsWithoutEnd(UnfamiliarityRecipe declared, string fallback) => declared.Response switch
    {
        "hold" => declared.Patience == 0 || (declared.Then == "fallback" && fallback == "hold"),
        "fallback" => fallback == "hold",
        _ => false,
    };

    /// <summary>Rows at which all commands have been what they are, to a thousandth of their spread a row, for so many rows; and rows in all.</summary>
    private static (long Resting, long Rows) Rests(Dataset dataset, IReadOnlyList<EpisodeRange> parts, int stretch)
    {
        IReadOnlyList<Dimension> inputs = dataset.Spaces.Action.Dimensions;
        double[] spread = dataset.Statistics.Action.StandardDeviation;
        int[] commanded = [.. Enumerable.Range(0, inputs.Count).Where(place => !inputs[place].IsDisturbance)];
        long resting = 0, rows = 0;
        foreach (EpisodeRange part in parts)
        {
            int rested = 1;
            for (long row = part.Start + 1; row < part.Start + part.Length; row++, rows++)
            {
                ReadOnlySpan<float> before = dataset.Action(row - 1), now = dataset.Action(row);
                bool rests = true;
                foreach (int place in commanded)
                    rests &= Math.Abs(now[place] - before[place]) <= LeastMove * spread[place];
                rested = rests ? rested + 1 : 1;
                resting += rested >= stretch ? 1 : 0;
            }
        }

        return (resting, rows);
    }

    private static void Check(Recipe recipe, Dataset dataset, int block, int history)
    {
        if (recipe.Guardrails?.Unfamiliar is not { } declared)
            return;
        long steps = HeldOut(recipe, dataset).Sum(part => (long)Math.Max(0, ((part.Length - history) / block)));
        long needed = SplitConformal.Needed(declared.Share), usable = Math.Min(steps, MostHeldOut);
        if (usable >= needed)
            return;
        string least = (Math.Ceiling(10_000m / (Math.Max(1, usable) + 1)) / 10_000m).ToString(CultureInfo.InvariantCulture);
        throw new OrreryDataException(string.Create(CultureInfo.InvariantCulture,
            $"Guardrails: an unfamiliar.share of {declared.Share} needs at least {needed:#,0} held-out situations to say what is familiar, but {usable:#,0} are held out (at most {MostHeldOut:#,0} are used). Declare a share of {least} or more, or record more rows."));
    }

    private static IReadOnlyList<EpisodeRange> HeldOut(Recipe recipe, Dataset dataset)
    {
        var split = TrainingSplit.Of(recipe, dataset);
        return [.. split.Validation, .. split.Test];
    }

    /// <summary>Where held-out steps led, and where the model expected them to lead.</summary>
    private static (float[] Reached, float[] Expected) Steps(WorldModel model, Dataset dataset, LatentTable table)
    {
        int block = model.ActionBlock, size = model.StateSize;
        int[] ends = [.. Enumerable.Range(1, Math.Max(0, table.Count - 1)).Where(index => table.Rows[index] == table.Rows[index - 1] + block && SameEpisode(dataset, table.Rows[index - 1], table.Rows[index]))];
        int[] chosen = ends.Length <= MostHeldOut ? ends : [.. Enumerable.Range(0, MostHeldOut).Select(place => ends[(int)((long)place * ends.Length / MostHeldOut)])];
        float[] reached = new float[chosen.Length * size], expected = new float[chosen.Length * size], next = new float[model.LatentSize];
        for (int place = 0; place < chosen.Length; place++)
        {
            int index = chosen[place];
            model.Rollout(table[index - 1], Inputs(model, dataset, table.Rows[index - 1]), 1, 1, next);
            table[index][..size].CopyTo(reached.AsSpan(place * size));
            next.AsSpan(0, size).CopyTo(expected.AsSpan(place * size));
        }

        return (reached, expected);
    }

    /// <summary>What drives the step from a row. A picture's action leads on from its row; a log's row holds the input that led to it.</summary>
    private static float[] Inputs(WorldModel model, Dataset dataset, long row)
    {
        float[] inputs = dataset.Action(model.Recipe is LatentRecipe ? row : row + 1, model.ActionBlock).ToArray();
        if (model.Recipe is LatentRecipe)
            return inputs;
        foreach (int place in new PlantColumns(model, dataset).DisturbancePlaces)
            inputs[place] = dataset.Action(row)[place];
        return inputs;
    }

    private static bool SameEpisode(Dataset dataset, long first, long second) =>
        dataset.Episodes.Any(episode => first >= episode.Start && second < episode.Start + episode.Length);

    private static float[] States(ReadOnlySpan<float> latents, WorldModel model)
    {
        int count = latents.Length / model.LatentSize, size = model.StateSize;
        float[] states = new float[count * size];
        for (int row = 0; row < count; row++)
            latents.Slice(row * model.LatentSize, size).CopyTo(states.AsSpan(row * size));
        return states;
    }
}
