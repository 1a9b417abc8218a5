using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Replay;
using Orrery.Data.Spaces;
using Orrery.Data.Trajectories;
using Orrery.Evaluation.Baselines;
using Orrery.Evaluation.Intervals;
using Orrery.Evaluation.OpenLoop;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Models.Runs;
using Orrery.Models.Training;

namespace Orrery.Evaluation.Protocols;

/// <summary>
/// Holds a model of a log to account on rows that it was not trained on: its free run beside persistence and
/// linear models, which are fitted on the very rows that the model was trained on, and its prediction intervals.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="training">What it was trained on.</param>
/// <param name="levels">Nominal levels of prediction intervals; <see cref="IntervalOptions.UsualLevels"/> when null.</param>
public sealed class LogStudy(WorldModel model, Dataset training, IReadOnlyList<decimal>? levels = null)
{
    private const double OrderValidationShare = 0.25;
    private const int MostStates = 8;

    /// <summary>The free run on the rows that training held out.</summary>
    public LogStudyResult OnHeldOutRows(CancellationToken cancellation = default)
    {
        Split split = TrainingSplit.Of(model.Description, training);
        if (split.Test.Count == 0)
            throw new OrreryDataException(
                "Every row was trained on (testShare is 0), so none is left to evaluate on. Name another record: --log FILE --observations ... --actions ...");
        return Run("held-out part", Stretches(training, split.Test), split.Training, cancellation);
    }

    /// <summary>The free run on another record.</summary>
    /// <param name="record">A dataset with columns of the same number and order.</param>
    /// <param name="cancellation">Stops between two windows.</param>
    public LogStudyResult OnRecord(Dataset record, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Spaces.Observation.Size != model.ObservationSize || record.Spaces.Action.Size != model.ActionSize)
            throw new OrreryDataException(
                $"The record has {record.Spaces.Observation.Size} observations and {record.Spaces.Action.Size} actions, but the model was trained on "
                + $"{model.ObservationSize} and {model.ActionSize}. Name the columns in the same order as in training.");
        return Run("other record", Stretches(record, record.Episodes), TrainingSplit.Of(model.Description, training).Training, cancellation);
    }

    /// <summary>What a person wants to see of the run.</summary>
    /// <param name="title">Title of the page.</param>
    /// <param name="runFolder">Where the metrics are.</param>
    /// <param name="result">The free run; null when there was none.</param>
    public LogReportData Describe(string title, string runFolder, LogStudyResult? result) => new()
    {
        Title = title,
        Created = DateTimeOffset.Now,
        SamplingTime = model.Description.SamplingTime,
        TimeUnit = model.Description.TimeUnit,
        Columns = [.. Columns(training)],
        Parts = [.. Parts()],
        LossCurves = MetricsCurves.Losses(MetricsLog.Read(Path.Combine(runFolder, "metrics.jsonl"))),
        OpenLoop = result?.Errors,
        Traces = result?.Traces ?? [],
        Measured = result?.Measured ?? [],
        Intervals = result?.Intervals,
        Windows = result?.Windows ?? [],
        RecipeJson = RecipeFile.Write(model.Recipe),
    };

    private LogStudyResult Run(string part, IReadOnlyList<LogStretch> test, IReadOnlyList<EpisodeRange> trained, CancellationToken cancellation)
    {
        if (test.All(stretch => stretch.Rows <= model.History))
            throw new OrreryDataException(
                $"The {part} has no stretch longer than the {model.History} rows that the model must see first. Evaluate on a longer record, or train with a smaller 'history'.");
        IReadOnlyList<LogStretch> fitted = Stretches(training, trained);
        VectorSpace observation = (VectorSpace)training.Spaces.Observation;
        OpenLoopOptions options = new(
            part, model.Description.SamplingTime, model.Description.TimeUnit,
            [.. observation.Dimensions.Select(dimension => (dimension.Name, dimension.Unit))]);
        IFreeRunModel[] models = [new WorldModelFreeRun(model), .. Baselines(trained)];
        (OpenLoopResult errors, IReadOnlyList<FreeRunTrace> traces) = OpenLoopEvaluation.Run(
            models, test, fitted, options, cancellation);
        IntervalResult intervals = IntervalStudy.Run(
            models[0], test, errors.Columns,
            new IntervalOptions(levels ?? IntervalOptions.UsualLevels, errors.Horizons[^1], errors.InitialRows), cancellation);
        return new LogStudyResult(errors, traces, test) { Intervals = intervals, Windows = [.. Pictures(models, errors, test, intervals)] };
    }

    /// <summary>
    /// Order and number of states are chosen on the last quarter of the training rows, then the models are fitted on all of them, as ours is.
    /// They know the dead times that ours knows.
    /// </summary>
    private IEnumerable<IFreeRunModel> Baselines(IReadOnlyList<EpisodeRange> trained)
    {
        Split parts = Split.ByTime(trained, new SplitFractions(1 - OrderValidationShare, OrderValidationShare, 0));
        IReadOnlyDictionary<string, int>? declared = (model.Recipe as LogRecipe)?.Delays;
        int[] delays = [.. training.Spaces.Action.Dimensions.Select(input => declared?.GetValueOrDefault(input.Name) ?? 0)];
        IReadOnlyList<LogStretch> fit = Acting(parts.Training), choose = Acting(parts.Validation), both = Acting(trained);
        WorldModelDescription description = model.Description;
        if (LinearStateSpaceFit.FitBestSize(
            fit, choose, both, description.Observation!, description.Action, model.History - delays.DefaultIfEmpty(0).Max(), MostStates) is { } states)
            yield return new DelayedInputs(states, delays);
        yield return new DelayedInputs(ArxFit.Fit(both, ArxFit.FitBestOrder(fit, choose, directInput: true).Order, directInput: true), delays);
        yield return new PersistenceModel(model.ObservationSize);

        IReadOnlyList<LogStretch> Acting(IReadOnlyList<EpisodeRange> part) =>
            [.. Stretches(training, part).Select(stretch => DelayedInputs.Shift(stretch, delays))];
    }

    /// <summary>The ranked windows as they were measured and predicted, by the model and by the baseline that is best for the output.</summary>
    private static IEnumerable<PredictedWindow> Pictures(
        IFreeRunModel[] models, OpenLoopResult errors, IReadOnlyList<LogStretch> test, IntervalResult intervals)
    {
        foreach (RankedWindow window in intervals.Windows)
        {
            LogStretch stretch = test[window.Stretch];
            int steps = window.Margins.Count, shown = Math.Min(window.FirstRow, Math.Max(models[0].History, steps / 4));
            double[] Predict(IFreeRunModel predictor)
            {
                double[] all = new double[steps * stretch.ObservationSize];
                int first = window.FirstRow - predictor.History;
                predictor.FreeRun(stretch.Observations(first, predictor.History), stretch.Actions(first, predictor.History + steps), all);
                return [.. Enumerable.Range(0, steps).Select(step => all[(step * stretch.ObservationSize) + window.Output])];
            }

            int best = Enumerable.Range(1, models.Length - 1).MinBy(place =>
                errors.Models[place].RmseByHorizon[window.Output].Select(error => double.IsFinite(error) ? error : double.MaxValue).Average());
            yield return new PredictedWindow(
                window, stretch.ObservationColumn(window.Output)[(window.FirstRow - shown)..(window.FirstRow + steps)],
                Predict(models[0]), models[best].Name, Predict(models[best]));
        }
    }

    private static IReadOnlyList<LogStretch> Stretches(Dataset dataset, IReadOnlyList<EpisodeRange> episodes) =>
    [
        .. episodes.Select(episode => new LogStretch(
            episode.RecordName,
            Widen(dataset.Observation(episode.Start, episode.Length)), dataset.Spaces.Observation.Size,
            Widen(dataset.Action(episode.Start, episode.Length)), dataset.Spaces.Action.Size)),
    ];

    private static IEnumerable<LogColumn> Columns(Dataset dataset)
    {
        VectorSpace observation = (VectorSpace)dataset.Spaces.Observation, action = dataset.Spaces.Action;
        for (int place = 0; place < observation.Size; place++)
            yield return new LogColumn(observation.Dimensions[place].Name, observation.Dimensions[place].Unit, false,
                Column(dataset, row => dataset.Observation(row), place));
        for (int place = 0; place < action.Size; place++)
            yield return new LogColumn(action.Dimensions[place].Name, action.Dimensions[place].Unit, true,
                Column(dataset, row => dataset.Action(row), place));
    }

    private static double[] Column(Dataset dataset, RowReader read, int place)
    {
        double[] values = new double[dataset.Rows];
        for (long row = 0; row < dataset.Rows; row++)
            values[row] = read(row)[place];
        return values;
    }

    private IEnumerable<LogPart> Parts()
    {
        Split split = TrainingSplit.Of(model.Description, training);
        foreach (EpisodeRange episode in split.Training)
            yield return new LogPart("training", episode.Start, episode.Length);
        foreach (EpisodeRange episode in split.Test)
            yield return new LogPart("held out", episode.Start, episode.Length);
    }

    internal static double[] Widen(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        for (int index = 0; index < wide.Length; index++)
            wide[index] = values[index];
        return wide;
    }

    private delegate ReadOnlySpan<float> RowReader(long row);
}

/// <summary>How a model of a log did on rows that it was not trained on.</summary>
/// <param name="Errors">Errors of the model, persistence and the linear model.</param>
/// <param name="Traces">Their free runs.</param>
/// <param name="Measured">What was measured.</param>
public sealed record LogStudyResult(OpenLoopResult Errors, IReadOnlyList<FreeRunTrace> Traces, IReadOnlyList<LogStretch> Measured)
{
    /// <summary>Prediction intervals and what they were worth.</summary>
    public IntervalResult? Intervals { get; init; }

    /// <summary>The worst and the median window of each output.</summary>
    public IReadOnlyList<PredictedWindow> Windows { get; init; } = [];
}
