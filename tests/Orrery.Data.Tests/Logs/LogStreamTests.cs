using Orrery.Data.Logs;

namespace Orrery.Data.Tests.Logs;

public class LogStreamTests
{
    private static readonly LogOptions Options = new(["level"], ["valve"], MissingTokens: ["n/a"], TimeColumn: "t");

    [Fact]
    public void Rows_are_read_as_they_come_and_what_makes_no_sense_is_told_apart()
    {
        LogStream stream = new("pipe", Options, 1);
        (string Line, LogLine Kind)[] lines =
        [
            ("", LogLine.Other),
            ("t,valve,other,level", LogLine.Other),
            ("1,0.5,x,3.25", LogLine.Row),
            ("2,0.5,,n/a", LogLine.Missing),
            ("3,0.5,,NaN", LogLine.Missing),
            ("4,oops,,1", LogLine.Missing),
            ("5,0.5", LogLine.Missing),
            ("6,0.5,\"open,1", LogLine.Missing),
            ("0.5,0.5,,1", LogLine.OutOfOrder),
            ("7,1,,2", LogLine.Row),
        ];
        foreach ((string line, LogLine kind) in lines)
        {
            Assert.Equal(kind, stream.Accept(line));
            if (line.StartsWith("1,", StringComparison.Ordinal))
                Assert.Equal((3.25f, 0.5f, 1.0, false), (stream.Observation[0], stream.Action[0], stream.Time, stream.AfterGap));
        }

        Assert.Equal((2f, 1f, "7", true), (stream.Observation[0], stream.Action[0], stream.TimeText, stream.AfterGap));
        Assert.Equal(lines.Length, stream.Lines);
    }

    [Fact]
    public void Columns_without_a_header_are_numbered_and_dates_are_times()
    {
        LogStream stream = new("pipe", new LogOptions(["c2"], ["c3"], TimeColumn: "c1", HasHeader: false, Separator: "space"), 60);
        Assert.Equal(LogLine.Missing, stream.Accept("2026-01-05T10:00:00Z 1,5 2"));
        stream = new("pipe", new LogOptions(["c2"], ["c3"], TimeColumn: "c1", HasHeader: false, DecimalComma: true), 60);
        Assert.Equal(LogLine.Row, stream.Accept("2026-01-05T10:00:00Z;1,5;2"));
        Assert.Equal(1.5f, stream.Observation[0]);
        Assert.Equal(LogLine.Row, stream.Accept("2026-01-05T10:01:00Z;1,5;2"));
        Assert.False(stream.AfterGap);
        Assert.Equal(LogLine.Row, stream.Accept("2026-01-05T10:03:00Z;1,5;2"));
        Assert.True(stream.AfterGap);
    }

    [Fact]
    public void A_column_that_is_not_there_is_named()
    {
        OrreryDataException problem = Assert.Throws<OrreryDataException>(() => new LogStream("pipe", Options, 1).Accept("t,valve,levl"));
        Assert.Contains("no column 'level'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decimal_commas_are_seen_in_the_first_row_that_has_one()
    {
        foreach (char separator in ";\t")
        {
            LogStream stream = new("pipe", Options, 1);
            Assert.Equal(LogLine.Other, stream.Accept($"t{separator}valve{separator}level"));
            Assert.Equal(LogLine.Row, stream.Accept($"1{separator}2{separator}3"));
            Assert.Equal(LogLine.Row, stream.Accept($"2{separator}2,5{separator}3"));
            Assert.Equal((3f, 2.5f), (stream.Observation[0], stream.Action[0]));
            Assert.Equal(LogLine.Missing, stream.Accept($"3{separator}2.5{separator}3"));
            Assert.Equal("Line 4, column 'valve': '2.5' is no number.", stream.Problem);
        }
    }

    [Fact]
    public void A_file_with_a_title_and_units_is_read_from_its_header()
    {
        using TemporaryFolder folder = new();
        string[] lines = ["Trend export", "", "t;valve;level", "s;%;m", .. Enumerable.Range(0, 9).Select(row => $"{row};{row},5;1")];
        File.WriteAllLines(folder.File("log.csv"), lines);
        Assert.True(LogStream.CanRead(folder.File("log.csv")));
        LogStream stream = LogStream.OfFile(folder.File("log.csv"), Options, 1);
        Assert.Equal([LogLine.Other, LogLine.Other, LogLine.Other, LogLine.Other, .. Enumerable.Repeat(LogLine.Row, 9)], lines.Select(stream.Accept));
        Assert.Equal(8.5f, stream.Action[0]);
        File.WriteAllText(folder.File("log.jsonl"), "{\"t\": 1}\n");
        Assert.False(LogStream.CanRead(folder.File("log.jsonl")));
    }

    [Fact]
    public void Another_batch_and_a_clock_that_was_set_back_are_gaps()
    {
        LogStream stream = new("pipe", Options with { EpisodeColumn = "b", Timing = new TimeRules(Order: RowOrder.Restart) }, 1);
        (string Line, bool IsGap)[] lines = [("A,1,0,0", false), ("A,2,0,0", false), ("B,1,0,0", true), ("B,2,0,0", false), ("B,1,0,0", true), ("B,2,0,0", false)];
        Assert.Equal(LogLine.Other, stream.Accept("b,t,valve,level"));
        foreach ((string line, bool isGap) in lines)
        {
            Assert.Equal(LogLine.Row, stream.Accept(line));
            Assert.Equal(isGap, stream.AfterGap);
        }
    }
}
