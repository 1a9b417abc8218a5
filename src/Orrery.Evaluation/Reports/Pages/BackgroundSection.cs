using System.Globalization;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>Settings, provenance and timings at the end of a report.</summary>
internal static class BackgroundSection
{
    public static Html Render(IReadOnlyList<PhaseTiming> timings, IReadOnlyList<Fact> settings, IReadOnlyList<Fact> provenance,
        string? recipe, DateTimeOffset created)
    {
        var cards = new List<Html>();
        if (settings.Count > 0)
            cards.Add(Components.Card("Settings", Components.Facts(settings)));
        List<Fact> origin = [.. provenance];
        if (created != default)
            origin.Insert(0, new Fact("report made", created.ToString("yyyy-MM-dd HH:mm 'UTC'zzz", CultureInfo.InvariantCulture)));
        if (origin.Count > 0)
            cards.Add(Components.Card("Provenance", Components.Facts(origin)));
        if (timings.Count > 0)
            cards.Add(Components.Card("Timings", Components.Table(new DataTable(["phase", "#clock", "#processor"],
                [.. timings.Select(timing => (IReadOnlyList<string>)[timing.Phase, Figures.Duration(timing.WallSeconds), Figures.Duration(timing.CpuSeconds)]),
                    ["together", Figures.Duration(timings.Sum(timing => timing.WallSeconds)), Figures.Duration(timings.Sum(timing => timing.CpuSeconds))]],
                timings.Count))));
        Html folded = string.IsNullOrEmpty(recipe) ? Html.Empty : Components.Folded("The resolved recipe", recipe);
        return cards.Count == 0 ? folded : Html.Join(Components.Row(320, cards), folded);
    }
}
