using Orrery.Evaluation.Statistics;

namespace Orrery.Evaluation.OpenLoop;

/// <summary>What to evaluate a log model on.</summary>
/// <param name="Part">Name of the part, such as <c>test</c>.</param>
/// <param name="SamplingTime">Time between rows.</param>
/// <param name="TimeUnit">Unit of the sampling time.</param>
/// <param name="Columns">Names and units of the observation columns, [O].</param>
/// <param name="MaximumHorizon">Longest horizon of the errors by horizon, in rows; a third of the longest stretch when that is shorter.</param>
/// <param name="Windows">About how many starts to take the errors by horizon over.</param>
/// <param name="InitialRows">
/// Rows at the start of each stretch that may initialise the free run, at least every model's history; 0 for the longest
/// history among the models.
/// </param>
public sealed record OpenLoopOptions(
    string Part,
    double SamplingTime,
    string TimeUnit,
    IReadOnlyList<(string Name, string Unit)> Columns,
    int MaximumHorizon = 64,
    int Windows = 200,
    int InitialRows = 0);

/// <summary>
/// Open-loop evaluation: every model sees the same known rows and then only the actions. Errors by horizon start from many
/// rows of the part; the free run starts once, at the beginning of each stretch.
/// </summary>
public static class OpenLoopEvaluation
{
    /// <summary>The longest horizon must fit so often into the longest stretch: errors over one or two windows are luck.</summary>
    public const int HorizonsInStretch = 3;

    /// <summary>Evaluates models side by side on the same rows.</summary>
    /// <param name="models">The models, the one in question first, then persistence and the linear model.</param>
    /// <param name="test">The stretches to evaluate on, with the same columns.</param>
    /// <param name="training">The training stretches, for their standard deviation; empty when not known.</param>
    /// <param name="options">What to evaluate.</param>
    /// <param name="cancellation">Stops between two windows.</param>
    /// <returns>The errors, and the free run of every model over every stretch.</returns>
    /// <exception cref="ArgumentException">No stretch is longer than the rows that initialise the models.</exception>
    public static (OpenLoopResult Result, IReadOnlyList<FreeRunTrace> Traces) Run(IReadOnlyList<IFreeRunModel> models,
        IReadOnlyList<LogStretch> test, IReadOnlyList<LogStretch> training, OpenLoopOptions options,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(options);
        int initial = Math.Max(options.InitialRows, models.Max(model => model.History));
        LogStretch[] usable = [.. test.Where(stretch => stretch.Rows > initial)];
        if (usable.Length == 0)
            throw new ArgumentException(
                $"Open-loop evaluation of the {options.Part} part: its longest stretch has {test.Select(stretch => stretch.Rows).DefaultIfEmpty(0).Max()} rows, "
                + $"but {initial} initialise the models and at least one more must be predicted; evaluate on a longer part.", nameof(test));

        int outputs = usable[0].ObservationSize;
        int[] horizons = Horizons(Math.Clamp((usable.Max(stretch => stretch.Rows) - initial) / HorizonsInStretch, 1, options.MaximumHorizon));
        List<(LogStretch Stretch, int Row)> starts = Starts(usable, initial, horizons[^1], options.Windows);
        PredictedColumn[] columns = [.. options.Columns.Select((column, output) => new PredictedColumn(column.Name, column.Unit,
            Deviation(usable, output, initial), Deviation(training, output, 0)))];

        var errors = new List<ModelErrors>();
        var traces = new List<FreeRunTrace>();
        foreach (IFreeRunModel model in models)
        {
            double[][] byHorizon = ErrorsByHorizon(model, starts, horizons, outputs, cancellation);
            var freeRun = NewErrors(outputs);
            for (int place = 0; place < test.Count; place++)
            {
                LogStretch stretch = test[place];
                if (stretch.Rows <= initial)
                    continue;
                cancellation.ThrowIfCancellationRequested();
                double[] predictions = WholeRecord.Simulate(model, stretch, initial);
                traces.Add(new FreeRunTrace(model.Name, place, initial, predictions));
                ReadOnlySpan<double> truth = stretch.Observations(initial, stretch.Rows - initial);
                for (int i = 0; i < predictions.Length; i++)
                    freeRun[i % outputs].Add(predictions[i], truth[i]);
            }

            double[] rmse = [.. freeRun.Select(error => error.Rmse)];
            errors.Add(new ModelErrors(model.Name, byHorizon, rmse,
                [.. rmse.Select((value, output) => PredictionError.Ratio(value, columns[output].TestDeviation))]));
        }

        return (new OpenLoopResult(options.Part, options.SamplingTime, options.TimeUnit, columns, horizons, starts.Count, initial, errors)
        {
            DisjointWindows = usable.Sum(stretch => (stretch.Rows - initial) / horizons[^1]),
        }, traces);
    }

    /// <summary>1, 2, 3, ... at first and then further apart, so that a long horizon costs little to tabulate.</summary>
    internal static int[] Horizons(int longest)
    {
        var horizons = new SortedSet<int> { 1, Math.Max(1, longest) };
        for (double horizon = 1; horizon <= longest; horizon = Math.Max(horizon + 1, horizon * 1.12))
            horizons.Add((int)horizon);
        return [.. horizons];
    }

    /// <summary>Evenly spaced last known rows whose whole horizon lies in the same stretch.</summary>
    private static List<(LogStretch Stretch, int Row)> Starts(LogStretch[] stretches, int initial, int longest, int wanted)
    {
        long available = stretches.Sum(stretch => (long)Math.Max(0, stretch.Rows - longest - initial + 1));
        long stride = Math.Max(1, available / Math.Max(1, wanted));
        var starts = new List<(LogStretch, int)>();
        foreach (LogStretch stretch in stretches)
            for (long row = initial - 1; row + longest < stretch.Rows; row += stride)
                starts.Add((stretch, (int)row));
        return starts;
    }

    private static double[][] ErrorsByHorizon(IFreeRunModel model, List<(LogStretch Stretch, int Row)> starts, int[] horizons,
        int outputs, CancellationToken cancellation)
    {
        int longest = horizons[^1];
        var errors = horizons.Select(_ => NewErrors(outputs)).ToArray();
        var predictions = new double[longest * outputs];
        foreach ((LogStretch stretch, int row) in starts)
        {
            cancellation.ThrowIfCancellationRequested();
            int first = row - model.History + 1;
            model.FreeRun(stretch.Observations(first, model.History), stretch.Actions(first, model.History + longest), predictions);
            ReadOnlySpan<double> truth = stretch.Observations(row + 1, longest);
            for (int index = 0; index < horizons.Length; index++)
                for (int output = 0; output < outputs; output++)
                {
                    int at = ((horizons[index] - 1) * outputs) + output;
                    errors[index][output].Add(predictions[at], truth[at]);
                }
        }

        return [.. Enumerable.Range(0, outputs).Select(output => errors.Select(atHorizon => atHorizon[output].Rmse).ToArray())];
    }

    private static double Deviation(IReadOnlyList<LogStretch> stretches, int output, int skip)
    {
        var spread = new PredictionError();
        foreach (LogStretch stretch in stretches)
            foreach (double value in stretch.ObservationColumn(output).Skip(skip))
                spread.Add(value, value);
        return spread.TruthStandardDeviation;
    }

    private static PredictionError[] NewErrors(int outputs) => [.. Enumerable.Range(0, outputs).Select(_ => new PredictionError())];
}
