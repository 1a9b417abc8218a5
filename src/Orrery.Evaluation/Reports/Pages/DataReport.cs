using Orrery.Data.Datasets;
using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>The page of <c>orrery inspect</c>: what a dataset holds, with a picture of every column.</summary>
public static class DataReport
{
    /// <summary>A run of equal values longer than this share of the rows is worth a remark.</summary>
    private const double LongRunShare = 0.05;

    /// <summary>Builds the page.</summary>
    public static HtmlReport Build(DatasetInspection data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var report = new HtmlReport("Orrery · data", Path.GetFileName(Path.TrimEndingDirectorySeparator(data.Folder)),
            $"{Figures.Short(data.Rows, 9)} rows in {Figures.Short(data.Episodes, 9)} episodes, one every {Figures.Short(data.SamplingTime)} {data.TimeUnit}.");
        report.Add(Components.Tiles(
        [
            new Tile("rows", Figures.Short(data.Rows, 9), $"observations {data.ObservationShape}"),
            new Tile("episodes", Figures.Short(data.Episodes, 9), $"{data.ShortestEpisode} to {data.LongestEpisode} rows each"),
            new Tile("gaps", Figures.Short(data.Gaps, 9), data.MissingRows > 0 ? $"{data.MissingRows} rows left out" : "no row left out",
                Tone: data.Gaps > 0 ? Tone.Warning : Tone.Neutral),
            new Tile("constant columns", Figures.Short(data.Columns.Count(column => column.IsConstant)), "nothing can be learned from them",
                Tone: data.Columns.Any(column => column.IsConstant) ? Tone.Warning : Tone.Neutral),
        ]));
        report.Section("Columns", null, Components.Row(440, Components.Card("", Components.Table(Table(data)))), Plots(data));
        report.Section("Provenance", null, Components.Row(440, Components.Card("", Components.Facts(
        [
            new Fact("source", data.Source), new Fact("folder", data.Folder), new Fact("hash", data.Hash),
            new Fact("actions", data.ActionShape), new Fact("ended by the task", $"{data.Terminated}"), new Fact("ended by time", $"{data.Truncated}"),
        ]))));
        return report;
    }

    private static DataTable Table(DatasetInspection data) => new(
        ["column", "kind", "unit", "#minimum", "#mean", "#maximum", "#deviation", "remark"],
        [.. data.Columns.Select(column => (IReadOnlyList<string>)
        [
            column.Name, column.Column, column.Unit, Figures.Short(column.Minimum, 4), Figures.Short(column.Mean, 4), Figures.Short(column.Maximum, 4),
            Figures.Short(column.StandardDeviation), Remark(column, data.Rows),
        ])]);

    private static string Remark(ColumnInspection column, long rows)
    {
        if (column.IsConstant)
            return "constant";
        return column.LongestRun > Math.Max(10, rows * LongRunShare)
            ? $"does not move for {column.LongestRun} rows from row {column.LongestRunStart + 1}"
            : "";
    }

    private static Html Plots(DatasetInspection data)
    {
        ColumnInspection[] drawn = [.. data.Columns.Where(column => column.Outline.Count > 0)];
        if (drawn.Length == 0)
            return Html.Empty;
        return Components.Row(300, drawn.Select(column =>
        {
            double step = data.Rows * data.SamplingTime / column.Outline.Count;
            double[] middle = [.. column.Outline.Select(point => (point.Low + (double)point.High) / 2)];
            Series series = Series.Evenly(column.Name, middle, step) with
            {
                Low = [.. column.Outline.Select(point => (double)point.Low)],
                High = [.. column.Outline.Select(point => (double)point.High)],
                Colour = column.Column switch { "action" => 1, "state" => 2, _ => 0 },
            };
            return new LineChart(Figures.WithUnit(column.Name, column.Unit), [series])
            {
                Description = column.Column,
                Levels = [.. new[] { column.Low, column.High }.Where(double.IsFinite).Select(limit => new ReferenceLine(limit, $"limit {Figures.Short(limit, 4)}", IsLimit: true))],
                XLabel = $"time ({data.TimeUnit})",
                Width = 380,
                Height = 170,
            }.Render();
        }));
    }
}
