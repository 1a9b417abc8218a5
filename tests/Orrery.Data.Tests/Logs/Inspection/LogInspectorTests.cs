using Orrery.Data.Logs;
using Orrery.Data.Logs.Inspection;

namespace Orrery.Data.Tests.Logs.Inspection;

public class LogInspectorTests
{
    private const int Rows = 3000;

    private static LogFinding Only(LogInspection log, FindingKind kind)
    {
        Assert.Equal([kind], log.Findings.Select(finding => finding.Kind));
        return log.Findings[0];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(191)]
    [InlineData(244)]
    public void Clean_signals_of_every_kind_stay_without_a_finding(int seed)
    {
        using var log = new SyntheticLog(Rows, seed);
        log.With("t", log.Clock())
            .With("smooth", log.Smooth()).With("smooth and noisy", log.Smooth(0.3)).With("rounded", log.Smooth(0.3), "0.0").With("rounded and still", log.Smooth(), "0.00")
            .With("drifting", log.Drifting()).With("white", log.White()).With("held", log.Held()).With("switched", log.Held(10, 2)).With("steps", log.Held(200, 12))
            .With("ramp", log.White().Select((value, row) => row + value)).With("binary noise", log.Held(2, 2));
        var inspection = log.Inspect();
        Assert.Equal((Rows, "t", 0.5), (inspection.Rows, inspection.Clock!.Column, inspection.Clock.Step));
        Assert.Empty(inspection.Findings.Select(finding => $"{finding.Column}: {finding.Sentence}"));
    }

    [Theory]
    [InlineData("13.01.2026 00:00", "14.01.2026 00:00", "dd.MM.yyyy HH:mm")]
    [InlineData("1/13/2026", "1/14/2026", "M/d/yyyy")]
    [InlineData("03/04/2026 05:06:07", "04/04/2026 05:06:07", "dd/MM/yyyy HH:mm:ss")]
    public void Times_that_do_not_begin_with_the_year_are_read_and_their_form_is_asked_for(string first, string second, string format)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("log.csv"), $"when,y\n{first},1\n{second},2\n");
        LogInspection log = LogInspector.Inspect(folder.File("log.csv"), new LogOptions([], []));
        Assert.Equal((86_400, format), (log.Clock!.Step, log.Clock.Format));
        Assert.Equal($"--time-format \"{format}\"", log.Findings.Single(finding => finding.Kind == FindingKind.DateFormat).Decision);
        LogInspection told = LogInspector.Inspect(folder.File("log.csv"), new LogOptions([], [], Timing: new TimeRules(format)));
        Assert.DoesNotContain(told.Findings, finding => finding.Kind == FindingKind.DateFormat);
    }

    [Fact]
    public void Columns_are_described_with_their_units_whatever_they_hold()
    {
        using var log = new SyntheticLog(200, 1);
        log.With("t [min]", log.Clock()).With("level (m)", log.Smooth()).WithCells("mode", Enumerable.Repeat("auto", 200)).With("speed", Enumerable.Repeat(3.5, 200))
            .WithCells("when", Enumerable.Range(0, 200).Select(row => new DateTime(2024, 1, 1).AddSeconds(row).ToString("s")));
        var inspection = log.Inspect();
        Assert.Equal(["t", "level", "mode", "speed", "when"], inspection.Columns.Select(column => column.Name));
        Assert.Equal(["min", "m", "", "", ""], inspection.Columns.Select(column => column.Unit));
        Assert.Equal(
            [ColumnContent.Time, ColumnContent.Number, ColumnContent.Text, ColumnContent.Constant, ColumnContent.Time],
            inspection.Columns.Select(column => column.Content));
        Assert.Equal(("t", 0.5, "min"), (inspection.Clock!.Column, inspection.Clock.Step, inspection.Clock.Unit));
        Assert.Equal([FindingKind.Constant, FindingKind.Text], inspection.Findings.Select(finding => finding.Kind));
        Assert.All(inspection.Findings, finding => Assert.Equal(FindingSeverity.Note, finding.Severity));
        Assert.Equal(200, inspection.Columns[1].Outline.Count);
    }

    [Fact]
    public void Cells_without_a_number_are_counted_by_what_they_hold_and_named_by_row()
    {
        using var log = new SyntheticLog(Rows, 2);
        log.With("t", log.Clock()).With("y", log.Smooth());
        foreach (var row in (int[])[10, 11, 12, 500])
            log.Set(row, 1, "n/a");
        log.Set(700, 1, "").Set(800, 1, "NaN");
        var findings = log.Inspect().Findings;
        Assert.Equal(["--missing n/a", "--missing \"\"", "--missing NaN"], findings.Select(finding => finding.Decision));
        Assert.Equal((4, FindingSeverity.Stops), (findings[0].Count, findings[0].Severity));
        Assert.Equal([new RowRange(12, 14), new RowRange(502, 502)], findings[0].Rows);
        Assert.Equal("4 cells are 'n/a'.", findings[0].Sentence);
        var decided = log.Inspect(new LogOptions([], [], MissingTokens: ["N/A", "", "nan"])).Findings;
        Assert.All(decided, finding => Assert.Equal((FindingSeverity.Note, ""), (finding.Severity, finding.Decision)));
    }

    [Fact]
    public void A_decimal_comma_is_recognised()
    {
        using var log = new SyntheticLog(100, 2);
        log.WithCells("u y", Enumerable.Range(0, 100).Select(row => $"{row},5 {row % 7},25"));
        Assert.Equal(["--decimal-comma", "--decimal-comma"], log.Inspect().Findings.Select(finding => finding.Decision));
        Assert.Equal(99.5, log.Inspect(new LogOptions([], [], DecimalComma: true)).Columns[0].Maximum);
    }

    [Fact]
    public void Rows_with_too_many_or_too_few_cells_are_told()
    {
        using var log = new SyntheticLog(Rows, 3);
        log.With("u", log.Held()).With("y", log.Smooth()).Set(4, 1, "50,2");
        var ragged = Only(log.Inspect(), FindingKind.Ragged);
        Assert.Equal((1, "", FindingSeverity.Stops), (ragged.Count, ragged.Column, ragged.Severity));
        Assert.Equal([new RowRange(6, 6)], ragged.Rows);
    }

    [Fact]
    public void Times_that_go_back_or_stand_still_are_told_with_their_rows()
    {
        using var log = new SyntheticLog(Rows, 4);
        var times = log.Clock();
        (times[100], times[101]) = (times[101], times[100]);
        times[200] = times[199];
        log.With("t", times).With("y", log.Smooth());
        var findings = log.Inspect().Findings;
        var back = findings.Single(finding => finding.Kind == FindingKind.OutOfOrder);
        Assert.Equal(1, back.Count);
        Assert.StartsWith("--order restart", back.Decision, StringComparison.Ordinal);
        Assert.Equal([new RowRange(103, 103)], back.Rows);
        var same = findings.Single(finding => finding.Kind == FindingKind.SameTime);
        Assert.Equal((1, "--duplicates first, last or mean"), (same.Count, same.Decision));
        Assert.Equal([new RowRange(202, 202)], same.Rows);
        Assert.EndsWith("with other values.", same.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_repeat_the_row_above_are_told_with_and_without_a_clock()
    {
        using var log = new SyntheticLog(Rows, 5);
        var (times, values) = (log.Clock(), log.Smooth(0.1));
        (times[50], values[50]) = (times[49], values[49]);
        using var timed = new SyntheticLog(Rows, 5);
        Assert.EndsWith("and repeat it in every cell.", timed.With("t", times).With("y", values).Inspect().Findings.Single(finding => finding.Kind == FindingKind.SameTime).Sentence, StringComparison.Ordinal);
        var repeated = Only(log.With("y", values).Inspect(), FindingKind.RepeatedRow);
        Assert.Equal([new RowRange(52, 52)], repeated.Rows);
    }

    [Fact]
    public void Irregular_steps_and_gaps_are_told_with_the_longest()
    {
        using var log = new SyntheticLog(Rows, 6);
        var times = log.Clock().Select((time, row) => row < 1000 ? time : time + 100).ToArray();
        var gap = Only(log.With("t", times).With("y", log.Smooth()).Inspect(), FindingKind.TimeGap);
        Assert.Equal((1, FindingSeverity.Note, "--gap 110 lets all of them pass as one step"), (gap.Count, gap.Severity, gap.Decision));
        Assert.Equal([new RowRange(1002, 1002)], gap.Rows);

        using var irregular = new SyntheticLog(Rows, 6);
        var jittered = irregular.Clock().Select(time => time + (0.08 * irregular.Gauss() * 0.5)).ToArray();
        var inspection = irregular.With("t", jittered).With("y", irregular.Smooth()).Inspect();
        Assert.Equal("--resample 0.5 --resample-rule linear", Only(inspection, FindingKind.IrregularSampling).Decision);
        Assert.InRange(inspection.Clock!.OtherSteps, 0.2, 0.9);
    }

    [Fact]
    public void Dates_are_a_clock_in_seconds()
    {
        using var log = new SyntheticLog(500, 7);
        var day = new DateTime(2024, 2, 28, 23, 0, 0);
        log.WithCells("when", Enumerable.Range(0, 500).Select(row => day.AddSeconds(10 * row).ToString("s"))).With("y", log.Smooth());
        var clock = log.Inspect().Clock!;
        Assert.Equal(("when", 10, "s", true), (clock.Column, clock.Step, clock.Unit, clock.IsDate));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stuck_sensor_is_told_with_its_rows(bool isRounded)
    {
        using var log = new SyntheticLog(Rows, 8);
        var values = log.Smooth(0.3);
        Array.Fill(values, values[1000], 1000, isRounded ? 300 : 40);
        var stuck = Only(log.With("t", log.Clock()).With("y", values, isRounded ? "0.0" : "R").Inspect(), FindingKind.Stuck);
        Assert.Equal((1002, isRounded ? 1301 : 1041), (stuck.Rows[0].First, stuck.Rows[0].Last));
        Assert.Equal(FindingSeverity.Misleads, stuck.Severity);
    }

    [Fact]
    public void Isolated_outliers_are_told_with_row_value_and_a_range_that_leaves_them_out()
    {
        using var log = new SyntheticLog(Rows, 9);
        var values = log.Smooth(0.3);
        (values[3], values[700], values[701], values[2999]) = (500, 300, 310, 400);
        var outliers = Only(log.With("t", log.Clock()).With("y", values).Inspect(), FindingKind.Outlier);
        Assert.Equal([new RowRange(5, 5, 500), new RowRange(702, 702, 300), new RowRange(703, 703, 310), new RowRange(3001, 3001, 400)], outliers.Rows);
        Assert.Contains("the farthest 500 in row 5", outliers.Sentence, StringComparison.Ordinal);
        Assert.Matches(@"^--range ""y<=1\d\d\.?\d*"" --outside gap$", outliers.Decision);
    }

    [Fact]
    public void A_value_far_from_all_others_that_repeats_is_taken_for_a_code()
    {
        using var log = new SyntheticLog(Rows, 10);
        var values = log.Smooth(0.3);
        Array.Fill(values, -999, 50, 60);
        values[2000] = -999;
        var code = Only(log.With("t", log.Clock()).With("y", values).Inspect(), FindingKind.Code);
        Assert.Equal((61, "--missing -999"), (code.Count, code.Decision));
        Assert.Equal([new RowRange(52, 111, -999), new RowRange(2002, 2002, -999)], code.Rows);
    }

    [Fact]
    public void A_sensor_at_the_end_of_its_range_is_told_with_the_level()
    {
        using var log = new SyntheticLog(Rows, 11);
        var saturated = Only(log.With("t", log.Clock()).With("y", log.Smooth(0.3).Select(value => Math.Min(value, 58)), "0.00").Inspect(), FindingKind.Saturation);
        Assert.StartsWith("58 is its greatest value in", saturated.Sentence, StringComparison.Ordinal);
        Assert.StartsWith("--range \"y<=58\"", saturated.Decision, StringComparison.Ordinal);
    }

    [Fact]
    public void Coarse_rounding_is_told_and_switches_are_not()
    {
        using var log = new SyntheticLog(Rows, 12);
        var coarse = Only(log.With("t", log.Clock()).With("y", log.Smooth().Select(value => Math.Round(value / 4) * 4)).With("u", log.Held(30, 12)).Inspect(), FindingKind.Quantised);
        Assert.Equal("y", coarse.Column);
        Assert.Contains("4 apart", coarse.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_outside_a_declared_range_are_told_with_row_and_value()
    {
        using var log = new SyntheticLog(Rows, 13);
        var options = new LogOptions([], [], Columns: [new ColumnDeclaration("y (m)", Low: 0, High: 1000)]);
        var values = log.Smooth(0.3);
        values[20] = -0.5;
        var outside = log.With("t", log.Clock()).With("y (m)", values).Inspect(options).Findings.Single(finding => finding.Kind == FindingKind.OutsideRange);
        Assert.Equal((1, FindingSeverity.Stops, "--outside gap"), (outside.Count, outside.Severity, outside.Decision));
        Assert.Equal([new RowRange(22, 22, -0.5)], outside.Rows);
        Assert.Equal("1 value is outside the declared range 0 to 1000.", outside.Sentence);
    }

    [Fact]
    public void Long_logs_are_outlined_in_at_most_a_thousand_slices_that_cover_every_row()
    {
        using var log = new SyntheticLog(5000, 14);
        var values = log.Smooth();
        values[4321] = 1000;
        var outline = log.With("y", values).Inspect().Columns[0].Outline;
        Assert.InRange(outline.Count, 512, 1024);
        Assert.Equal((2, 1000), (outline[0].Row, outline.Max(slice => slice.High)));
        Assert.True(outline.Single(slice => slice.High == 1000).Row is <= 4323 and > 4300);
    }

    [Fact]
    public void The_most_serious_comes_first()
    {
        using var log = new SyntheticLog(Rows, 15);
        var values = log.Smooth(0.3);
        values[700] = 300;
        log.With("c", Enumerable.Repeat(1.0, Rows)).With("y", values).With("z", log.Smooth()).Set(5, 2, "bad");
        Assert.Equal([FindingKind.Missing, FindingKind.Outlier, FindingKind.Constant], log.Inspect().Findings.Select(finding => finding.Kind));
    }

    [Fact]
    public void A_file_that_is_no_log_is_refused_in_a_sentence()
    {
        using var temporary = new TemporaryFolder();
        var path = temporary.File("log.csv");
        File.WriteAllText(path, "a,b\n");
        Assert.Equal("log.csv has a header but no rows. Give a log with at least one row of numbers.",
            Assert.Throws<OrreryDataException>(() => LogInspector.Inspect(path, new LogOptions([], []))).Message);
        Assert.Contains("has no column 'x'",
            Assert.Throws<OrreryDataException>(() => LogInspector.Inspect(path, new LogOptions(["x"], []))).Message, StringComparison.Ordinal);
    }
}
