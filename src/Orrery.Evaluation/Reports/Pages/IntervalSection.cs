using Orrery.Evaluation.Intervals;
using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>Prediction intervals of a log's model: windows to look at, nominal against measured coverage, and a table.</summary>
internal static class IntervalSection
{
    public const string Explanation =
        "Intervals are calibrated on one half of the held-out rows and measured on the other. In time: the first half calibrates, the second measures. "
        + "Adaptive: the same, but every outcome moves the interval. Interleaved: blocks calibrate and measure in turn. "
        + "Where only the fixed one misses its level, the plant drifts: trust the adaptive one.";

    /// <summary>The worst and the median window of each output, side by side.</summary>
    public static IEnumerable<Html> Windows(LogReportData data) => data.Windows.Select(window =>
    {
        RankedWindow ranked = window.Ranked;
        (string name, string unit) = (data.OpenLoop!.Columns[ranked.Output].Name, data.OpenLoop.Columns[ranked.Output].Unit);
        int before = window.Measured.Count - window.Predicted.Count;
        double[] rows = [.. Enumerable.Range(1, window.Predicted.Count).Select(row => (double)row)];
        Series model = new(data.OpenLoop.Models[0].Name, rows, window.Predicted)
        {
            Colour = 0,
            Low = [.. window.Predicted.Select((value, row) => value - ranked.Margins[row])],
            High = [.. window.Predicted.Select((value, row) => value + ranked.Margins[row])],
            BandName = ranked.Margins.Any(double.IsFinite) ? $"{Figures.Percent(ranked.Level)} interval" : null,
        };
        Series baseline = new(window.Baseline, rows, window.BaselinePredicted) { Colour = 1, Style = SeriesStyle.Dashed };
        Series measured = new("measured", [.. Enumerable.Range(0, window.Measured.Count).Select(row => (double)(row - before + 1))], window.Measured) { Colour = 6 };
        double[] finite = [.. window.Measured.Concat(window.Predicted).Where(double.IsFinite)];
        double low = finite.DefaultIfEmpty(0).Min(), high = finite.DefaultIfEmpty(1).Max(), room = 0.5 * (high - low);
        return new LineChart($"{name}: the {ranked.Rank} stretch", [baseline, model, measured])
        {
            Description = $"From row {ranked.FirstRow + 1:#,0} of the {data.OpenLoop.Part}; RMSE {Figures.Short(ranked.Rmse)} {unit}".TrimEnd() + ".",
            XLabel = "rows ahead",
            YLabel = Figures.WithUnit(name, unit),
            Width = 560,
            Floor = low - room,
            Ceiling = high + room,
            Moments = [new ReferenceLine(0.5, "last known row")],
        }.Render();
    });

    /// <summary>Nominal against measured coverage, a chart per output.</summary>
    public static IEnumerable<Html> Coverage(IntervalResult intervals) => intervals.Coverage.GroupBy(line => line.Output).Select(output =>
    {
        double[] levels = [.. output.Select(line => line.Level).Distinct().Order()];
        Series Of(IntervalMethod method, string name, int colour) => new(name, levels,
            [.. levels.Select(level => output.First(line => line.Method == method && line.Level == level).Coverage)])
        { Colour = colour, Style = SeriesStyle.Dots };
        return new LineChart($"{output.Key}: coverage",
            [
                new Series("as promised", levels, levels) { Colour = 6, Style = SeriesStyle.Dashed },
                Of(IntervalMethod.InTime, "in time", 3), Of(IntervalMethod.Adaptive, "adaptive", 1), Of(IntervalMethod.Interleaved, "interleaved", 0),
            ])
        {
            Description = "Share of the measured values inside their interval, against the nominal level.",
            XLabel = "nominal",
            YLabel = "measured",
            Height = 240,
        }.Render();
    });

    public static Html Table(IntervalResult intervals)
    {
        IEnumerable<IReadOnlyList<string>> rows = intervals.Coverage.GroupBy(line => (line.Output, line.Level)).OrderBy(group => Place(intervals, group.Key.Output)).Select(group =>
        {
            IntervalCoverage Of(IntervalMethod method) => group.First(line => line.Method == method);
            IntervalCoverage line = Of(IntervalMethod.Interleaved);
            string horizon = line.Horizon == 0 ? "too few held-out rows" : $"1–{line.Horizon}";
            return (IReadOnlyList<string>)[
                group.Key.Output, Figures.Percent(group.Key.Level), horizon, Figures.Percent(Of(IntervalMethod.InTime).Coverage),
                Figures.Percent(Of(IntervalMethod.Adaptive).Coverage), Figures.Percent(line.Coverage), Width(line.Width, line.Unit),
                Figures.Percent(line.Simultaneous), Width(line.SimultaneousWidth, line.Unit)];
        });
        return Components.Table(new DataTable(
            ["output", "#level", "#rows ahead", "#in time", "#adaptive", "#interleaved", "#mean width", "#whole windows inside the wider band", "#its width"], [.. rows]));
    }

    private static int Place(IntervalResult intervals, string output)
    {
        for (int place = 0; place < intervals.Coverage.Count; place++)
            if (intervals.Coverage[place].Output == output)
                return place;
        return intervals.Coverage.Count;
    }

    private static string Width(double width, string unit) => double.IsNaN(width) ? Figures.Missing : $"{Figures.Padded(width)} {unit}".TrimEnd();
}
