using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Charts;

/// <summary>Values in order, one bar each, such as the eigenvalues of the latents' covariance.</summary>
/// <param name="Title">What the chart shows.</param>
/// <param name="Values">Heights, first to last.</param>
public sealed record BarChart(string Title, IReadOnlyList<double> Values)
{
    /// <summary>One or two sentences under the title; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>Title of the horizontal axis.</summary>
    public string? XLabel { get; init; }

    /// <summary>Title of the vertical axis.</summary>
    public string? YLabel { get; init; }

    /// <summary>Whether heights are logarithmic; values that are not positive then have no bar.</summary>
    public bool LogY { get; init; }

    /// <summary>A mark between the bars, such as the effective rank; null for none.</summary>
    public ReferenceLine? Mark { get; init; }

    /// <summary>Width of the drawing in its own units.</summary>
    public int Width { get; init; } = 560;

    /// <summary>Height of the drawing in its own units.</summary>
    public int Height { get; init; } = 260;

    /// <summary>The chart as a figure.</summary>
    public Html Render()
    {
        if (!Values.Any(value => double.IsFinite(value) && (!LogY || value > 0)))
            return ChartFigure.Nothing(Title, Description);

        var svg = new Svg();
        var frame = new PlotFrame(Width, Height, !string.IsNullOrEmpty(XLabel), !string.IsNullOrEmpty(YLabel));
        Scale x = Scale.Over([0.5, Values.Count + 0.5], frame.Left, frame.Right, margin: 0);
        Scale y = Scale.Over(Values, frame.Bottom, frame.Top, LogY, 0.06, includeZero: true);
        frame.Draw(svg, x, y, XLabel, YLabel);
        double slot = (frame.Right - frame.Left) / Values.Count;
        double gap = Math.Min(2, slot * 0.25);
        double floor = LogY ? frame.Bottom : y.Map(0);
        for (int index = 0; index < Values.Count; index++)
        {
            double top = Math.Clamp(y.Map(Values[index]), frame.Top, frame.Bottom);
            if (!double.IsFinite(top))
                continue;
            double left = frame.Left + (index * slot) + (gap / 2);
            svg.Rectangle(left, Math.Min(top, floor), slot - gap, Math.Abs(floor - top), "bar c0", Math.Min(2, slot / 4),
                $"{index + 1}: {Figures.Short(Values[index])}");
        }

        DrawMark(svg, frame, x);
        return ChartFigure.Wrap(Title, Description, Html.Empty, svg.Finish(Width, Height, Title, ""));
    }

    private void DrawMark(Svg svg, PlotFrame frame, Scale x)
    {
        if (Mark is null || !x.Contains(Mark.Value))
            return;
        double at = x.Map(Mark.Value);
        bool right = at < (frame.Left + frame.Right) / 2;
        svg.Line(at, frame.Top, at, frame.Bottom, "level");
        svg.Text(at + (right ? 6 : -6), frame.Top + 12, Mark.Label, "note", right ? "start" : "end");
    }
}
