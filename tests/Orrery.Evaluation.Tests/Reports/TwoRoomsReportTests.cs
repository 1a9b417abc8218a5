using System.Text.RegularExpressions;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models.Monitoring;

namespace Orrery.Evaluation.Tests.Reports;

public sealed partial class TwoRoomsReportTests
{
    [Fact]
    public void A_full_page_holds_every_section_and_fetches_nothing()
    {
        string page = TwoRoomsReport.Build(SyntheticTwoRooms.Create()).ToHtml();
        ReportChecks.IsSelfContained(page);
        ReportChecks.Keep("two-rooms.html", page);
        foreach (string heading in (string[])["Does it reach the goal?", "Episodes, picture by picture", "How it learned", "Is it collapsed?", "Does it know where it is?", "How it plans", "Settings and provenance"])
            Assert.Contains(heading, page, StringComparison.Ordinal);
        Assert.Equal(100, ThumbnailPattern().Count(page));
        Assert.InRange(page.Length, 50_000, 1_500_000);
    }

    [Fact]
    public void A_page_with_hardly_any_results_is_still_a_page()
    {
        TwoRoomsReportData full = SyntheticTwoRooms.Create();
        var empty = new TwoRoomsReportData
        {
            Planner = new ClosedLoopResult("planner", "two-rooms", "rule", 200, []),
            Map = full.Map,
            GoalRadius = 4.5,
            LossCurves = [new TrainingCurve("nothing", [], []), new TrainingCurve("broken", [1, 2, 3], [double.NaN, double.PositiveInfinity, double.NaN])],
            Health = new LatentHealth(0, [], [], double.NaN, "Collapsed."),
            ProbeScatters = [new ProbeScatter("x", [], [])],
            PlannerTraces = [new PlannerTrace("none", [])],
        };
        string page = TwoRoomsReport.Build(empty).ToHtml();
        ReportChecks.IsSelfContained(page);
        Assert.Contains("There are no values to show.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_cannot_break_the_page()
    {
        string page = TwoRoomsReport.Build(SyntheticTwoRooms.Create() with { Title = "<script>alert(1)</script> & \"quotes\"" }).ToHtml();
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        ReportChecks.IsSelfContained(page);
    }

    [GeneratedRegex("class=\"map thumb")]
    private static partial Regex ThumbnailPattern();
}
