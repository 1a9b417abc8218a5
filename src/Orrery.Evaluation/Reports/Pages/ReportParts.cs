using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.Reports.Charts;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>One quantity that was recorded while training.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Steps">Training steps, ascending.</param>
/// <param name="Values">Its values.</param>
public sealed record TrainingCurve(string Name, IReadOnlyList<double> Steps, IReadOnlyList<double> Values);

/// <summary>How long a phase took.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="WallSeconds">Seconds by the clock.</param>
/// <param name="CpuSeconds">Seconds of processor time over all cores; not a number when not measured.</param>
public sealed record PhaseTiming(string Phase, double WallSeconds, double CpuSeconds = double.NaN);

/// <summary>How a planner's cost fell over its iterations.</summary>
/// <param name="Name">Which plan.</param>
/// <param name="BestCost">Cost of the best candidate so far, one per iteration.</param>
public sealed record PlannerTrace(string Name, IReadOnlyList<double> BestCost);

/// <summary>Pieces that several reports share.</summary>
internal static class ReportParts
{
    private const int SmoothingWindows = 60;

    /// <summary>Training curves, on a logarithmic axis when all values are positive: the mean over short windows as a line, their range as a band.</summary>
    public static LineChart Curves(string title, string description, IReadOnlyList<TrainingCurve> curves, bool wide = false) => new(title,
        [.. curves.Select(curve => Smooth(curve))])
    {
        Description = description,
        XLabel = "training step",
        YLabel = "loss",
        LogY = curves.All(curve => curve.Values.Where(double.IsFinite).All(value => value > 0)),
        Width = wide ? 1100 : 560,
        Height = 280,
    };

    /// <summary>The share of the episodes that had reached their goal after so many steps, in percent.</summary>
    public static Series Reached(ClosedLoopResult result, string name)
    {
        double[] steps = [.. Enumerable.Range(0, result.StepLimit + 1).Select(step => (double)step)];
        double[] share = [.. steps.Select(step => result.Episodes.Count == 0 ? double.NaN
            : 100.0 * result.Episodes.Count(episode => episode.Success && episode.Steps <= step) / result.Episodes.Count)];
        return new Series(name, steps, share) { Style = SeriesStyle.Steps };
    }

    private static Series Smooth(TrainingCurve curve)
    {
        int count = Math.Min(curve.Steps.Count, curve.Values.Count);
        if (count < 3 * SmoothingWindows)
            return new Series(curve.Name, curve.Steps, curve.Values);
        var steps = new double[SmoothingWindows];
        var mean = new double[SmoothingWindows];
        var low = new double[SmoothingWindows];
        var high = new double[SmoothingWindows];
        for (int window = 0; window < SmoothingWindows; window++)
        {
            int from = (int)((long)window * count / SmoothingWindows);
            int to = (int)((long)(window + 1) * count / SmoothingWindows);
            double[] values = [.. Enumerable.Range(from, to - from).Select(i => curve.Values[i]).Where(double.IsFinite)];
            // The first and the last point lie at the ends, so that the axis shows the whole run.
            steps[window] = curve.Steps[window == 0 ? 0 : window == SmoothingWindows - 1 ? count - 1 : (from + to - 1) / 2];
            mean[window] = values.Length > 0 ? values.Average() : double.NaN;
            low[window] = Statistics.Quantiles.Of(values, 0.1);
            high[window] = Statistics.Quantiles.Of(values, 0.9);
        }

        return new Series(curve.Name, steps, mean) { Low = low, High = high };
    }
}
