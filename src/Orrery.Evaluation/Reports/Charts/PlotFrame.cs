using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Charts;

/// <summary>The frame of a chart: margins, grid, ticks and axis titles.</summary>
internal sealed class PlotFrame
{
    private const double TickTextWidth = 6.4;

    public PlotFrame(double width, double height, bool hasXLabel, bool hasYLabel)
    {
        Width = width;
        Height = height;
        Left = 46 + (hasYLabel ? 18 : 0);
        Right = width - 14;
        Top = 12;
        Bottom = height - (hasXLabel ? 44 : 26);
    }

    public double Width { get; }

    public double Height { get; }

    public double Left { get; }

    public double Right { get; }

    public double Top { get; }

    public double Bottom { get; }

    public void Draw(Svg svg, Scale x, Scale y, string? xLabel, string? yLabel)
    {
        IReadOnlyList<double> yTicks = y.Ticks((int)Math.Max(2, (Bottom - Top) / 36));
        foreach (double tick in yTicks)
        {
            double at = y.Map(tick);
            svg.Line(Left, at, Right, at, "grid");
            svg.Text(Left - 7, at + 3.8, y.Label(tick, yTicks), "tick", "end");
        }

        IReadOnlyList<double> xTicks = x.Ticks((int)Math.Max(2, (Right - Left) / 72));
        foreach (double tick in xTicks)
        {
            double at = x.Map(tick);
            svg.Line(at, Bottom, at, Bottom + 4, "axis");
            string label = x.Label(tick, xTicks);
            // The last label stays inside the drawing.
            double half = label.Length * TickTextWidth / 2;
            svg.Text(Math.Min(at, Width - half - 2), Bottom + 17, label, "tick", "middle");
        }

        svg.Line(Left, Bottom, Right, Bottom, "axis");
        if (!string.IsNullOrEmpty(xLabel))
            svg.Text((Left + Right) / 2, Height - 7, xLabel, "axis-title", "middle");
        if (!string.IsNullOrEmpty(yLabel))
        {
            double middle = (Top + Bottom) / 2;
            svg.Text(13, middle, yLabel, "axis-title", "middle", $"transform=\"rotate(-90 13 {Svg.Number(middle)})\"");
        }
    }

    /// <summary>What the page's script needs to read values off the drawing.</summary>
    public string ScriptAttributes(Scale x, Scale y) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"data-plot=\"{Left:0.#},{Right:0.#},{Top:0.#},{Bottom:0.#}\" data-x=\"{x.Minimum:R},{x.Maximum:R},{(x.IsLogarithmic ? 1 : 0)}\" data-y=\"{y.Minimum:R},{y.Maximum:R},{(y.IsLogarithmic ? 1 : 0)}\"");
}
