using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Charts;

/// <summary>A chart of lines over a shared horizontal axis. Empty and broken series are drawn as far as they go.</summary>
/// <param name="Title">What the chart shows.</param>
/// <param name="Series">The lines, the most important last so that it lies on top.</param>
public sealed record LineChart(string Title, IReadOnlyList<Series> Series)
{
    /// <summary>One or two sentences under the title; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>Title of the horizontal axis, with its unit.</summary>
    public string? XLabel { get; init; }

    /// <summary>Title of the vertical axis, with its unit.</summary>
    public string? YLabel { get; init; }

    /// <summary>Whether the horizontal axis is logarithmic.</summary>
    public bool LogX { get; init; }

    /// <summary>Whether the vertical axis is logarithmic; values that are not positive are left out.</summary>
    public bool LogY { get; init; }

    /// <summary>Whether the vertical axis must show zero.</summary>
    public bool FromZero { get; init; }

    /// <summary>Horizontal lines such as limits and set-points.</summary>
    public IReadOnlyList<ReferenceLine> Levels { get; init; } = [];

    /// <summary>Vertical lines such as "now".</summary>
    public IReadOnlyList<ReferenceLine> Moments { get; init; } = [];

    /// <summary>Shaded stretches such as the test part.</summary>
    public IReadOnlyList<ShadedStretch> Stretches { get; init; } = [];

    /// <summary>Largest value that the vertical axis must show; null for all of them. Keeps a diverging baseline from flattening the rest.</summary>
    public double? Ceiling { get; init; }

    /// <summary>Smallest value that the vertical axis must show; null for all of them.</summary>
    public double? Floor { get; init; }

    /// <summary>Width of the drawing in its own units; text is 12 units high.</summary>
    public int Width { get; init; } = 560;

    /// <summary>Height of the drawing in its own units.</summary>
    public int Height { get; init; } = 260;

    /// <summary>The chart as a figure with title, legend and drawing.</summary>
    public Html Render()
    {
        if (Series.All(series => !series.Y.Any(double.IsFinite)))
            return ChartFigure.Nothing(Title, Description);

        var svg = new Svg();
        var frame = new PlotFrame(Width, Height, !string.IsNullOrEmpty(XLabel), !string.IsNullOrEmpty(YLabel));
        Scale x = Scale.Over(XValues(), frame.Left, frame.Right, LogX, margin: 0);
        Scale y = Scale.Over(YValues(), frame.Bottom, frame.Top, LogY, 0.06, FromZero);
        foreach (ShadedStretch stretch in Stretches)
            DrawStretch(svg, frame, x, stretch);
        frame.Draw(svg, x, y, XLabel, YLabel);
        string clip = ChartFigure.ClipId(frame);
        svg.Raw(ChartFigure.ClipPath(clip, frame));
        for (int index = 0; index < Series.Count; index++)
            DrawSeries(svg, x, y, Series[index], Series[index].Colour ?? index, clip);
        foreach (ReferenceLine level in Levels)
            DrawLevel(svg, frame, y, level);
        foreach (ReferenceLine moment in Moments)
            DrawMoment(svg, frame, x, moment);
        svg.Raw("<g class=\"cursor\"></g>");
        return ChartFigure.Wrap(Title, Description, Legend(), svg.Finish(Width, Height, Title, "plot", frame.ScriptAttributes(x, y)));
    }

    private IEnumerable<double> XValues() => Series.SelectMany(series => series.X)
        .Concat(Stretches.SelectMany(stretch => new[] { stretch.From, stretch.To }));

    private IEnumerable<double> YValues()
    {
        double ceiling = Ceiling ?? double.PositiveInfinity;
        double floor = Floor ?? double.NegativeInfinity;
        return Series.SelectMany(series => series.Y.Concat(series.Low ?? []).Concat(series.High ?? []))
            .Concat(Levels.Select(level => level.Value))
            .Where(double.IsFinite)
            .Select(value => Math.Clamp(value, floor, ceiling));
    }

    private static void DrawSeries(Svg svg, Scale x, Scale y, Series series, int colour, string clip)
    {
        int count = Math.Min(series.X.Count, series.Y.Count);
        string tint = $"c{colour % 8}";
        if (series.Low is not null && series.High is not null)
        {
            int edge = Math.Min(count, Math.Min(series.Low.Count, series.High.Count));
            var band = new (double, double, double)[edge];
            for (int i = 0; i < edge; i++)
                band[i] = (x.Map(series.X[i]), y.Map(series.Low[i]), y.Map(series.High[i]));
            svg.Path(PathBuilder.Band(band), $"band {tint}", $"clip-path=\"url(#{clip})\"");
        }

        IEnumerable<(double X, double Y)> points = Enumerable.Range(0, count).Select(i => (x.Map(series.X[i]), y.Map(series.Y[i])));
        if (series.Style == SeriesStyle.Dots)
        {
            foreach ((double px, double py) in points)
                if (double.IsFinite(px + py))
                    svg.Circle(px, py, 2.4, $"dot {tint}");
            return;
        }

        string dash = series.Style == SeriesStyle.Dashed ? " dashed" : "";
        svg.Path(PathBuilder.Line(points, series.Style == SeriesStyle.Steps), $"line {tint}{dash}",
            $"clip-path=\"url(#{clip})\" data-name=\"{Html.Text(series.Name)}\"");
    }

    private static void DrawLevel(Svg svg, PlotFrame frame, Scale y, ReferenceLine level)
    {
        if (!double.IsFinite(level.Value))
            return;
        double at = y.Map(level.Value);
        svg.Line(frame.Left, at, frame.Right, at, level.IsLimit ? "level limit" : "level");
        double text = at - 5 < frame.Top + 6 ? at + 13 : at - 5;
        svg.Text(frame.Right - 4, text, level.Label, level.IsLimit ? "note limit" : "note", "end");
    }

    private static void DrawMoment(Svg svg, PlotFrame frame, Scale x, ReferenceLine moment)
    {
        if (!double.IsFinite(moment.Value) || !x.Contains(moment.Value))
            return;
        double at = x.Map(moment.Value);
        svg.Line(at, frame.Top, at, frame.Bottom, "level");
        svg.Text(at, frame.Top - 3, moment.Label, "note", "middle");
    }

    private static void DrawStretch(Svg svg, PlotFrame frame, Scale x, ShadedStretch stretch)
    {
        double from = Math.Max(frame.Left, x.Map(stretch.From));
        double to = Math.Min(frame.Right, x.Map(stretch.To));
        string fault = stretch.IsFault ? " fault" : "";
        svg.Rectangle(from, frame.Top, Math.Max(to - from, 1), frame.Bottom - frame.Top, $"stretch{fault}");
        svg.Line(from, frame.Top, from, frame.Bottom, $"boundary{fault}");
        if (stretch.Label.Length == 0)
            return;
        bool isAtEdge = from > frame.Right - 70; // The label would leave the drawing.
        svg.Text(isAtEdge ? from - 4 : from + 6, frame.Top + 13, stretch.Label, "note", isAtEdge ? "end" : "start");
    }

    private Html Legend()
    {
        if (Series.Count < 2 && Series.All(series => series.BandName is null))
            return Html.Empty;
        var entries = new List<Html>();
        for (int index = 0; index < Series.Count; index++)
        {
            Series series = Series[index];
            int colour = (series.Colour ?? index) % 8;
            string mark = series.Style switch { SeriesStyle.Dashed => "key dashed", SeriesStyle.Dots => "key dots", _ => "key" };
            entries.Add(ChartFigure.Key($"{mark} c{colour}", series.Name));
            if (series.BandName is not null)
                entries.Add(ChartFigure.Key($"key area c{colour}", series.BandName));
        }

        return Html.Join(entries);
    }
}
