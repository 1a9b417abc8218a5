using System.Globalization;

namespace Orrery.Evaluation.Reports.Markup;

/// <summary>Whether something is as it should be.</summary>
public enum Tone
{
    /// <summary>Neither.</summary>
    Neutral,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Look at this.</summary>
    Warning,

    /// <summary>Not as it should be.</summary>
    Bad,
}

/// <summary>One figure at the top of a report.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Figure">The figure.</param>
/// <param name="Detail">A line below, such as its interval.</param>
/// <param name="Unit">A smaller unit behind the figure.</param>
/// <param name="Tone">Its colour.</param>
public sealed record Tile(string Label, string Figure, string Detail = "", string Unit = "", Tone Tone = Tone.Neutral);

/// <summary>A table of text, with columns of numbers set to the right.</summary>
/// <param name="Columns">Column headings; a leading <c>#</c> marks a column of numbers and is not shown.</param>
/// <param name="Rows">Cells as text, one list per row.</param>
/// <param name="StrongRow">Index of the row that stands out, or -1.</param>
public sealed record DataTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, int StrongRow = -1);

/// <summary>A named value.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value as text.</param>
public sealed record Fact(string Name, string Value);

/// <summary>The pieces that reports are put together from.</summary>
public static class Components
{
    /// <summary>Figures side by side.</summary>
    public static Html Tiles(IEnumerable<Tile> tiles) => Html.Element("div", "tiles", Html.Join(tiles.Select(tile => new Html(
        $"<div class=\"tile{Class(tile.Tone)}\"><p>{Html.Text(tile.Label)}</p><strong>{Html.Text(tile.Figure)}"
        + (tile.Unit.Length > 0 ? $" <small>{Html.Text(tile.Unit)}</small>" : "")
        + $"</strong><p>{Html.Text(tile.Detail)}</p></div>"))));

    /// <summary>Pieces side by side as far as they fit.</summary>
    /// <param name="least">Least width of a piece, in pixels.</param>
    /// <param name="pieces">The pieces.</param>
    public static Html Row(int least, params IEnumerable<Html> pieces) => new(string.Create(CultureInfo.InvariantCulture,
        $"<div class=\"row\" style=\"--least:{least}px\">{Html.Join(pieces)}</div>"));

    /// <summary>A frame with a heading.</summary>
    public static Html Card(string heading, Html content) => Html.Element("div", "card",
        Html.Join(heading.Length > 0 ? new Html($"<h3 style=\"margin-bottom:12px\">{Html.Text(heading)}</h3>") : Html.Empty, content));

    /// <summary>A sentence with a coloured rule beside it.</summary>
    public static Html Verdict(Tone tone, string text) => Html.Element("p", "verdict" + Class(tone), Html.Text(text));

    /// <summary>Names and values.</summary>
    public static Html Facts(IEnumerable<Fact> facts) => Html.Element("dl", "facts", Html.Join(facts.Select(fact =>
        new Html($"<dt>{Html.Text(fact.Name)}</dt><dd>{Html.Text(fact.Value)}</dd>"))));

    /// <summary>A table.</summary>
    public static Html Table(DataTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        bool IsNumber(int column) => column < table.Columns.Count && table.Columns[column].StartsWith('#');
        string Cell(string tag, int column, string text) => $"<{tag}{(IsNumber(column) ? " class=\"n\"" : "")}>{Html.Text(text)}</{tag}>";
        string head = string.Concat(table.Columns.Select((name, column) => Cell("th", column, name.TrimStart('#'))));
        string body = string.Concat(table.Rows.Select((row, index) =>
            $"<tr{(index == table.StrongRow ? " class=\"strong\"" : "")}>{string.Concat(row.Select((text, column) => Cell("td", column, text)))}</tr>"));
        return new Html($"<div class=\"scroll\"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>");
    }

    /// <summary>Text as it is, such as a recipe, behind a heading that opens it.</summary>
    public static Html Folded(string summary, string text) =>
        new($"<details><summary>{Html.Text(summary)}</summary><div class=\"card\" style=\"margin-top:10px\"><pre>{Html.Text(text)}</pre></div></details>");

    private static string Class(Tone tone) => tone switch
    {
        Tone.Good => " good",
        Tone.Warning => " warm",
        Tone.Bad => " bad",
        _ => "",
    };
}
