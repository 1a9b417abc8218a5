using Orrery.Data;
using Orrery.Planning.Surprise;

namespace Orrery.Planning.Tests.Surprise;

public class FalseAlarmRateTests
{
    [Theory]
    [InlineData("1/day", 1 / 86_400.0, "1/day")]
    [InlineData("5/hour", 5 / 3600.0, "5/hour")]
    [InlineData("2/8 hours", 2 / (8 * 3600.0), "2/8 hours")]
    [InlineData("1 / 10000 rows", 1e-4, "1/10000 rows")]
    [InlineData("0.5/week", 0.5 / (7 * 86_400.0), "0.5/week")]
    [InlineData("1/30min", 1 / 1800.0, "1/30 minutes")]
    public void Rates_are_read_as_people_write_them(string text, double perRow, string again)
    {
        FalseAlarmRate rate = FalseAlarmRate.Parse(text);
        Assert.Equal(perRow, rate.PerRow(1, "s"), 15);
        Assert.Equal(again, rate.ToString());
    }

    [Fact]
    public void A_row_may_last_any_time()
    {
        Assert.Equal(4 / 86_400.0, FalseAlarmRate.OncePerDay.PerRow(4, "s"), 15);
        Assert.Equal(6 / 86_400.0, FalseAlarmRate.OncePerDay.PerRow(0.1, "min"), 15);
        Assert.Contains("1/10000 rows", Assert.Throws<OrreryDataException>(() => FalseAlarmRate.OncePerDay.PerRow(1, "step")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("day")]
    [InlineData("0/day")]
    [InlineData("-1/day")]
    [InlineData("1/fortnight")]
    [InlineData("1/0 rows")]
    [InlineData("1/1000")]
    public void What_is_no_rate_is_told_with_examples(string text) =>
        Assert.Contains("1/day, 5/hour", Assert.Throws<OrreryDataException>(() => FalseAlarmRate.Parse(text)).Message, StringComparison.Ordinal);
}
