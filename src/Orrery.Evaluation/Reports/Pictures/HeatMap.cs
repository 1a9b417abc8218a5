using System.Globalization;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pictures;

/// <summary>Values over a grid as a picture, with its colour scale.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Values">[height, width], row-major from the top left; what is not a number stays grey.</param>
/// <param name="Columns">Width of the grid.</param>
public sealed record HeatMap(string Title, IReadOnlyList<double> Values, int Columns)
{
    /// <summary>One or two sentences under the title; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>A drawing laid over the picture, such as a map's walls; null for none.</summary>
    public Html? Overlay { get; init; }

    /// <summary>The heat map as a figure.</summary>
    public Html Render()
    {
        double[] finite = [.. Values.Where(double.IsFinite)];
        if (finite.Length == 0 || Columns < 1)
            return Charts.ChartFigure.Nothing(Title, Description);
        double low = finite.Min();
        double high = finite.Max();
        var image = new RgbImage(Columns, Math.Max(1, Values.Count / Columns));
        for (int i = 0; i < image.Width * image.Height; i++)
            image.Set(i % Columns, i / Columns, ColourScale.At(Share(Values[i], low, high)));
        string stops = string.Join(',', Enumerable.Range(0, 7).Select(stop => ColourScale.Hex(stop / 6.0)));
        var picture = new Html(string.Create(CultureInfo.InvariantCulture,
            $"<div class=\"heat\"><img alt=\"{Html.Text(Title)}\" src=\"{PngWriter.DataUri(image)}\">{Overlay?.Markup}</div>"
            + $"<div class=\"ramp\"><span>{Figures.Short(low)}</span><i style=\"background:linear-gradient(90deg,{stops})\"></i><span>{Figures.Short(high)}</span></div>"));
        return Charts.ChartFigure.Wrap(Title, Description, Html.Empty, picture);
    }

    private static double Share(double value, double low, double high) =>
        double.IsFinite(value) ? high > low ? (value - low) / (high - low) : 0.5 : double.NaN;
}
