using System.Globalization;
using System.Net;
using System.Text;

namespace Orrery.Evaluation.Reports.Markup;

/// <summary>Writes the elements of a drawing. Coordinates are in the drawing's own units and rounded to a hundredth.</summary>
internal sealed class Svg
{
    private readonly StringBuilder _text = new();

    public static string Number(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);

    public Svg Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    public Svg Line(double x1, double y1, double x2, double y2, string cssClass)
    {
        _text.Append(CultureInfo.InvariantCulture,
            $"<line class=\"{cssClass}\" x1=\"{Number(x1)}\" y1=\"{Number(y1)}\" x2=\"{Number(x2)}\" y2=\"{Number(y2)}\"/>");
        return this;
    }

    public Svg Rectangle(double x, double y, double width, double height, string cssClass, double radius = 0, string? title = null)
    {
        _text.Append(CultureInfo.InvariantCulture,
            $"<rect class=\"{cssClass}\" x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"{Number(Math.Max(0, width))}\" height=\"{Number(Math.Max(0, height))}\"");
        if (radius > 0)
            _text.Append(CultureInfo.InvariantCulture, $" rx=\"{Number(radius)}\"");
        Close("rect", title);
        return this;
    }

    public Svg Circle(double x, double y, double radius, string cssClass, string? title = null)
    {
        _text.Append(CultureInfo.InvariantCulture,
            $"<circle class=\"{cssClass}\" cx=\"{Number(x)}\" cy=\"{Number(y)}\" r=\"{Number(radius)}\"");
        Close("circle", title);
        return this;
    }

    public Svg Path(string data, string cssClass, string attributes = "")
    {
        if (data.Length > 0)
            _text.Append(CultureInfo.InvariantCulture, $"<path class=\"{cssClass}\" {attributes} d=\"{data}\"/>");
        return this;
    }

    /// <summary>A text; the anchor is start, middle or end.</summary>
    public Svg Text(double x, double y, string text, string cssClass, string anchor = "start", string attributes = "")
    {
        _text.Append(CultureInfo.InvariantCulture,
            $"<text class=\"{cssClass}\" x=\"{Number(x)}\" y=\"{Number(y)}\" text-anchor=\"{anchor}\" {attributes}>{WebUtility.HtmlEncode(text)}</text>");
        return this;
    }

    /// <summary>The finished drawing, which fills its container's width; the label is what a screen reader says.</summary>
    public Html Finish(double width, double height, string label, string cssClass = "", string attributes = "",
        double left = 0, double top = 0) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"<svg class=\"{cssClass}\" viewBox=\"{Number(left)} {Number(top)} {Number(width)} {Number(height)}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(label)}\" {attributes}>{_text}</svg>"));

    private void Close(string tag, string? title)
    {
        if (title is null)
            _text.Append("/>");
        else
            _text.Append(CultureInfo.InvariantCulture, $"><title>{WebUtility.HtmlEncode(title)}</title></{tag}>");
    }
}
