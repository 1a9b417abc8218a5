using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pictures;

/// <summary>One picture of a film strip.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Caption">What is under it, such as <c>step 12</c>.</param>
/// <param name="Emphasis">Whether it stands out, as the start and the goal do.</param>
public sealed record FilmFrame(RgbImage Picture, string Caption, bool Emphasis = false);

/// <summary>Pictures in a row: start, some of the steps, goal.</summary>
public static class FilmStrip
{
    /// <summary>Which of <paramref name="count"/> steps to show: the first, the last and evenly spaced ones between.</summary>
    /// <param name="count">Number of steps that there are.</param>
    /// <param name="wanted">Number of pictures, 0 or more.</param>
    public static IReadOnlyList<int> Pick(int count, int wanted)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wanted);
        if (count <= wanted)
            return [.. Enumerable.Range(0, Math.Max(0, count))];
        if (wanted <= 1)
            return wanted == 0 ? [] : [0];
        return [.. Enumerable.Range(0, wanted).Select(i => (int)Math.Round(i * (count - 1.0) / (wanted - 1)))];
    }

    /// <summary>The strip as markup with the pictures inside.</summary>
    public static Html Render(IReadOnlyList<FilmFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        return Html.Element("div", "film", Html.Join(frames.Select(frame => new Html(
            $"<figure class=\"frame{(frame.Emphasis ? " emphasis" : "")}\"><img alt=\"{Html.Text(frame.Caption)}\" src=\"{PngWriter.DataUri(frame.Picture)}\">"
            + $"<figcaption>{Html.Text(frame.Caption)}</figcaption></figure>"))));
    }
}
