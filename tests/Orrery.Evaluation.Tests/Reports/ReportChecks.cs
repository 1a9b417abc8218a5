using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Orrery.Evaluation.Tests.Reports;

internal static partial class ReportChecks
{
    /// <summary>No address that a browser would fetch, no number that a browser could not draw, and every drawing well formed.</summary>
    public static void IsSelfContained(string page)
    {
        Assert.DoesNotContain("http://", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https://", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", page, StringComparison.OrdinalIgnoreCase);
        foreach (Match source in SourcePattern().Matches(page))
            Assert.StartsWith("data:image/png;base64,", source.Groups["source"].Value, StringComparison.Ordinal);
        foreach (Match drawing in DrawingPattern().Matches(page))
        {
            _ = XElement.Parse(drawing.Value);
            Assert.DoesNotContain("NaN", drawing.Value, StringComparison.Ordinal);
            Assert.DoesNotContain("Infinity", drawing.Value, StringComparison.Ordinal);
            Assert.DoesNotContain("∞", drawing.Value, StringComparison.Ordinal);
        }

        string markup = ScriptPattern().Replace(page, "").Replace("<!doctype html>", "", StringComparison.Ordinal);
        // The page as a whole is well formed too, once the elements that HTML leaves open are closed.
        _ = XElement.Parse(VoidPattern().Replace(markup, "<${tag}${rest}/>"));
    }

    /// <summary>Keeps a page for looking at when ORRERY_KEEP_REPORTS names a folder.</summary>
    public static void Keep(string name, string page)
    {
        string? folder = Environment.GetEnvironmentVariable("ORRERY_KEEP_REPORTS");
        if (!string.IsNullOrEmpty(folder))
            File.WriteAllText(Path.Combine(folder, name), page);
    }

    [GeneratedRegex("src=\"(?<source>[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex SourcePattern();

    [GeneratedRegex("<svg[^>]*>.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex DrawingPattern();

    [GeneratedRegex("<(?<tag>script|style)>.*?</\\k<tag>>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex ScriptPattern();

    [GeneratedRegex("<(?<tag>meta|img)(?<rest>[^>]*)>", RegexOptions.ExplicitCapture)]
    private static partial Regex VoidPattern();
}
