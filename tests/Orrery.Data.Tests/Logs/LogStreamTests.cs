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
        LogStream stream = new("pipe", new LogOptions(["c2"], ["c3"], TimeColumn: "c1", HasHeader: false, Separator: "\t"), 60);
        Assert.Equal(LogLine.Missing, stream.Accept("2026-01-05T10:00:00Z\t1,5\t2"));
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
}
