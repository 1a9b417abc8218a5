using System.Globalization;
using Orrery.Data.Logs;
using Orrery.Data.Logs.Inspection;

namespace Orrery.Data.Tests.Logs.Inspection;

/// <summary>What exports of real historians hold, and what is said about it.</summary>
public class NewcomerTests
{
    [Fact]
    public void A_date_and_a_time_of_day_in_two_columns_are_told_to_belong_together()
    {
        LogInspection log = Inspect("Date,Time,u,y\n" + Lines(200, row => $"03/20/2025,{DateTime.UnixEpoch.AddSeconds(row * 30).ToString("hh:mm:ss tt", CultureInfo.InvariantCulture)},{row % 5},{row % 3}"));
        Assert.Equal("--time-column \"Date Time\" --time-format \"MM/dd/yyyy hh:mm:ss tt\"", log.Findings.Single(finding => finding.Kind == FindingKind.DateFormat).Decision);
        log = Inspect("Date,Time,u,y\n" + Lines(200, row => $"2025-03-20,{DateTime.UnixEpoch.AddSeconds(row * 30):HH:mm:ss},{row % 5},{row % 3}"));
        Assert.Equal("--time-column \"Date Time\"", log.Findings.Single(finding => finding.Kind == FindingKind.DateFormat).Decision);
    }

    [Fact]
    public void A_column_of_nothing_but_NaN_is_empty_and_not_text() =>
        Assert.Equal(ColumnContent.Empty, Inspect("u,y\n" + Lines(50, row => $"{row % 7},NaN")).Columns[1].Content);

    [Fact]
    public void Names_of_batches_are_told_from_other_text()
    {
        LogInspection log = Inspect("batch,time_min,note,y\n" + Lines(600, row => $"B{row / 100},{row % 100},n{row},{Math.Sin(row)}"));
        Assert.Contains("--episode-column batch", Decision("batch"), StringComparison.Ordinal);
        Assert.Equal("leave it out", Decision("note"));
        Assert.Equal("time_min", log.Clock!.Column);
        LogFinding back = log.Findings.Single(finding => finding.Kind == FindingKind.OutOfOrder);
        Assert.Equal((5, "The time goes back in 5 rows, each where 'batch' changes.", "--episode-column batch"), (back.Count, back.Sentence, back.Decision));

        string Decision(string column) => log.Findings.Single(finding => finding.Column == column && finding.Kind == FindingKind.Text).Decision;
    }

    [Fact]
    public void A_clock_that_is_set_back_by_an_hour_is_known_by_that()
    {
        DateTime begin = new(2025, 10, 26, 0, 0, 0, DateTimeKind.Utc);
        LogInspection log = Inspect("time,y\n" + Lines(600, row => $"{begin.AddSeconds((row * 30) - (row >= 360 ? 3600 : 0)):yyyy-MM-dd HH:mm:ss},{row % 9}"));
        LogFinding back = log.Findings.Single(finding => finding.Kind == FindingKind.OutOfOrder);
        Assert.Equal(("The time goes back in 1 row by an hour, as clocks do at the end of summer time.", "--order restart"), (back.Sentence, back.Decision));
    }

    [Fact]
    public void A_step_in_the_last_row_is_no_outlier()
    {
        LogInspection log = Inspect("y\n" + Lines(1000, row => ((row / 50 % 4 * 10) + (row == 999 ? -20 : 0) + (Math.Sin(row) * 0.1)).ToString("0.00", CultureInfo.InvariantCulture)));
        Assert.DoesNotContain(log.Findings, finding => finding.Kind == FindingKind.Outlier);
    }

    [Fact]
    public void A_counter_that_steps_now_and_then_follows_nothing()
    {
        Random random = new(3);
        LogInspection log = Inspect("hours,a,b,c,d,e\n" + Lines(6000, row => string.Join(',', Enumerable.Range(0, 5).Select(_ => random.NextDouble().ToString("0.000", CultureInfo.InvariantCulture)).Prepend($"{row / 100}"))));
        Assert.All(log.Suggestion!.Roles, role => Assert.Null(role.Role));
    }

    [Theory]
    [InlineData("999.9", 1)]
    [InlineData("-999", 20)]
    public void One_wild_value_does_not_hide_what_follows_what(string wild, int times)
    {
        Random random = new(8);
        double input = 0, output = 0;
        LogInspection log = Inspect("valve,level\n" + Lines(3000, row =>
        {
            output = (0.8 * output) + (0.2 * input) + (0.003 * random.NextDouble());
            input = row % 25 == 0 ? random.NextDouble() : input;
            string read = row % 100 == 50 && row / 100 < times ? wild : output.ToString("0.0000", CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"{input:0.000},{read}");
        }));
        Assert.Equal([ColumnRole.Action, ColumnRole.Observation], log.Suggestion!.Roles.Select(role => role.Role));
    }

    private static string Lines(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(row => line(row) + "\n"));

    private static LogInspection Inspect(string text)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("log.csv"), text);
        return LogInspector.Inspect(folder.File("log.csv"), new LogOptions([], []));
    }
}
