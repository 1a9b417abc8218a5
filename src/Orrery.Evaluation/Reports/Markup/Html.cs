using System.Net;
using System.Text;

namespace Orrery.Evaluation.Reports.Markup;

/// <summary>A piece of finished markup. Text becomes markup only through <see cref="Text"/>, which escapes it.</summary>
/// <param name="Markup">The markup; it must be well formed.</param>
public readonly record struct Html(string Markup)
{
    /// <summary>Nothing.</summary>
    public static Html Empty { get; } = new("");

    /// <summary>Escapes text, so that no name of a column or file can break the page.</summary>
    public static Html Text(string? text) => new(WebUtility.HtmlEncode(text ?? ""));

    /// <summary>Puts pieces one after another.</summary>
    public static Html Join(IEnumerable<Html> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        var builder = new StringBuilder();
        foreach (Html piece in pieces)
            builder.Append(piece.Markup);
        return new Html(builder.ToString());
    }

    /// <inheritdoc cref="Join(IEnumerable{Html})"/>
    public static Html Join(params ReadOnlySpan<Html> pieces)
    {
        var builder = new StringBuilder();
        foreach (Html piece in pieces)
            builder.Append(piece.Markup);
        return new Html(builder.ToString());
    }

    /// <summary>An element around a piece.</summary>
    /// <param name="tag">Such as <c>p</c>.</param>
    /// <param name="cssClass">Class names, or empty.</param>
    /// <param name="content">What is inside.</param>
    public static Html Element(string tag, string cssClass, Html content) => string.IsNullOrEmpty(cssClass)
        ? new Html($"<{tag}>{content.Markup}</{tag}>")
        : new Html($"<{tag} class=\"{cssClass}\">{content.Markup}</{tag}>");

    /// <inheritdoc/>
    public override string ToString() => Markup ?? "";
}
