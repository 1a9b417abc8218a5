using Orrery.Data;
using Orrery.Evaluation.Protocols;

namespace Orrery.Evaluation.Tests.Protocols;

public class RowsAheadTests
{
    [Theory]
    [InlineData("60", 1, "s", 60)]
    [InlineData(" 60 rows ", 4, "s", 60)]
    [InlineData("10 min", 60, "s", 10)]
    [InlineData("10min", 4, "s", 150)]
    [InlineData("1.5 h", 5, "min", 18)]
    [InlineData("90 seconds", 1, "min", 2)]
    [InlineData("3 fortnights", 1, "fortnights", 3)]
    [InlineData("2 steps", 1, "step", 2)]
    public void Rows_and_times_are_understood(string text, double samplingTime, string unit, int rows) =>
        Assert.Equal(rows, RowsAhead.Parse(text, samplingTime, unit));

    [Theory]
    [InlineData("0", "less than a row, and rows are 4 s apart")]
    [InlineData("-3", "less than a row")]
    [InlineData("1 s", "less than a row")]
    [InlineData("2.5", "a whole number")]
    [InlineData("soon", "neither a number of rows nor a time")]
    [InlineData("", "neither a number of rows nor a time")]
    [InlineData("3 moons", "'moons' is not a unit of time")]
    [InlineData("1000000", "at most 10,000")]
    [InlineData("1 week", "that is 151,200 rows")]
    public void What_cannot_be_looked_ahead_is_explained(string text, string expected)
    {
        var error = Assert.Throws<OrreryDataException>(() => RowsAhead.Parse(text, 4, "s"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_needs_rows_that_are_a_time_apart()
    {
        var error = Assert.Throws<OrreryDataException>(() => RowsAhead.Parse("10 min", 1, "step"));
        Assert.Contains("unit of time is 'step'", error.Message, StringComparison.Ordinal);
    }
}
