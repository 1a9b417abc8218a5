using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Charts;

/// <summary>Predictions against the truth, both axes alike, with the line on which they would be equal.</summary>
/// <param name="Title">What the chart shows.</param>
/// <param name="Groups">Point clouds: positions are the truth and values the predictions.</param>
public sealed record ScatterChart(string Title, IReadOnlyList<Series> Groups)
{
    private const int MostPoints = 700;

    /// <summary>One or two sentences under the title; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>Title of the horizontal axis.</summary>
    public string XLabel { get; init; } = "true";

    /// <summary>Title of the vertical axis.</summary>
    public string YLabel { get; init; } = "predicted";

    /// <summary>Width and height of the drawing in its own units.</summary>
    public int Size { get; init; } = 320;

    /// <summary>The chart as a figure.</summary>
    public Html Render()
    {
        if (Groups.All(group => !group.Y.Any(double.IsFinite)))
            return ChartFigure.Nothing(Title, Description);

        var svg = new Svg();
        var frame = new PlotFrame(Size, Size, true, true);
        double[] truth = [.. Groups.SelectMany(group => group.X)];
        double[] all = [.. truth, .. Groups.SelectMany(group => group.Y).Where(double.IsFinite)];
        Scale x = Scale.Over(all, frame.Left, frame.Right);
        Scale y = Scale.Over(all, frame.Bottom, frame.Top);
        frame.Draw(svg, x, y, XLabel, YLabel);
        svg.Line(x.Map(x.Minimum), y.Map(x.Minimum), x.Map(x.Maximum), y.Map(x.Maximum), "level");
        for (int index = 0; index < Groups.Count; index++)
        {
            Series group = Groups[index];
            int count = Math.Min(group.X.Count, group.Y.Count);
            int stride = Math.Max(1, count / MostPoints);
            for (int i = 0; i < count; i += stride)
                if (double.IsFinite(group.X[i] + group.Y[i]))
                    svg.Circle(x.Map(group.X[i]), y.Map(group.Y[i]), 2, $"dot faint c{(group.Colour ?? index) % 8}");
        }

        Html legend = Groups.Count < 2 ? Html.Empty : Html.Join(Groups.Select((group, index) =>
            ChartFigure.Key($"key dots c{(group.Colour ?? index) % 8}", group.Name)));
        return ChartFigure.Wrap(Title, Description, legend, svg.Finish(Size, Size, Title, "square"));
    }
}
