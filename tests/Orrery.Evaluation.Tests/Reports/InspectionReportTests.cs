using Orrery.Data.Logs;
using Orrery.Data.Logs.Inspection;
using Orrery.Data.Logs.Inspection.Roles;
using Orrery.Evaluation.Reports.Pages;

namespace Orrery.Evaluation.Tests.Reports;

public class InspectionReportTests
{
    private static InspectedColumn Column(string name, ColumnContent content = ColumnContent.Number) => new(
        name, "m", "", content, 100, 2, 1, 0.5, content == ColumnContent.Constant ? 1 : 0, content == ColumnContent.Constant ? 1 : 2, 90, 0, 99,
        [.. Enumerable.Range(0, 100).Select(row => new OutlineSlice(row + 2, row == 40 ? double.NaN : Math.Sin(row / 5.0), 1, row == 50 ? 1e6 : 2))]);

    [Fact]
    public void The_page_names_every_finding_with_its_rows_and_marks_it_in_the_plot()
    {
        LogFinding[] findings =
        [
            new("level", FindingKind.Missing, FindingSeverity.Stops, 2, [new RowRange(41, 42)], "2 cells are '<n/a>'.", "--missing <n/a>"),
            new("level", FindingKind.Outlier, FindingSeverity.Misleads, 1, [new RowRange(52, 52, 1e6)], "1 single value is far.", "correct the log"),
            new("level", FindingKind.Stuck, FindingSeverity.Misleads, 20, [new RowRange(60, 79, 1)], "It stays.", "cut these rows"),
            new("spare", FindingKind.Constant, FindingSeverity.Note, 100, [], "It is always 1.", "leave it out"),
        ];
        RoleSuggestion suggestion = new(
            [new SuggestedRole("level", ColumnRole.Observation, "follows valve"), new SuggestedRole("valve", ColumnRole.Action, "moves before level")],
            [new Influence("valve", "level", 0.34, 5, 0.5)], "orrery train log.csv --observations level --actions valve");
        string page = InspectionReport.Build(new LogInspection(
            "log.csv", 100, new LogClock("t", 0.5, "s", 0, 3, 9, false), [Column("level"), Column("spare", ColumnContent.Constant), Column("note", ColumnContent.Text)], findings, suggestion)).ToHtml();
        ReportChecks.IsSelfContained(page);
        ReportChecks.Keep("inspection.html", page);
        foreach (string text in (string[])["2 cells are &#39;&lt;n/a&gt;&#39;.", "rows 41 to 42", "rows 60 to 79", "5 rows (2.5 s)", "34 %", "orrery train log.csv --observations level"])
            Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("class=\"stretch fault\"").Length - 1);
        Assert.Contains("class=\"dot c3\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("1e6", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_without_a_finding_says_so()
    {
        string page = InspectionReport.Build(new LogInspection("log.csv", 100, null, [Column("level")], [], null)).ToHtml();
        ReportChecks.IsSelfContained(page);
        Assert.Contains("Nothing was found that needs a decision.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("What could be what", page, StringComparison.Ordinal);
    }
}
