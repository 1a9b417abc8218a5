using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>Charts of a plan: predicted outputs with their goals, commands with their limits, disturbances with their forecast.</summary>
internal static class PlanSection
{
    public static Html Render(PlantPlan plan, double samplingTime, string timeUnit)
    {
        var charts = plan.Columns.OrderBy(column => column.IsDisturbance ? 2 : column.IsAction ? 1 : 0).Select(column => Chart(column, samplingTime, timeUnit)).ToList();
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
        bool isInput = column.IsAction || column.IsDisturbance;
        SeriesStyle style = isInput ? SeriesStyle.Steps : SeriesStyle.Line;
        var series = new List<Series>();
        // The prediction begins where the record ends.
        bool joined = !isInput && column.Past.Count > 0;
        double first = joined ? 0 : samplingTime;
        if (column is { ZoneLow: double from, ZoneHigh: double to })
            series.Add(Band("zone", from, to, samplingTime, column.Future.Count));
        if (column.Past.Count > 0)
            series.Add(Series.Evenly("recorded", column.Past, samplingTime, -(column.Past.Count - 1) * samplingTime) with { Colour = 6, Style = style });
        if (column.Reference is { } reference)
            series.Add(Series.Evenly("reference", reference, samplingTime, samplingTime) with { Colour = 2, Style = SeriesStyle.Dashed });
        double[] future = joined ? [column.Past[^1], .. column.Future] : [.. column.Future];
        Series ahead = Series.Evenly(NameOf(column), future, samplingTime, first) with { Colour = ColourOf(column), Style = style };
        if (column.Uncertainty is { } uncertainty && !isInput)
        {
            double[] half = joined ? [0, .. uncertainty] : [.. uncertainty];
            ahead = ahead with
            {
                Low = [.. half.Zip(future, (width, value) => value - width)],
                High = [.. half.Zip(future, (width, value) => value + width)],
                BandName = "90 % interval",
            };
        }

        series.Add(ahead);
        return new LineChart(column.Name, series)
        {
            Description = column.IsAction ? "What to do." : column.IsDisturbance ? "Measured, not commanded; what is expected of it." : "What the model expects.",
            XLabel = $"time from now ({timeUnit})",
            YLabel = Figures.WithUnit(column.Name, column.Unit),
            Levels = [.. Levels(column)],
            Moments = column.Past.Count > 0 ? [new ReferenceLine(0, "now")] : [],
            Height = 240,
        }.Render();
    }

    private static string NameOf(PlannedColumn column) => column.IsAction ? "planned" : column.IsDisturbance ? "expected" : "predicted";

    private static int ColourOf(PlannedColumn column) => column.IsAction ? 1 : column.IsDisturbance ? 3 : 0;

    private static Series Band(string name, double low, double high, double samplingTime, int rows)
    {
        double[] ends = [samplingTime, rows * samplingTime];
        return new Series(name, ends, [double.NaN, double.NaN]) { Colour = 2, Low = [low, low], High = [high, high] };
    }

    private static IEnumerable<ReferenceLine> Levels(PlannedColumn column)
    {
        if (column.SetPoint is double target)
            yield return new ReferenceLine(target, $"set-point {Figures.Short(target, 4)}");
        if (column.ZoneLow is double from)
            yield return new ReferenceLine(from, $"zone from {Figures.Short(from, 4)}");
        if (column.ZoneHigh is double to)
            yield return new ReferenceLine(to, $"zone up to {Figures.Short(to, 4)}");
        if (column.Low is double low && double.IsFinite(low))
            yield return new ReferenceLine(low, $"limit {Figures.Short(low, 4)}", true);
        if (column.High is double high && double.IsFinite(high))
            yield return new ReferenceLine(high, $"limit {Figures.Short(high, 4)}", true);
    }
}
