using System.Globalization;
using System.Text;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Data.Logs.Import;
using Orrery.Data.Trajectories;

namespace Orrery.Data.Tests.Logs;

public sealed class LogTimeTests : IDisposable
{
    private static readonly LogOptions Options = new(["y"], ["u"], TimeColumn: "t");
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("2024-03-01T10:00:00Z", "2024-03-01T10:00:05Z", 5)]
    [InlineData("2024-03-01T10:00:00+02:00", "2024-03-01T08:00:05Z", 5)]
    [InlineData("2024-03-01T10:00:00-0330", "2024-03-01T13:30:05+00", 5)]
    [InlineData("2024-03-01 10:00:00.250", "2024-03-01 10:00:00.375", 0.125)]
    [InlineData("2024-03-01 10:00:00.0000001", "2024-03-01 10:00:00.0000003", 2e-7)]
    [InlineData("2024/03/01 23:59:30", "2024/03/02 00:00:00", 30)]
    [InlineData("2024.12.31 23:59", "2025.01.01 00:00", 60)]
    [InlineData("2024-02-28", "2024-02-29", 86400)]
    [InlineData("1709287200", "1709287200.1", 0.1)]
    [InlineData("1709287200000", "1709287200250", 0.25)]
    [InlineData("1709287200000000", "1709287200500000", 0.5)]
    [InlineData("1709287200000000000", "1709287202000000000", 2)]
    [InlineData("12.5", "13", 0.5)]
    public void Times_are_read_as_loggers_write_them(string first, string second, double step)
    {
        LogTable table = Read($"t;u;y\n{first};1;2\n{second};1;3\n");
        Assert.Equal((step, "s"), (table.SamplingTime, table.TimeUnit));
        Assert.Single(table.Stretches);
    }

    [Fact]
    public void A_form_of_the_users_own_and_two_columns_are_read()
    {
        LogTable table = Read("t;u;y\n01.03.2024 10:00;1;2\n01.03.2024 10:01;1;3\n", Options with { Timing = new TimeRules(Format: "dd.MM.yyyy HH:mm") });
        Assert.Equal(60, table.SamplingTime);
        table = Read("day,clock,u,y\n2024-03-01,23:59:58,1,2\n2024-03-02,00:00:00,1,3\n", Options with { TimeColumn = "day clock" });
        Assert.Equal(2, table.SamplingTime);
        table = Read("day,clock,u,y\n3/1/2024,11:59 PM,1,2\n3/2/2024,12:00 AM,1,3\n", Options with { TimeColumn = "day clock", TimeUnit = "min", Timing = new TimeRules(Format: "M/d/yyyy h:mm tt") });
        Assert.Equal((1, "min"), (table.SamplingTime, table.TimeUnit));
        Assert.Equal(3, Read("my time,u,y\n3,1,2\n6,1,3\n", Options with { TimeColumn = "my time" }).SamplingTime);
    }

    [Theory]
    [InlineData("01.03.2024 10:00", null, "'01.03.2024 10:00' in row 2 is neither a number nor a time stamp with the year first. Say how it is written, such as --time-format \"dd.MM.yyyy HH:mm\"")]
    [InlineData("03/04/2024", null, "'03/04/2024' in row 2 is neither")]
    [InlineData("2024-13-01", null, "'2024-13-01' in row 2 is neither")]
    [InlineData("2023-02-29 10:00", null, "'2023-02-29 10:00' in row 2 is neither")]
    [InlineData("2024-03-01T10:61", null, "'2024-03-01T10:61' in row 2 is neither")]
    [InlineData("2024-03-01T10:00:00 CET", null, "'2024-03-01T10:00:00 CET' in row 2 is neither")]
    [InlineData("2024-03-01", "dd.MM.yyyy", "'2024-03-01' in row 2 is not written as --time-format \"dd.MM.yyyy\" says. Correct one of them.")]
    [InlineData("NaN", null, "'NaN' in row 2 is neither")]
    public void A_time_that_is_not_clear_is_never_guessed(string time, string? format, string message) =>
        Assert.StartsWith($"Time column of log.csv: {message}", Error($"t;u;y\n{time};1;2\n", Options with { Timing = new TimeRules(format) }), StringComparison.Ordinal);

    [Fact]
    public void Time_stamps_are_in_a_unit_that_is_known()
    {
        Assert.Equal(
            "log.csv has time stamps, so the unit of time must be ms, s, min, h or d, but --time-unit is 'weeks'.",
            Error("t;u;y\n2024-03-01;1;2\n", Options with { TimeUnit = "weeks" }));
        Assert.Equal(1709287200000, Read("t;u;y\n1709287200000;1;2\n3418574400000;1;2\n", Options with { TimeUnit = "ms" }).SamplingTime);
    }

    [Theory]
    [InlineData(DuplicateRule.First, 2, 20)]
    [InlineData(DuplicateRule.Last, 4, 40)]
    [InlineData(DuplicateRule.Mean, 3, 30)]
    public void Rows_of_the_same_time_are_merged_as_the_user_says_and_counted(DuplicateRule rule, double output, double input)
    {
        LogTable table = Read("t,u,y\n0,10,1\n1,20,2\n1,30,3\n1,40,4\n2,50,5\n", Options with { Timing = new TimeRules(Duplicates: rule) });
        Assert.Equal([1, output, 5], table.Columns[0]);
        Assert.Equal([10, input, 50], table.Columns[1]);
        Assert.Equal(new ImportCounts(5, 0, 0, 2, 0, 0, 3), table.Counts);
    }

    [Fact]
    public void Rows_out_of_order_stop_the_import_or_are_sorted_as_the_user_says()
    {
        const string text = "t,u,y\n0,0,0\n3,3,3\n1,1,1\n2,2,2\n4,4,4\n";
        Assert.Equal("The time in row 4 of log.csv is before that in row 3. Sort the log by time, or say --order sort; say --order restart where the time begins anew, as in the next test or when a clock was set back.", Error(text));
        LogTable table = Read(text, Options with { Timing = new TimeRules(Order: RowOrder.Sort) });
        Assert.Equal([0, 1, 2, 3, 4], table.Columns[0]);
        Assert.Equal([2L, 4L, 5L, 3L, 6L], table.RowNumbers);
        Assert.Equal(new ImportCounts(5, 0, 2, 0, 0, 0, 5), table.Counts);
        Assert.Equal((1, 1), (table.SamplingTime, table.Stretches.Length));
    }

    [Fact]
    public void Sorting_holds_back_no_more_rows_than_it_says()
    {
        Sink sink = new();
        RowSorter sorter = new("log.csv", RowOrder.Sort, 0, sink);
        for (int row = 0; row <= RowSorter.Window; row++)
            sorter.Accept(new LogRow(0) { Number = row + 1, Time = row + 1 });
        Assert.Single(sink.Times);
        sorter.Accept(new LogRow(0) { Number = 5_000_000, Time = 1.5 });
        OrreryDataException problem = Assert.Throws<OrreryDataException>(() => sorter.Accept(new LogRow(0) { Number = 70_000, Time = 0.5 }));
        Assert.StartsWith("Row 70,000 of log.csv is more than 65,536 rows out of place", problem.Message, StringComparison.Ordinal);
        sorter.Complete();
        Assert.Equal(sink.Times.Order(), sink.Times);
        Assert.Equal(RowSorter.Window + 2, sink.Times.Count);
    }

    [Fact]
    public void A_gap_is_as_long_as_the_user_says()
    {
        const string text = "t,u,y\n0,1,1\n1,1,2\n2,1,3\n5,1,4\n6,1,5\n";
        Assert.Equal(2, Read(text).Stretches.Length);
        Assert.Equal(1, Read(text).Counts.Gaps);
        LogTable table = Read(text, Options with { Timing = new TimeRules(Gap: 3) });
        Assert.Equal((1, 0L), (table.Stretches.Length, table.Counts.Gaps));
        Assert.Equal("The gap -1 cannot be used; it must be a positive number.", Error(text, Options with { Timing = new TimeRules(Gap: -1) }));
    }

    [Theory]
    [InlineData(ResampleRule.Linear, new[] { 0, 1, 2, 3.0 })]
    [InlineData(ResampleRule.Last, new[] { 0, 0.5, 1.5, 3.0 })]
    [InlineData(ResampleRule.Mean, new[] { 0.25, 1.5, 2.25, 3.0 })]
    public void Irregular_rows_become_regular_by_the_rule_of_the_user(ResampleRule rule, double[] expected)
    {
        LogTable table = Read("t,u,y\n0,7,0\n0.5,7,0.5\n1.5,7,1.5\n2.25,7,2.25\n3,7,3\n", Options with { Timing = new TimeRules(Resample: 1, ResampleRule: rule) });
        Assert.Equal(expected, table.Columns[0]);
        Assert.Equal([0, 1, 2, 3], table.Times);
        Assert.Equal([7, 7, 7, 7], table.Columns[1]);
        Assert.Equal(new ImportCounts(5, 0, 0, 0, 0, 4, 4), table.Counts);
    }

    [Theory]
    [InlineData(ResampleRule.Linear)]
    [InlineData(ResampleRule.Last)]
    [InlineData(ResampleRule.Mean)]
    public void Nothing_is_made_across_a_gap_or_a_missing_value(ResampleRule rule)
    {
        StringBuilder text = new("t,u,y\n");
        foreach (int time in (int[])[0, 1, 2, 3, 10, 11, 12, 13, 14, 15])
            text.Append(CultureInfo.InvariantCulture, $"{time},{(time == 13 ? "n/a" : "1")},{time}\n");
        LogTable table = Read(text.ToString(), Options with { MissingTokens = ["n/a"], Timing = new TimeRules(Resample: rule == ResampleRule.Mean ? 1 : 0.5, ResampleRule: rule, Gap: 1.2) });
        Assert.Equal(3, table.Stretches.Length);
        Assert.Equal(1, table.Counts.MissingRows);
        Assert.All(table.Times, time => Assert.True(time is <= 3 or (>= 10 and <= 12) or >= 14, $"a row was made at {time}"));
        Assert.Equal(rule == ResampleRule.Mean ? 4 + 3 + 2 : 7 + 5 + 3, table.Rows);
    }

    [Fact]
    public void An_interval_without_rows_has_no_mean_and_ends_the_episode()
    {
        LogTable table = Read("t,u,y\n0,1,1\n1,1,2\n2,1,3\n7,1,4\n8,1,5\n", Options with { Timing = new TimeRules(Resample: 2, Gap: 6) });
        Assert.Equal([1.5, 3, 4.5], table.Columns[0]);
        Assert.Equal([new LogStretchRange(0, 2, true), new LogStretchRange(2, 1, false)], table.Stretches);
        Assert.Equal(1, table.Counts.Gaps);
    }

    [Fact]
    public void Resampling_keeps_a_line_a_line_whatever_the_rows()
    {
        Random random = new(3);
        StringBuilder text = new("t,u,y\n");
        double time = 0;
        for (int row = 0; row < 500; row++, time += 0.1 + random.NextDouble())
            text.Append(CultureInfo.InvariantCulture, $"{time:R},{-time:R},{(2 * time) + 1:R}\n");
        LogTable table = Read(text.ToString(), Options with { Timing = new TimeRules(Resample: 0.7, ResampleRule: ResampleRule.Linear, Gap: 2) });
        Assert.Single(table.Stretches);
        Assert.All(Enumerable.Range(0, table.Rows), row =>
        {
            Assert.Equal(row * 0.7, table.Times[row], 9);
            Assert.Equal((2 * row * 0.7) + 1, table.Columns[0][row], 6);
            Assert.Equal(-row * 0.7, table.Columns[1][row], 6);
        });
    }

    [Fact]
    public void Resampling_needs_times_and_takes_a_fixed_sampling_time_for_them()
    {
        LogOptions untimed = new(["y"], ["u"], Timing: new TimeRules(Resample: 2));
        Assert.Equal("Resampling needs the times of the rows. Name their column with --time-column, or say --sampling-time.", Error("u,y\n1,2\n", untimed));
        Assert.Equal([1.5, 3.5], Read("u,y\n1,1\n1,2\n1,3\n1,4\n", untimed with { SamplingTime = 1 }).Columns[0]);
    }

    [Fact]
    public void What_was_done_is_kept_with_the_dataset()
    {
        string path = _temporary.File("log.csv");
        File.WriteAllText(path, "t;u;y\n0;1,5;1\n2;1,5;3\n1;1,5;2\n1;1,5;2\n3;n/a;2\n4;1,5;1\n5;1,5;1\n9;1,5;1\n");
        LogOptions options = Options with
        {
            MissingTokens = ["n/a"],
            Timing = new TimeRules(Duplicates: DuplicateRule.Last, Order: RowOrder.Sort, Resample: 0.5, ResampleRule: ResampleRule.Linear),
        };
        using Dataset dataset = LogImporter.Import(path, options, _temporary.File("data"));
        ImportCounts counts = ImportCounts.Of(dataset.Provenance);
        Assert.Equal(new ImportCounts(8, 1, 2, 1, 1, 9, 9), counts);
        Assert.Equal((9, 0.5, 3), (dataset.Rows, dataset.SamplingTime, dataset.Episodes.Count));
        Assert.Equal(["log from row 2", "log from row 7", "log from row 9"], dataset.Episodes.Select(episode => episode.RecordName));
        Assert.Equal(
            ("Last", "0.5", "Linear", "t", "yes"),
            (dataset.Provenance.Settings["duplicates"], dataset.Provenance.Settings["resample"], dataset.Provenance.Settings["resampleRule"],
                dataset.Provenance.Settings["timeColumn"], dataset.Provenance.Settings["decimalComma"]));
    }

    [Fact]
    public void The_median_step_of_a_long_log_is_found_in_little_memory()
    {
        StepMedian median = new(capacity: 64);
        for (int row = 0; row < 100_000; row++)
            median.Accept(new LogRow(0) { IsComplete = true, Time = row * 0.1 });
        Assert.Equal(0.1, median.Result());
        Assert.Null(new StepMedian().Result());
    }

    [Fact]
    public void Missing_numbers_are_missing_however_they_are_written()
    {
        LogTable table = Read("t,u,y\n0,1,-999\n1,1,-999.00\n2,1,NaN\n3,1,5\n", Options with { MissingTokens = ["-999", "nan"] });
        Assert.Equal([5], table.Columns[0]);
        Assert.Equal(3, table.MissingRows);
    }

    [Fact]
    public void A_row_without_values_may_lack_its_time()
    {
        LogTable table = Read("t,u,y\n0,1,1\n1,1,2\n,,\n3,1,4\n", Options with { MissingTokens = [""] });
        Assert.Equal((1L, 2), (table.MissingRows, table.Stretches.Length));
    }

    [Fact]
    public void One_row_and_one_stretch_that_ends_in_a_gap_keep_the_name_of_the_log()
    {
        File.WriteAllText(_temporary.File("log.csv"), "t,u,y\n0,1,1\n1,n/a,1\n");
        using Dataset dataset = LogImporter.Import(_temporary.File("log.csv"), Options with { MissingTokens = ["n/a"] }, _temporary.File("data"));
        Assert.Equal(("log", 1L), (dataset.Episodes[0].RecordName, dataset.Rows));
        Assert.Equal(EpisodeEnd.Gap, dataset.Episodes[0].End);
    }

    [Fact]
    public void A_stopped_import_leaves_nothing_behind()
    {
        string path = _temporary.File("log.csv");
        File.WriteAllText(path, "u,y\n" + string.Concat(Enumerable.Repeat("1,2\n", 100_000)));
        using CancellationTokenSource stop = new();
        List<ImportProgress> told = [];
        Assert.Throws<OperationCanceledException>(() => LogImporter.Import(
            path, new LogOptions(["y"], ["u"]), _temporary.File("data"), progress: new Relay(report =>
            {
                told.Add(report);
                stop.Cancel();
            }), cancellation: stop.Token));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_temporary.Path));
        Assert.InRange(Assert.Single(told).Share, 0.1, 0.9);
    }

    private LogTable Read(string text, LogOptions? options = null)
    {
        File.WriteAllText(_temporary.File("log.csv"), text);
        return LogTable.Read(_temporary.File("log.csv"), options ?? Options);
    }

    private string Error(string text, LogOptions? options = null) => Assert.Throws<OrreryDataException>(() => Read(text, options)).Message;

    private sealed class Relay(Action<ImportProgress> report) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => report(value);
    }

    private sealed class Sink : IRowStage
    {
        public List<double> Times { get; } = [];

        public void Accept(LogRow row) => Times.Add(row.Time);

        public void Complete()
        {
        }
    }
}
