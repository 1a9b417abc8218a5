using System.Globalization;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Charts;

/// <summary>What every chart has around its drawing: title, description and legend.</summary>
internal static class ChartFigure
{
    public static Html Wrap(string title, string? description, Html legend, Html drawing)
    {
        Html caption = Html.Element("figcaption", "", Html.Join(
            Html.Element("b", "", Html.Text(title)),
            string.IsNullOrEmpty(description) ? Html.Empty : Html.Element("span", "", Html.Text(description))));
        Html keys = legend == Html.Empty ? Html.Empty : Html.Element("div", "legend", legend);
        return Html.Element("figure", "chart", Html.Join(caption, keys, drawing));
    }

    /// <summary>A figure for a chart that has no value to show.</summary>
    public static Html Nothing(string title, string? description) =>
        Wrap(title, description, Html.Empty, Html.Element("p", "nothing", Html.Text("There are no values to show.")));

    public static Html Key(string cssClass, string name) =>
        new($"<span class=\"entry\"><i class=\"{cssClass}\"></i>{Html.Text(name)}</span>");

    /// <summary>A name for the clipping rectangle that depends on its geometry alone: equal names then clip equally.</summary>
    public static string ClipId(PlotFrame frame) => string.Create(
        CultureInfo.InvariantCulture, $"clip-{frame.Width:0}-{frame.Height:0}-{frame.Left:0}-{frame.Bottom:0}");

    public static string ClipPath(string id, PlotFrame frame) =>
        $"<clipPath id=\"{id}\"><rect x=\"{Svg.Number(frame.Left)}\" y=\"{Svg.Number(frame.Top - 2)}\" width=\"{Svg.Number(frame.Right - frame.Left + 1)}\" height=\"{Svg.Number(frame.Bottom - frame.Top + 4)}\"/></clipPath>";
}
