using Orrery.Planning.Surprise;

namespace Orrery.Evaluation.Intervals;

/// <summary>Finds the windows that a person should look at: where the model does worst, and where it does as it usually does.</summary>
internal static class WindowRanking
{
    /// <summary>The worst and the median window of whole length of one output, with intervals from the group of rows that they are not in.</summary>
    /// <param name="windows">All windows.</param>
    /// <param name="rows">Held-out rows.</param>
    /// <param name="history">Rows that the model sees first.</param>
    /// <param name="output">The output, from 0.</param>
    /// <param name="level">Nominal level.</param>
    /// <param name="steps">Rows ahead.</param>
    public static IEnumerable<RankedWindow> Of(List<ErrorWindow> windows, int rows, int history, int output, decimal level, int steps)
    {
        int horizon = IntervalStudy.SupportedHorizon(rows, level, steps);
        RowDivision division = RowDivision.Interleaved(rows, Math.Max(1, horizon), history);
        (ErrorWindow Window, double Rmse)[] ranked = [.. windows
            .Where(window => window.Steps >= steps && (horizon == 0 || division.GroupOf(window.First, horizon) is not null))
            .Select(window => (window, Rmse: Rmse(window, output, steps))).Where(window => !double.IsNaN(window.Rmse)).OrderBy(window => window.Rmse)];
        if (ranked.Length == 0)
            yield break;
        foreach ((string rank, int place) in new[] { ("worst", ranked.Length - 1), ("median", (ranked.Length - 1) / 2) })
        {
            (ErrorWindow window, double rmse) = ranked[place];
            double[] margins = [.. Enumerable.Range(1, steps).Select(step =>
                step > horizon ? double.NaN : Margin(windows, division, 1 - division.GroupOf(window.First, horizon)!.Value, output, level, step))];
            yield return new RankedWindow(rank, output, window.Stretch, window.Row, rmse, (double)level, margins);
        }
    }

    private static double Rmse(ErrorWindow window, int output, int steps) =>
        Math.Sqrt(Enumerable.Range(1, steps).Average(step => window.Error(step, output) * window.Error(step, output)));

    private static double Margin(List<ErrorWindow> windows, RowDivision division, int group, int output, decimal level, int step)
    {
        double[] scores = [.. windows.Where(window => window.Steps >= step && division.GroupOf(window.First, step) == group)
            .Select(window => window.Error(step, output)).Where(score => !double.IsNaN(score))];
        return scores.Length == 0 ? double.NaN : new SplitConformal(scores).Bound(EffectiveCount.Correct(1 - level, scores));
    }
}
