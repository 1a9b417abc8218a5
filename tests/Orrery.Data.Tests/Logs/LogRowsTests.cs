using System.Globalization;
using Orrery.Data.Logs;

namespace Orrery.Data.Tests.Logs;

public sealed class LogRowsTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    private LogTable Read(string text, LogOptions? options = null, string name = "log.csv")
    {
        var path = _temporary.File(name);
        File.WriteAllText(path, text);
        return LogTable.Read(path, options ?? new LogOptions(["y"], ["u"]));
    }

    private string Error(string text, LogOptions? options = null, string name = "log.csv") =>
        Assert.Throws<OrreryDataException>(() => Read(text, options, name)).Message;

    [Fact]
    public void A_table_with_commas_and_a_header_gives_the_chosen_columns_in_the_order_asked()
    {
        var table = Read("time,u,y,note\n0,1.5,2,a\n1,-3e2,4,b\n");
        Assert.Equal(["y", "u"], table.ColumnNames);
        Assert.Equal([2, 4], table.Columns[0]);
        Assert.Equal([1.5, -300], table.Columns[1]);
        Assert.Equal([2L, 3L], table.RowNumbers);
        Assert.Equal([new LogStretchRange(0, 2, false)], table.Stretches);
        Assert.Equal((1, "step"), (table.SamplingTime, table.TimeUnit));
    }

    [Theory]
    [InlineData("u;y\n1;2\n3;4\n")]
    [InlineData("u\ty\n1\t2\n3\t4\n")]
    [InlineData("u y\n1 2\n 3  \t 4  \n")]
    [InlineData("\"u\",\"y\"\r\n\"1\",\"2\"\r\n\"3\",\"4\"\r\n")]
    [InlineData("\n\nu,y\n1,2\n\n3,4\n\n\n")]
    [InlineData("\uFEFFu,y\n1,2\n3,4")]
    [InlineData(" u , y \n 1 , 2 \n 3 , 4 \n")]
    public void The_separator_is_found_out(string text)
    {
        var table = Read(text);
        Assert.Equal([2, 4], table.Columns[0]);
        Assert.Equal([1, 3], table.Columns[1]);
    }

    [Fact]
    public void Columns_with_tabs_may_have_spaces_in_their_names_and_empty_cells()
    {
        var table = Read("valve pos\ttemp out\tnote\n1\t2\t\n3\t4\t\n", new LogOptions(["temp out"], ["valve pos"]));
        Assert.Equal([2, 4], table.Columns[0]);
    }

    [Fact]
    public void Decimal_commas_are_read_when_asked_for()
    {
        var table = Read("u;y\n1,5;2,25\n", new LogOptions(["y"], ["u"], DecimalComma: true));
        Assert.Equal([2.25], table.Columns[0]);
        Assert.Equal(
            "A comma cannot be both the separator and the decimal sign. Name another separator, or leave out the decimal comma.",
            Error("u,y\n1,5\n", new LogOptions(["y"], ["u"], Separator: ",", DecimalComma: true)));
    }

    [Fact]
    public void Columns_without_a_header_are_numbered()
    {
        var table = Read("  1.0e+000\t  3.0e-001\t 9.8e+001\t\n  2.0e+000\t  4.0e-001\t 9.9e+001\t\n", new LogOptions(["c3"], ["c2"]));
        Assert.Equal([98, 99], table.Columns[0]);
        Assert.Equal([0.3, 0.4], table.Columns[1]);
        Assert.Equal([1L, 2L], table.RowNumbers);
    }

    [Fact]
    public void A_header_of_numbers_is_a_header_when_the_user_says_so()
    {
        Assert.Equal([2], Read("1,2\n1,2\n", new LogOptions(["2"], ["1"], HasHeader: true)).Columns[0]);
        Assert.Equal("Column 'c2' of log.csv: 'y' in row 1 is not a number. Say with --word y=1 which number it stands for, or with --missing that it means no value, or drop the column.",
            Error("u,y\n1,2\n", new LogOptions(["c2"], ["c1"], HasHeader: false)));
    }

    [Fact]
    public void Empty_columns_at_the_end_and_doubled_names_that_are_not_chosen_do_no_harm()
    {
        var table = Read("\"u\",\"y\",\"Ts\",\"x\",\"x\",\n1,2,4,7,8,\n3,4,,7,8,,\n");
        Assert.Equal([2, 4], table.Columns[0]);
        Assert.Equal(
            "log.csv has more than one column 'x' (columns 4 and 5), so it is not clear which is meant. Rename one of them.",
            Error("u,y,Ts,x,x\n1,2,3,4,5\n", new LogOptions(["x"], ["u"])));
    }

    [Fact]
    public void An_unknown_column_lists_those_there_and_suggests_the_nearest() =>
        Assert.Equal(
            "log.csv has no column 'temp_ou'. Did you mean 'temp_out'? Its columns are: valve, temp_out.",
            Error("valve,temp_out\n1,2\n", new LogOptions(["temp_ou"], ["valve"])));

    [Fact]
    public void A_cell_that_is_not_a_number_is_named_with_its_row_and_column()
    {
        var text = new System.Text.StringBuilder("u,temp_out\n");
        for (var row = 2; row <= 1300; row++)
            text.Append(row == 1204 ? "1,n/a\n" : "1,2\n");
        Assert.Equal(
            "Column 'temp_out' of log.csv: 'n/a' in row 1,204 is not a number. Name it with --missing, or drop the column.",
            Error(text.ToString(), new LogOptions(["temp_out"], ["u"])));
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-∞")]
    [InlineData("1e39")]
    [InlineData("1e400")]
    public void A_cell_that_is_not_finite_is_refused(string cell) =>
        Assert.Equal(
            $"Column 'y' of log.csv: '{cell}' in row 3 is not a finite number that fits in 32 bits. Name it with --missing, or drop the column.",
            Error($"u,y\n1,2\n1,{cell}\n").Replace("'-∞' in row 3 is not a number", "'-∞' in row 3 is not a finite number that fits in 32 bits", StringComparison.Ordinal));

    [Fact]
    public void An_empty_cell_is_refused_unless_it_was_named()
    {
        Assert.Equal(
            "Column 'y' of log.csv: the cell in row 3 is empty. Name the empty cell with --missing \"\", or drop the column.",
            Error("u,y\n1,2\n1,\n1,3\n"));
        var table = Read("u,y\n1,2\n1,\n1,3\n", new LogOptions(["y"], ["u"], MissingTokens: [""]));
        Assert.Equal([2, 3], table.Columns[0]);
    }

    [Fact]
    public void Missing_values_end_a_stretch_and_are_never_filled_in()
    {
        var table = Read(
            "u,y\nn/a,1\n1,2\n1,3\nN/A,4\n1,-\n1,6\n1,7\n1,8\nn/a,9\n",
            new LogOptions(["y"], ["u"], MissingTokens: ["n/a", "-"]));
        Assert.Equal([2, 3, 6, 7, 8], table.Columns[0]);
        Assert.Equal([new LogStretchRange(0, 2, true), new LogStretchRange(2, 3, true)], table.Stretches);
        Assert.Equal([3L, 4L, 7L, 8L, 9L], table.RowNumbers);
        Assert.Equal(4, table.MissingRows);
    }

    [Fact]
    public void A_log_with_nothing_but_missing_rows_says_so() =>
        Assert.Equal(
            "Every one of the 2 rows of log.csv has a missing value in a chosen column. Choose other columns.",
            Error("u,y\n1,x\n1,x\n", new LogOptions(["y"], ["u"], MissingTokens: ["x"])));

    [Theory]
    [InlineData("u,y\n1,2\n3\n", "Row 3 of log.csv has 1 cells, but the header has 2. Correct the row, or check that the separator is right; --leave-out 3 leaves it out, and --header-row says which row names the columns.")]
    [InlineData("u,y\n1,2\n3,4,5\n", "Row 3 of log.csv has 3 cells, but the header has 2. Correct the row, or check that the separator is right; --leave-out 3 leaves it out, and --header-row says which row names the columns.")]
    [InlineData("u y\n1 2\n\n3 4 5\n", "Row 4 of log.csv has 3 cells, but the header has 2. Correct the row, or check that the separator is right; --leave-out 4 leaves it out, and --header-row says which row names the columns.")]
    public void A_ragged_row_is_named(string text, string message) => Assert.Equal(message, Error(text));

    [Fact]
    public void A_ragged_row_without_a_header_is_compared_with_the_first() =>
        Assert.Equal(
            "Row 2 of log.dat has 1 cells, but the first row has 2. Correct the row, or check that the separator is right; --leave-out 2 leaves it out, and --header-row says which row names the columns.",
            Error("1 2\n3\n", new LogOptions(["c1"], ["c2"]), "log.dat"));

    [Theory]
    [InlineData("")]
    [InlineData("\n \n\n")]
    public void An_empty_file_says_so(string text) =>
        Assert.Equal("log.csv is empty. Give a log with at least one row of numbers.", Error(text));

    [Fact]
    public void A_header_without_rows_says_so() =>
        Assert.Equal("log.csv has a header but no rows. Give a log with at least one row of numbers.", Error("u,y\n"));

    [Fact]
    public void A_missing_file_and_a_folder_are_named()
    {
        var options = new LogOptions(["y"], ["u"]);
        var missing = _temporary.File("nothing.csv");
        Assert.Equal(
            $"Cannot read the log '{missing}': it does not exist. Check the spelling and the current folder.",
            Assert.Throws<OrreryDataException>(() => LogTable.Read(missing, options)).Message);
        Assert.Equal(
            $"Cannot read the log '{_temporary.Path}': it is a folder. Give a file.",
            Assert.Throws<OrreryDataException>(() => LogTable.Read(_temporary.Path, options)).Message);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        Assert.Equal("No column was named as an observation. Name at least one with --observations; 'orrery inspect' suggests which.", Error("u,y\n1,2\n", new LogOptions([], ["u"])));
        Assert.Equal("No column was named as an action. Name at least one with --actions; 'orrery inspect' suggests which. What is measured but not commanded goes with --disturbances.", Error("u,y\n1,2\n", new LogOptions(["y"], [])));
        Assert.Equal("The column 'y' was named twice as an observation. Name it once.", Error("u,y\n1,2\n", new LogOptions(["y", "y"], ["u"])));
        Assert.Equal("The column 'y' was named both as an observation and as an action. Name it once.", Error("u,y\n1,2\n", new LogOptions(["y"], ["y"])));
        Assert.Equal("The separator '|' is not known. Use ',', ';', 'tab' or 'space'.", Error("u,y\n1,2\n", new LogOptions(["y"], ["u"], Separator: "|")));
        Assert.Equal("The sampling time -1 cannot be used; it must be a positive number.", Error("u,y\n1,2\n", new LogOptions(["y"], ["u"], SamplingTime: -1)));
    }

    [Fact]
    public void The_time_column_gives_the_sampling_time_and_its_gaps_end_a_stretch()
    {
        var table = Read("t,u,y\n0.1,1,1\n0.3,1,2\n0.5,1,3\n1.1,1,4\n1.3,1,5\n", new LogOptions(["y"], ["u"], TimeColumn: "t"));
        Assert.Equal((0.2, "s"), (table.SamplingTime, table.TimeUnit));
        Assert.Equal([new LogStretchRange(0, 3, true), new LogStretchRange(3, 2, false)], table.Stretches);
    }

    [Fact]
    public void Dates_and_times_are_read_too()
    {
        var table = Read(
            "t,u,y\n2024-03-01 00:00:00,1,1\n2024-03-01 00:00:05,1,2\n2024-03-01 00:00:10,1,3\n", new LogOptions(["y"], ["u"], TimeColumn: "t"));
        Assert.Equal(5, table.SamplingTime);
        Assert.Single(table.Stretches);
    }

    [Fact]
    public void Time_that_does_not_go_on_is_refused()
    {
        Assert.Equal(
            "Rows 3 and 4 of log.csv have the same time. Say with --duplicates first, last or mean which counts, or correct the log.",
            Error("t,u,y\n1,1,1\n2,1,2\n2,1,3\n", new LogOptions(["y"], ["u"], TimeColumn: "t")));
        Assert.Equal(
            "Time column of log.csv: 'soon' in row 3 is neither a number nor a time stamp with the year first. Say how it is written, such as --time-format \"dd.MM.yyyy HH:mm:ss\", correct it, or leave the time column out.",
            Error("t,u,y\n1,1,1\nsoon,1,2\n", new LogOptions(["y"], ["u"], TimeColumn: "t")));
    }

    [Fact]
    public void Hundreds_of_thousands_of_rows_are_read_in_moments()
    {
        var path = _temporary.File("long.csv");
        using (var writer = new StreamWriter(path))
        {
            writer.Write("time,u,y,spare\n");
            for (var row = 0; row < 200_000; row++)
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{row},{row * 0.25},{row * 0.5},x\n"));
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var table = LogTable.Read(path, new LogOptions(["y"], ["u"]));
        Assert.Equal(200_000, table.Rows);
        Assert.Equal(99_999.5, table.Columns[0][^1]);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"it took {watch.Elapsed}");
    }
}
