using Orrery.Evaluation.Baselines;
using Orrery.Evaluation.Intervals;
using Orrery.Evaluation.OpenLoop;
using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>The report of a world model that was learned from a plant's log.</summary>
public static class LogReport
{
    /// <summary>Builds the page.</summary>
    public static HtmlReport Build(LogReportData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var report = new HtmlReport("Orrery · world model of a plant", data.Title, data.Subtitle);
        Tile[] tiles = [.. Tiles(data)];
        if (tiles.Length > 0)
            report.Add(Components.Tiles(tiles));
        if (data.OpenLoop is OpenLoopResult result)
        {
            report.Section("Does it predict?",
                $"Free run on the {result.Part} part: each model sees the first {result.InitialRows} rows and then only the actions. "
                + "NRMSE is the error over the standard deviation of these rows: 1 is what guessing their mean would give.",
                OpenLoopCharts.Verdict(result), Components.Row(440, Components.Card("Free-run error", OpenLoopCharts.Table(result))),
                FreeRuns(data, result));
            report.Section("How far ahead?",
                $"Error so many rows after the last known one, over {result.Windows} starts ({result.DisjointWindows} windows of the longest horizon lie side by side). "
                + "Persistence repeats the last known value.",
                OpenLoopCharts.Winners(result), Components.Row(440, OpenLoopCharts.ByHorizon(result)));
            if (data.Intervals is IntervalResult intervals)
                report.Section("How sure is it?", IntervalSection.Explanation,
                    Components.Row(440, IntervalSection.Windows(data)),
                    Components.Row(300, IntervalSection.Coverage(intervals)),
                    Components.Row(440, Components.Card("Prediction intervals", IntervalSection.Table(intervals))));
        }

        if (data.Plan is PlantPlan plan)
            report.Section("The plan", plan.Goal, PlanSection.Render(plan, data.SamplingTime, data.TimeUnit));
        report.Section("The data", null, DataPlots(data));
        if (data.LossCurves.Count > 0)
            report.Section("How it learned", null,
                Components.Row(440, ReportParts.Curves("Losses", "Mean over short windows; the band holds 80 % of the steps.", data.LossCurves, wide: true).Render()));
        report.Section("Settings and provenance", null,
            BackgroundSection.Render(data.Timings, data.Settings, data.Provenance, data.RecipeJson, data.Created));
        return report;
    }

    private static IEnumerable<Tile> Tiles(LogReportData data)
    {
        if (data.OpenLoop is OpenLoopResult result && result.Models.Count > 0)
        {
            ModelErrors model = result.Models[0];
            PredictedColumn first = result.Columns[0];
            yield return new Tile($"{first.Name}: free-run error (RMSE)", Figures.Short(model.FreeRunRmse[0]),
                $"NRMSE {Figures.Short(model.FreeRunNrmse[0])} on the {result.Part} part", first.Unit, OpenLoopCharts.Tone(result));
            foreach (ModelErrors other in result.Models.Skip(1))
                yield return new Tile($"{other.Name}, same rows", Figures.Short(other.FreeRunRmse[0]),
                    $"NRMSE {Figures.Short(other.FreeRunNrmse[0])}", first.Unit);
        }

        if (data.Timings.Count > 0)
            yield return new Tile("time", Figures.Duration(data.Timings.Sum(timing => timing.WallSeconds)),
                string.Join(" · ", data.Timings.Select(timing => $"{timing.Phase} {Figures.Duration(timing.WallSeconds)}")));
    }

    private static Html FreeRuns(LogReportData data, OpenLoopResult result)
    {
        if (result.Models.Count == 0)
            return Html.Empty;
        string evaluated = result.Models[0].Name;
        var charts = new List<Html>();
        for (int place = 0; place < data.Measured.Count; place++)
            for (int output = 0; output < Math.Min(data.Measured[place].ObservationSize, result.Columns.Count); output++)
                charts.Add(FreeRun(data, result, evaluated, place, output));
        return charts.Count == 0 ? Html.Empty : Components.Row(900, charts);
    }

    private static Html FreeRun(LogReportData data, OpenLoopResult result, string evaluated, int place, int output)
    {
        LogStretch stretch = data.Measured[place];
        PredictedColumn column = result.Columns[output];
        double[] measured = stretch.ObservationColumn(output);
        var series = new List<Series>();
        // The evaluated model is drawn last, on top.
        foreach (FreeRunTrace trace in data.Traces.Where(trace => trace.Stretch == place).OrderBy(trace => trace.Model == evaluated))
        {
            bool main = trace.Model == evaluated;
            if (trace.Model == PersistenceModel.DisplayName)
                continue; // A flat line in a free run; the table has its figure.
            double[] values = [.. Enumerable.Range(0, trace.Predictions.Length / stretch.ObservationSize)
                .Select(row => trace.Predictions[(row * stretch.ObservationSize) + output])];
            Series line = Series.Evenly(trace.Model, values, data.SamplingTime, trace.FirstRow * data.SamplingTime) with
            {
                Colour = main ? 0 : trace.Model.StartsWith(LinearStateSpaceModel.DisplayName, StringComparison.Ordinal) ? 1 : 3,
                Style = main ? SeriesStyle.Line : SeriesStyle.Dashed,
            };
            if (main && data.ErrorBand is { } band && output < band.Count && double.IsFinite(band[output]))
                line = line with
                {
                    Low = [.. values.Select(value => value - band[output])],
                    High = [.. values.Select(value => value + band[output])],
                    BandName = $"± {Figures.Short(band[output])} {column.Unit} (RMSE on the validation part)",
                };
            series.Add(line);
        }

        series.Insert(0, Series.Evenly("measured", measured, data.SamplingTime) with { Colour = 6 });
        (double low, double high) = Range(measured);
        return new LineChart(data.Measured.Count > 1 ? $"{column.Name}, {stretch.Name}, stretch {place + 1}" : column.Name, series)
        {
            Description = $"Measured, and predicted from the actions alone after the first {result.InitialRows} rows.",
            XLabel = $"time ({data.TimeUnit})",
            YLabel = Figures.WithUnit(column.Name, column.Unit),
            Width = 1100,
            Height = 300,
            Floor = low - (0.6 * (high - low)),
            Ceiling = high + (0.6 * (high - low)),
        }.Render();
    }

    private static (double Low, double High) Range(double[] values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        return finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
    }

    private static Html DataPlots(LogReportData data)
    {
        ShadedStretch[] stretches = [.. data.Parts.Where(part => part.Name != "training").Select(part =>
            new ShadedStretch(part.FirstRow * data.SamplingTime, (part.FirstRow + part.Rows) * data.SamplingTime, part.Name))];
        return data.Columns.Count == 0 ? Html.Empty : Components.Row(440, data.Columns.Select(column =>
            new LineChart(Figures.WithUnit(column.Name, column.Unit), [Series.Evenly(column.Name, column.Values, data.SamplingTime) with { Colour = column.IsAction ? 1 : 0 }])
            {
                Description = column.IsAction ? "action" : "observation",
                XLabel = $"time ({data.TimeUnit})",
                Stretches = stretches,
                Height = 190,
            }.Render()));
    }
}
