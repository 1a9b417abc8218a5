using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Trajectories;
using Orrery.Evaluation.OpenLoop;
using Orrery.Models;
using Orrery.Models.Training;
using Orrery.Planning.Constraints;
using Orrery.Planning.Surprise;

namespace Orrery.Evaluation.Protocols;

/// <summary>How far a log's model errs over a planning horizon on rows that it was not trained on, for margins at predicted limits.</summary>
public sealed class PredictionMargins
{
    private readonly HorizonCalibration? _calibration;

    private PredictionMargins(HorizonCalibration? calibration, int windows)
    {
        _calibration = calibration;
        Windows = windows;
    }

    /// <summary>Windows that were rolled out; a share of them only tells the typical error.</summary>
    public int Windows { get; }

    /// <summary>Rolls the model out over windows of held-out rows whose predicted rows do not overlap.</summary>
    /// <param name="model">A model of a log.</param>
    /// <param name="dataset">What it was trained on; its held-out rows are used.</param>
    /// <param name="horizon">H, rows ahead.</param>
    /// <param name="holdDisturbances">
    /// Whether disturbances hold the value of the last known row, as in a plan without a forecast; otherwise they are as they were measured.
    /// </param>
    public static PredictionMargins Measure(WorldModel model, Dataset dataset, int horizon, bool holdDisturbances = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dataset);
        WorldModelFreeRun run = new(model);
        List<float> predicted = [], measured = [];
        int history = model.History, size = model.ObservationSize;
        double[] outputs = new double[horizon * size];
        int[] held = holdDisturbances ? new PlantColumns(model, dataset).DisturbancePlaces : [];
        foreach (EpisodeRange episode in TrainingSplit.Of(model.Description, dataset).Test)
        {
            for (long start = episode.Start; start + history + horizon <= episode.Start + episode.Length; start += horizon)
            {
                double[] inputs = LogStudy.Widen(dataset.Action(start, history + horizon));
                Hold(inputs, held, history, model.ActionSize);
                run.FreeRun(LogStudy.Widen(dataset.Observation(start, history)), inputs, outputs);
                predicted.AddRange(outputs.Select(value => (float)value));
                measured.AddRange(dataset.Observation(start + history, horizon));
            }
        }

        int windows = predicted.Count / (horizon * size);
        HorizonCalibration? calibration = windows < 5
            ? null
            : HorizonCalibration.From(predicted.ToArray(), measured.ToArray(), horizon, size);
        return new PredictionMargins(calibration, windows);
    }

    /// <summary>Half the width of intervals around a column's predictions that the truth leaves anywhere on the horizon with a chance of at most alpha.</summary>
    /// <param name="column">The column's place in the observation, from 0.</param>
    /// <param name="alpha">The chance.</param>
    /// <returns>[H] in physical units; empty when there are too few windows for the level.</returns>
    public double[] Interval(int column, decimal alpha) => At(ErrorSide.Both, column, alpha);

    /// <summary>Margins at a limit, such that a plan which keeps them breaks the limit with a chance of at most alpha.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="column">The column's place in the observation, from 0.</param>
    /// <param name="alpha">The chance.</param>
    /// <returns>[H] in physical units; empty when there are too few windows for the level.</returns>
    public double[] At(LimitExpression limit, int column, decimal alpha)
    {
        ArgumentNullException.ThrowIfNull(limit);
        return At(
            double.IsFinite(limit.Low) && double.IsFinite(limit.High) ? ErrorSide.Both : double.IsFinite(limit.High) ? ErrorSide.Above : ErrorSide.Below,
            column, alpha);
    }

    private double[] At(ErrorSide side, int column, decimal alpha)
    {
        if (_calibration is null || !_calibration.Supports(alpha))
            return [];
        double[] margins = new double[_calibration.Horizon];
        _calibration.Margins(column, alpha, side, margins);
        return margins;
    }

    private static void Hold(double[] inputs, int[] places, int history, int width)
    {
        for (int at = history * width; at < inputs.Length; at += width)
        {
            foreach (int place in places)
                inputs[at + place] = inputs[((history - 1) * width) + place];
        }
    }
}
