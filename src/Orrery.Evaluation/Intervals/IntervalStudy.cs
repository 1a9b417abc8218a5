using Orrery.Evaluation.OpenLoop;
using Orrery.Planning.Surprise;

namespace Orrery.Evaluation.Intervals;

/// <summary>What prediction intervals are asked for.</summary>
/// <param name="Levels">Nominal levels, each above 0 and below 1.</param>
/// <param name="LongestHorizon">The longest horizon, in rows; less where the rows do not support it.</param>
/// <param name="InitialRows">Rows at the beginning of each stretch that are not predicted, at least the model's history.</param>
public sealed record IntervalOptions(IReadOnlyList<decimal> Levels, int LongestHorizon, int InitialRows)
{
    /// <summary>The levels that are measured when none are named.</summary>
    public static IReadOnlyList<decimal> UsualLevels { get; } = [0.8m, 0.9m, 0.95m];
}

/// <summary>
/// Prediction intervals by split-conformal calibration on rows that the model was not fitted to, and their coverage on other rows.
/// An interval reaches to both sides of the prediction as far as the errors of the same output, as many rows ahead, did.
/// </summary>
/// <remarks>
/// Vovk, Gammerman and Shafer 2005; for series, whose rows are not exchangeable, Chernozhukov, Wüthrich and Zhu 2018: coverage
/// is approximate, the better the more windows lie side by side. Adaptive: Gibbs and Candès 2021.
/// </remarks>
public static class IntervalStudy
{
    private const int MostStarts = 600;
    private const decimal ShownLevel = 0.9m;

    /// <summary>Calibrates and measures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="heldOut">Rows that it was not fitted to.</param>
    /// <param name="columns">The outputs.</param>
    /// <param name="options">Levels and horizon.</param>
    /// <param name="cancellation">Stops between two starts.</param>
    public static IntervalResult Run(
        IFreeRunModel model, IReadOnlyList<LogStretch> heldOut, IReadOnlyList<PredictedColumn> columns, IntervalOptions options,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(options);
        (List<ErrorWindow> windows, int rows) = ErrorWindow.Predict(
            model, heldOut, options.InitialRows, options.LongestHorizon, MostStarts, cancellation);
        List<IntervalCoverage> coverage = [];
        foreach (decimal level in options.Levels)
        {
            int horizon = SupportedHorizon(rows, level, options.LongestHorizon);
            for (int output = 0; output < columns.Count; output++)
                foreach (IntervalMethod method in Enum.GetValues<IntervalMethod>())
                    coverage.Add(horizon == 0
                        ? new IntervalCoverage(columns[output].Name, columns[output].Unit, (double)level, method, 0, double.NaN, double.NaN, double.NaN, double.NaN, 0, 0)
                        : Measure(windows, rows, model.History, output, columns[output], level, method, horizon));
        }

        decimal shown = options.Levels.Contains(ShownLevel) ? ShownLevel : options.Levels[options.Levels.Count / 2];
        return new IntervalResult(rows, windows.Count, coverage)
        {
            Windows = [.. Enumerable.Range(0, columns.Count).SelectMany(output =>
                WindowRanking.Of(windows, rows, model.History, output, shown, options.LongestHorizon))],
        };
    }

    /// <summary>The longest horizon of which half of the rows hold as many windows as the level needs; 0 when none.</summary>
    internal static int SupportedHorizon(int rows, decimal level, int longest) =>
        (int)Math.Min(longest, rows / 2 / SplitConformal.Needed(1 - level));

    private static IntervalCoverage Measure(
        List<ErrorWindow> windows, int rows, int history, int output, PredictedColumn column, decimal level, IntervalMethod method, int horizon)
    {
        RowDivision division = method == IntervalMethod.Interleaved ? RowDivision.Interleaved(rows, horizon, history) : RowDivision.InTime(rows);
        int[] measured = method == IntervalMethod.Interleaved ? [0, 1] : [1];
        CoverageTally[] steps = [.. Enumerable.Range(0, horizon).Select(_ => new CoverageTally())];
        CoverageTally whole = new();
        double wholeWidth = 0;
        foreach (int group in measured)
        {
            double[] typical = new double[horizon];
            for (int step = 1; step <= horizon; step++)
            {
                ScoredWindow[] Of(int wanted) => [.. windows.Where(window => window.Steps >= step && division.GroupOf(window.First, step) == wanted)
                    .Select(window => new ScoredWindow(window.First, window.Error(step, output))).Where(window => !double.IsNaN(window.Score))];
                ScoredWindow[] calibrating = Of(1 - group);
                typical[step - 1] = Math.Max(double.Epsilon, Math.Sqrt(calibrating.Select(window => window.Score * window.Score).DefaultIfEmpty(0).Average()));
                steps[step - 1].Measure(calibrating, Of(group), 1 - level, method, step);
            }

            ScoredWindow[] Whole(int wanted) => [.. windows.Where(window => window.Steps >= horizon && division.GroupOf(window.First, horizon) == wanted)
                .Select(window => new ScoredWindow(window.First, window.Largest(horizon, output, typical))).Where(window => !double.IsNaN(window.Score))];
            CoverageTally band = new();
            band.Measure(Whole(1 - group), Whole(group), 1 - level, method, horizon);
            whole.Add(band);
            wholeWidth += band.Width * typical.Average() / measured.Length;
        }

        return new IntervalCoverage(
            column.Name, column.Unit, (double)level, method, horizon, steps.Average(step => step.Coverage), whole.Coverage,
            steps.Average(step => step.Width), wholeWidth, rows * measured.Length / 2 / horizon, steps.Average(step => step.Unbounded));
    }
}
