using Orrery.Data.Logs.Inspection;
using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>A plot of every column of a log that holds numbers, with what was found marked in it.</summary>
internal static class ColumnPlots
{
    /// <summary>Colour of the page's palette for dots: the warm one.</summary>
    private const int DotColour = 3;

    /// <summary>One slice in so many, at each end, may be unusual.</summary>
    private const int UsualPart = 50;

    /// <summary>How many times the usual range is shown beyond it, at most.</summary>
    private const double WidestMargin = 0.75;

    public static IEnumerable<Html> Of(LogInspection log) =>
        log.Columns.Where(column => column.Content == ColumnContent.Number).Select(column => Plot(log, column));

    private static Html Plot(LogInspection log, InspectedColumn column)
    {
        LogFinding[] findings = [.. log.Findings.Where(finding => finding.Column == column.Name)];
        double[] rows = [.. column.Outline.Select(slice => (double)slice.Row)];
        Series line = new(column.Name, rows, [.. column.Outline.Select(slice => slice.Mean)])
        {
            Low = [.. column.Outline.Select(slice => slice.Low)],
            High = [.. column.Outline.Select(slice => slice.High)],
            Colour = column.Role == "action" || column.Holds ? 1 : 0,
            Style = column.Holds ? SeriesStyle.Steps : SeriesStyle.Line,
        };
        List<Series> series = [line];
        (double floor, double ceiling) = Usual(column);
        foreach (LogFinding finding in findings.Where(finding => finding.Kind is FindingKind.Outlier or FindingKind.OutsideRange))
        {
            series.Add(new Series(FindingWords.Short(finding.Kind), [.. finding.Rows.Select(range => (double)range.First)], [.. finding.Rows.Select(range => Math.Clamp(range.Value, floor, ceiling))])
            {
                Style = SeriesStyle.Dots,
                Colour = DotColour,
            });
        }

        return new LineChart(Figures.WithUnit(column.Name, column.Unit), series)
        {
            Description = Describe(column),
            XLabel = "row",
            Width = 560,
            Height = 190,
            Floor = floor,
            Ceiling = ceiling,
            Stretches = [.. findings.SelectMany(Stretches)],
            Levels = [.. Levels(column, findings, floor, ceiling)],
            Moments = [.. Gaps(log)],
        }.Render();
    }

    /// <summary>What the vertical axis shows: a value very far away, such as a code for "no value", must not flatten the rest.</summary>
    private static (double Floor, double Ceiling) Usual(InspectedColumn column)
    {
        OutlineSlice[] slices = [.. column.Outline.Where(slice => double.IsFinite(slice.Low))];
        double[] low = [.. slices.Select(slice => slice.Low).Order()], high = [.. slices.Select(slice => slice.High).Order()];
        int aside = slices.Length / UsualPart;
        double floor = low[aside], ceiling = high[^(aside + 1)], around = WidestMargin * (ceiling - floor);
        return (Math.Max(column.Minimum, floor - around), Math.Min(column.Maximum, ceiling + around));
    }

    private static string Describe(InspectedColumn column) =>
        $"{Figures.Short(column.Minimum, 4)} to {Figures.Short(column.Maximum, 4)}, mean {Figures.Short(column.Mean, 4)}"
        + (column.Holds ? $"; keeps its value in {Figures.Percent(column.Unchanged)} of the rows" : "")
        + (column.Missing > 0 ? $"; {column.Missing:N0} missing" : "");

    /// <summary>Where the values pile up, and the declared limits that are not far outside of the plot.</summary>
    private static IEnumerable<ReferenceLine> Levels(InspectedColumn column, LogFinding[] findings, double floor, double ceiling)
    {
        foreach (LogFinding finding in findings.Where(finding => finding.Kind == FindingKind.Saturation))
            yield return new ReferenceLine(finding.Rows[0].Value, $"{Figures.Short(100.0 * finding.Count / column.Numbers)} % of the rows", IsLimit: true);
        foreach (double limit in (double[])[column.Low, column.High])
        {
            if (double.IsFinite(limit) && limit >= floor - (ceiling - floor) && limit <= ceiling + (ceiling - floor))
                yield return new ReferenceLine(limit, $"limit {Figures.Short(limit, 4)}", IsLimit: true);
        }
    }

    /// <summary>The finding's rows; only the first stretch is labelled, the others look the same.</summary>
    private static IEnumerable<ShadedStretch> Stretches(LogFinding finding) =>
        finding.Kind is FindingKind.Stuck or FindingKind.Missing or FindingKind.Code
            ? finding.Rows.Select((range, index) => new ShadedStretch(range.First, range.Last + 1, index == 0 ? FindingWords.Short(finding.Kind) : "", IsFault: true))
            : [];

    private static IEnumerable<ReferenceLine> Gaps(LogInspection log) =>
        log.Findings.Where(finding => finding.Kind is FindingKind.TimeGap or FindingKind.OutOfOrder)
            .SelectMany(finding => finding.Rows.Select((range, index) => new ReferenceLine(range.First, index == 0 ? finding.Kind == FindingKind.TimeGap ? "gap" : "back in time" : "")));
}
