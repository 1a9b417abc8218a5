using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>Charts of a plan: inputs with their limits, predicted outputs with their set-points.</summary>
internal static class PlanSection
{
    public static Html Render(PlantPlan plan, double samplingTime, string timeUnit)
    {
        var charts = plan.Columns.OrderBy(column => column.IsAction).Select(column => Chart(column, samplingTime, timeUnit)).ToList();
        if (plan.CostByIteration.Count > 1)
            charts.Add(new LineChart("The cost while searching", [Series.Evenly("best cost", plan.CostByIteration, first: 1)])
            {
                XLabel = "iteration",
                YLabel = "cost",
                FromZero = true,
                Height = 230,
            }.Render());
        if (plan.CostTerms.Count > 0)
            charts.Add(Components.Card("What the plan costs", Components.Facts(plan.CostTerms)));
        return Components.Row(440, charts);
    }

    private static Html Chart(PlannedColumn column, double samplingTime, string timeUnit)
    {
        var series = new List<Series>();
        if (column.Past.Count > 0)
            series.Add(Series.Evenly("recorded", column.Past, samplingTime, -(column.Past.Count - 1) * samplingTime) with
            {
                Colour = 6,
                Style = column.IsAction ? SeriesStyle.Steps : SeriesStyle.Line,
            });
        // The prediction begins where the record ends.
        bool joined = !column.IsAction && column.Past.Count > 0;
        double[] future = joined ? [column.Past[^1], .. column.Future] : [.. column.Future];
        Series ahead = Series.Evenly(column.IsAction ? "planned" : "predicted", future, samplingTime, joined ? 0 : samplingTime) with
        {
            Colour = column.IsAction ? 1 : 0,
            Style = column.IsAction ? SeriesStyle.Steps : SeriesStyle.Line,
        };
        if (column.Uncertainty is { } uncertainty && !column.IsAction)
        {
            double[] half = joined ? [0, .. uncertainty] : [.. uncertainty];
            ahead = ahead with
            {
                Low = [.. half.Zip(future, (width, value) => value - width)],
                High = [.. half.Zip(future, (width, value) => value + width)],
                BandName = "expected error",
            };
        }

        series.Add(ahead);
        var levels = new List<ReferenceLine>();
        if (column.SetPoint is double target)
            levels.Add(new ReferenceLine(target, $"set-point {Figures.Short(target, 4)}"));
        if (column.Low is double low && double.IsFinite(low))
            levels.Add(new ReferenceLine(low, $"limit {Figures.Short(low, 4)}", true));
        if (column.High is double high && double.IsFinite(high))
            levels.Add(new ReferenceLine(high, $"limit {Figures.Short(high, 4)}", true));
        return new LineChart(column.Name, series)
        {
            Description = column.IsAction ? "What to do." : "What the model expects.",
            XLabel = $"time from now ({timeUnit})",
            YLabel = Figures.WithUnit(column.Name, column.Unit),
            Levels = levels,
            Moments = column.Past.Count > 0 ? [new ReferenceLine(0, "now")] : [],
            Height = 240,
        }.Render();
    }
}
