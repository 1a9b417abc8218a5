using Orrery.Evaluation.Protocols;
using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>The page of a what-if: each column once, all scenarios in one chart.</summary>
public static class WhatIfReport
{
    // Grey is what was recorded.
    private static readonly int[] Colours = [0, 1, 2, 3, 4, 5, 7];

    /// <summary>Builds the page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="result">What is predicted.</param>
    public static HtmlReport Build(string title, WhatIfResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        HtmlReport report = new("Orrery · what if", title, $"What the model predicts after row {result.From:#,0} for {Count(result.Scenarios.Count, "table")} of inputs. Nothing is executed.");
        Html[] warnings = [.. result.Scenarios.SelectMany(scenario => scenario.Warnings.Select(warning => Components.Verdict(Tone.Warning, $"{scenario.Name}: {warning}")))];
        Html[] remarks = [.. result.Scenarios.SelectMany(scenario => scenario.Remarks.Select(remark => Components.Verdict(Tone.Neutral, $"{scenario.Name}: {remark}")))];
        report.Section("What to know", null, Html.Join(warnings), Html.Join(remarks));
        report.Section("Predicted", "The band holds the whole course with a chance of 90 %, as far as held-out rows can tell.", Charts(result, isInput: false));
        report.Section("Inputs", "What each table says; disturbances are inputs that nobody commands.", Charts(result, isInput: true));
        return report;
    }

    private static Html Charts(WhatIfResult result, bool isInput) => Components.Row(440,
        Enumerable.Range(0, result.Scenarios[0].Columns.Count)
            .Where(place => IsInput(result.Scenarios[0].Columns[place]) == isInput)
            .Select(place => Chart(result, place)));

    private static bool IsInput(PlannedColumn column) => column.IsAction || column.IsDisturbance;

    private static Html Chart(WhatIfResult result, int place)
    {
        PlannedColumn first = result.Scenarios[0].Columns[place];
        SeriesStyle style = IsInput(first) ? SeriesStyle.Steps : SeriesStyle.Line;
        double step = result.SamplingTime;
        List<Series> series = [Series.Evenly("recorded", first.Past, step, -(first.Past.Count - 1) * step) with { Colour = 6, Style = style }];
        if (result.Scenarios.MaxBy(scenario => scenario.Columns[place].Reference?.Count ?? 0)?.Columns[place].Reference is { } measured)
            series.Add(Series.Evenly("measured later", measured, step, step) with { Colour = 6, Style = SeriesStyle.Dashed });
        for (int index = 0; index < result.Scenarios.Count; index++)
            series.Add(Line(result.Scenarios[index].Name, result.Scenarios[index].Columns[place], step, style, Colours[index % Colours.Length]));
        return new LineChart(first.Name, series)
        {
            Description = first.IsAction ? "Commanded." : first.IsDisturbance ? "A disturbance." : "Predicted.",
            XLabel = $"time from row {result.From:#,0} ({result.TimeUnit})",
            YLabel = Figures.WithUnit(first.Name, first.Unit),
            Moments = [new ReferenceLine(0, "now")],
            Height = 260,
        }.Render();
    }

    private static Series Line(string name, PlannedColumn column, double step, SeriesStyle style, int colour)
    {
        if (IsInput(column))
            return Series.Evenly(name, column.Future, step, step) with { Colour = colour, Style = style };
        double[] future = [column.Past[^1], .. column.Future];
        Series line = Series.Evenly(name, future, step) with { Colour = colour, Style = style };
        if (column.Uncertainty is not { } uncertainty)
            return line;
        double[] half = [0, .. uncertainty];
        return line with
        {
            Low = [.. future.Zip(half, (value, width) => value - width)],
            High = [.. future.Zip(half, (value, width) => value + width)],
        };
    }

    private static string Count(int count, string what) => count == 1 ? $"one {what}" : $"{count} {what}s";
}
