using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Charts;

/// <summary>A rate with its interval.</summary>
/// <param name="Name">Whose rate.</param>
/// <param name="Rate">The rate, in [0, 1].</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Colour">Colour from the page's palette.</param>
public sealed record IntervalRow(string Name, double Rate, double Low, double High, int Colour = 0);

/// <summary>Rates side by side, each a dot with its interval as a bar, on an axis from 0 to 100 %.</summary>
/// <param name="Title">What the chart shows.</param>
/// <param name="Rows">The rates, top to bottom.</param>
public sealed record IntervalChart(string Title, IReadOnlyList<IntervalRow> Rows)
{
    private const double RowHeight = 40;
    private const double NameWidth = 150;
    private const double FigureWidth = 62;

    /// <summary>One or two sentences under the title; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>Width of the drawing in its own units.</summary>
    public int Width { get; init; } = 560;

    /// <summary>The chart as a figure.</summary>
    public Html Render()
    {
        if (Rows.Count == 0)
            return ChartFigure.Nothing(Title, Description);
        var svg = new Svg();
        double bottom = 8 + (Rows.Count * RowHeight);
        Scale x = Scale.Over([0, 1], NameWidth, Width - FigureWidth, margin: 0);
        foreach (double tick in (double[])[0, 0.25, 0.5, 0.75, 1])
        {
            svg.Line(x.Map(tick), 6, x.Map(tick), bottom, "grid");
            svg.Text(x.Map(tick), bottom + 16, Figures.Percent(tick), "tick", "middle");
        }

        for (int index = 0; index < Rows.Count; index++)
        {
            IntervalRow row = Rows[index];
            double middle = 8 + ((index + 0.5) * RowHeight);
            svg.Text(NameWidth - 14, middle + 4, row.Name, "row-name", "end");
            if (!double.IsFinite(row.Rate))
                continue;
            string tip = $"{row.Name}: {Figures.Percent(row.Rate)}, 95 % interval {Figures.Percent(row.Low)} to {Figures.Percent(row.High)}";
            svg.Rectangle(x.Map(row.Low), middle - 5, x.Map(row.High) - x.Map(row.Low), 10, $"interval c{row.Colour % 8}", 5, tip);
            svg.Circle(x.Map(row.Rate), middle, 6.5, $"dot rim c{row.Colour % 8}", tip);
            svg.Text(Width - 4, middle + 4.5, Figures.Percent(row.Rate), "row-figure", "end");
        }

        return ChartFigure.Wrap(Title, Description, Html.Empty, svg.Finish(Width, bottom + 24, Title, ""));
    }
}
