using Orrery.Data.Logs;
using Orrery.Data.Logs.Inspection;

namespace Orrery.Data.Tests.Logs;

/// <summary>Rows that the user leaves out, and episodes that end where the user says.</summary>
public sealed class LeaveOutTests : IDisposable
{
    private static readonly LogOptions Options = new(["y"], ["u"], TimeColumn: "t");
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Rows_are_left_out_counted_and_end_an_episode()
    {
        LogTable table = Read("t,u,y\n0,0,0\n1,1,1\n2,oops\n3,x,3\n4,4,4\n5,5,5\n", Options with { LeaveOut = RowSet.Parse(["4-5"]) });
        Assert.Equal([0, 1, 4, 5], table.Columns[0]);
        Assert.Equal([2, 2], table.Stretches.Select(stretch => stretch.Length));
        Assert.Equal(new ImportCounts(6, 0, 0, 0, 0, 0, 4, LeftOutRows: 2), table.Counts);
    }

    [Theory]
    [InlineData(new[] { "7", "2502-2701" }, "7,2502-2701")]
    [InlineData(new[] { "5-6,4", "7" }, "4-7")]
    [InlineData(new[] { "2-9, 4-5" }, "2-9")]
    public void Rows_are_read_as_people_write_them(string[] texts, string expected)
    {
        RowSet rows = RowSet.Parse(texts);
        Assert.Equal(expected, rows.ToString());
        for (long row = 1; row < 20; row++)
            Assert.Equal(expected.Split(',').Select(part => part.Split('-')).Any(ends => row >= long.Parse(ends[0]) && row <= long.Parse(ends[^1])), rows.Contains(row));
    }

    [Theory]
    [InlineData("rows", "'rows' names no rows")]
    [InlineData("0", "'0' names no rows")]
    [InlineData("1-2-3", "'1-2-3' names no rows")]
    [InlineData("9-4", "The rows '9-4' to leave out end before they begin")]
    [InlineData(" , ", "No rows to leave out were named")]
    public void What_names_no_rows_is_told(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<OrreryDataException>(() => RowSet.Parse([text])).Message, StringComparison.Ordinal);

    [Fact]
    public void Rows_that_are_not_there_and_all_rows_are_refused()
    {
        Assert.StartsWith("Rows up to 9 were to be left out of log.csv, but its last row is 3", Error("t,u,y\n0,0,0\n1,1,1\n", Options with { LeaveOut = RowSet.Parse(["9"]) }), StringComparison.Ordinal);
        Assert.StartsWith("Every one of the 2 rows", Error("t,u,y\n0,0,0\n1,1,1\n", Options with { LeaveOut = RowSet.Parse(["2-3"]) }), StringComparison.Ordinal);
        string[] two = [Write("t,u,y\n0,0,0\n1,1,1\n"), _temporary.File("log.csv")];
        Assert.StartsWith("Rows to leave out are those of one file", Assert.Throws<OrreryDataException>(
            () => LogImporter.Import(two, Options with { LeaveOut = RowSet.Parse(["2"]) }, _temporary.File("dataset"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RowOrder.Error)]
    [InlineData(RowOrder.Sort)]
    [InlineData(RowOrder.Restart)]
    public void A_column_of_batches_ends_episodes_and_time_may_begin_anew(RowOrder order)
    {
        LogTable table = Read("b,t,u,y\nA,0,0,0\nA,1,1,1\nB,0,2,2\nB,1,3,3\nB,1,4,4\nC,1,5,5\n",
            Options with { EpisodeColumn = "b", Timing = new TimeRules(Duplicates: DuplicateRule.Last, Order: order) });
        Assert.Equal([0, 1, 2, 4, 5], table.Columns[0]);
        Assert.Equal([2, 2, 1], table.Stretches.Select(stretch => stretch.Length));
        Assert.Equal(new ImportCounts(6, 0, 0, 1, 0, 0, 5, NewEpisodes: 2), table.Counts);
    }

    [Fact]
    public void Rows_of_two_batches_are_never_sorted_into_each_other()
    {
        LogTable table = Read("b,t,u,y\n1,1,1,1\n1,0,0,0\n2,1,3,3\n2,0,2,2\n", Options with { EpisodeColumn = "b", Timing = new TimeRules(Order: RowOrder.Sort) });
        Assert.Equal([0, 1, 2, 3], table.Columns[0]);
        Assert.Equal([2, 2], table.Stretches.Select(stretch => stretch.Length));
    }

    [Fact]
    public void A_clock_that_was_set_back_begins_another_episode()
    {
        LogTable table = Read("t,u,y\n0,0,0\n60,1,1\n0,2,2\n60,3,3\n", Options with { Timing = new TimeRules(Order: RowOrder.Restart) });
        Assert.Equal([2, 2], table.Stretches.Select(stretch => stretch.Length));
        Assert.Equal(new ImportCounts(4, 0, 0, 0, 0, 0, 4, NewEpisodes: 1), table.Counts);
    }

    [Fact]
    public void What_inspect_says_to_do_about_rows_can_be_done()
    {
        string path = Write("t,u,y\n" + string.Concat(Enumerable.Range(0, 400).Select(row => $"{row},{(row / 7) % 5},{(row is >= 200 and < 300 ? 0.5 : Math.Sin(row * 0.37)):R}\n")) + "400,1");
        LogInspection log = LogInspector.Inspect(path, new LogOptions([], []));
        Assert.Equal("--leave-out 402, or correct it", log.Findings.Single(finding => finding.Kind == FindingKind.Ragged).Decision);
        Assert.StartsWith("--leave-out 202-301, ", log.Findings.Single(finding => finding.Kind == FindingKind.Stuck).Decision, StringComparison.Ordinal);

        LogOptions decided = new([], [], LeaveOut: RowSet.Parse(["402", "202-301"]));
        LogInspection again = LogInspector.Inspect(path, decided);
        Assert.Equal([FindingKind.LeftOut], again.Findings.Select(finding => finding.Kind).Where(kind => kind != FindingKind.Quantised));
        Assert.Equal(300, again.Rows);
        Assert.Equal(300, LogTable.Read(path, Options with { LeaveOut = decided.LeaveOut }).Rows);
    }

    private LogTable Read(string text, LogOptions options) => LogTable.Read(Write(text), options);

    private string Error(string text, LogOptions options) => Assert.Throws<OrreryDataException>(() => Read(text, options)).Message;

    private string Write(string text)
    {
        File.WriteAllText(_temporary.File("log.csv"), text);
        return _temporary.File("log.csv");
    }
}
