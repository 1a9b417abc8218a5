using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Replay;
using Orrery.Data.Trajectories;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Models;
using Orrery.Models.Training;
using Orrery.Planning.Surprise;

namespace Orrery.Evaluation.Surprise;

/// <summary>Gathers a model's prediction errors over recorded normal operation, which surprise is calibrated against.</summary>
public static class NormalOperation
{
    /// <summary>Errors over the rows that training held out.</summary>
    /// <param name="model">The model.</param>
    /// <param name="dataset">What it was trained on.</param>
    /// <param name="cancellation">Stops between two rows.</param>
    /// <exception cref="OrreryDataException">Nothing was held out.</exception>
    public static ResidualRecord HeldOut(WorldModel model, Dataset dataset, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        Split split = TrainingSplit.Of(model.Description, dataset);
        // A log's validation rows chose the weights, and with 'refit' they were trained on; pictures' held-out episodes were only looked at.
        IReadOnlyList<EpisodeRange> heldOut = model.ReadsPixels ? [.. split.Validation, .. split.Test] : split.Test;
        return heldOut.Count == 0
            ? throw new OrreryDataException("Every row was trained on, so none is left to say what normal is. Name a record of normal operation: --calibrate normal.csv")
            : Of(model, dataset, heldOut, cancellation);
    }

    /// <summary>Errors over all rows of another record.</summary>
    public static ResidualRecord Record(WorldModel model, Dataset record, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Of(model, record, record.Episodes, cancellation);
    }

    /// <summary>Errors over some episodes of a dataset.</summary>
    /// <param name="model">The model.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="episodes">The episodes.</param>
    /// <param name="cancellation">Stops between two rows.</param>
    public static ResidualRecord Of(WorldModel model, Dataset dataset, IReadOnlyList<EpisodeRange> episodes, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(episodes);
        if (!model.CanRead(dataset.Spaces.Observation, dataset.Spaces.Proprioception) || dataset.Spaces.Action.Size != model.ActionSize)
            throw new OrreryDataException(
                $"The record has {SeenBytes.Describe(dataset.Spaces.Observation, dataset.Spaces.Proprioception)} and {dataset.Spaces.Action.Size} actions, but the model was trained on "
                + $"{SeenBytes.Describe(model.Description.Spaces.Observation, model.Description.Spaces.Proprioception)} and {model.ActionSize}. Name the columns in the same order as in training.");
        PictureErrors? pictures = model.ReadsPixels ? new PictureErrors(model) : null;
        PredictionErrors? rows = pictures is null ? new PredictionErrors(model) : null;
        ResidualRecord record = new(pictures?.Layout ?? rows!.Layout);
        float[] errors = new float[record.Layout.Size];
        byte[] seen = new byte[model.ObservationBytes];
        foreach (EpisodeRange episode in episodes)
        {
            pictures?.Restart();
            rows?.Restart();
            if (record.Rows > 0)
                record.AddGap();
            for (long row = episode.Start; row < episode.Start + episode.Length; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (pictures is not null)
                    model.Look(dataset, row, seen);
                bool any = pictures?.Next(seen, dataset.Action(row), errors) ?? rows!.Next(dataset.Observation(row), dataset.Action(row), errors);
                if (any)
                    record.Add(errors);
            }
        }

        return record;
    }
}
