using System.Globalization;
using System.Text;

namespace Orrery.Evaluation.Reports.Markup;

/// <summary>
/// A report as one file: style, drawings and pictures are inside and nothing is fetched from anywhere, so it can be mailed
/// and opened years later.
/// </summary>
public sealed class HtmlReport
{
    private readonly List<Html> _parts = [];
    private readonly string _title;
    private readonly string _kicker;
    private readonly string _subtitle;

    /// <summary>Begins a report.</summary>
    /// <param name="kicker">A few words over the title, such as the kind of report.</param>
    /// <param name="title">The title.</param>
    /// <param name="subtitle">A sentence under it.</param>
    public HtmlReport(string kicker, string title, string subtitle)
    {
        _kicker = kicker;
        _title = title;
        _subtitle = subtitle;
    }

    /// <summary>Adds a piece between sections, such as the tiles at the top.</summary>
    public HtmlReport Add(Html piece)
    {
        _parts.Add(piece);
        return this;
    }

    /// <summary>Adds a section; one without content is left out.</summary>
    /// <param name="heading">Its heading.</param>
    /// <param name="lead">What it says, in a sentence or two; null for none.</param>
    /// <param name="content">Its content.</param>
    public HtmlReport Section(string heading, string? lead, params ReadOnlySpan<Html> content)
    {
        Html inside = Html.Join(content);
        if (inside.Markup.Length == 0)
            return this;
        Html text = string.IsNullOrEmpty(lead) ? Html.Empty : Html.Element("p", "lead", Html.Text(lead));
        return Add(Html.Element("section", "", Html.Join(Html.Element("h2", "", Html.Text(heading)), text, inside)));
    }

    /// <summary>The whole page.</summary>
    public string ToHtml()
    {
        var page = new StringBuilder();
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
        page.Append(CultureInfo.InvariantCulture, $"<title>{Html.Text(_title)}</title>\n<style>\n{PageStyle.Css}\n</style></head>\n<body><div class=\"page\">");
        page.Append(CultureInfo.InvariantCulture, $"<header class=\"top\">{Emblem}<div><p class=\"kicker\">{Html.Text(_kicker)}</p>");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Html.Text(_title)}</h1><p class=\"subtitle\">{Html.Text(_subtitle)}</p></div></header>\n");
        foreach (Html part in _parts)
            page.Append(part.Markup).Append('\n');
        page.Append("<footer>Made by Orrery. One file; nothing on this page is fetched from anywhere.</footer></div>\n");
        page.Append(CultureInfo.InvariantCulture, $"<script>\n{PageScript.JavaScript}\n</script></body></html>\n");
        return page.ToString();
    }

    /// <summary>Writes the page under a temporary name, flushes it and renames it, so that an older report is never half overwritten.</summary>
    /// <param name="path">Path of the file; its folder must exist.</param>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string temporary = path + ".tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(ToHtml()));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Three orbits and their planets.</summary>
    private static string Emblem => """
        <svg viewBox="0 0 100 100" aria-hidden="true"><g fill="none" stroke="var(--faint)" stroke-width=".8"><circle cx="50" cy="50" r="18"/><circle cx="50" cy="50" r="31"/><circle cx="50" cy="50" r="45"/></g>
        <path d="M50 50L65.6 41M50 50L31 74.5M50 50L19.6 16.8" stroke="var(--rule)" stroke-width="1.6"/><circle cx="50" cy="50" r="8" fill="var(--accent)"/><circle cx="65.6" cy="41" r="3.4" fill="var(--c0)"/><circle cx="31" cy="74.5" r="4.6" fill="var(--c2)"/><circle cx="19.6" cy="16.8" r="5.6" fill="var(--c4)"/><circle cx="27.4" cy="13" r="1.5" fill="var(--soft)"/></svg>
        """;
}
