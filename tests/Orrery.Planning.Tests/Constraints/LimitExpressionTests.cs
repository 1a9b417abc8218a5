using Orrery.Data;
using Orrery.Planning.Constraints;
using Orrery.Planning.Costs;

namespace Orrery.Planning.Tests.Constraints;

public class LimitExpressionTests
{
    private static readonly string[] Known = ["voltage", "level", "valve position (%)"];

    [Theory]
    [InlineData("0<=voltage<=10", "voltage", 0, 10)]
    [InlineData(" 0 < voltage < 10 ", "voltage", 0, 10)]
    [InlineData("10>=voltage>=0", "voltage", 0, 10)]
    [InlineData("level<=8", "level", double.NegativeInfinity, 8)]
    [InlineData("8>=level", "level", double.NegativeInfinity, 8)]
    [InlineData("voltage>=-1.5e-1", "voltage", -0.15, double.PositiveInfinity)]
    [InlineData("2<=valve position (%)", "valve position (%)", 2, double.PositiveInfinity)]
    public void Bounds_are_read_in_every_order(string text, string name, double low, double high)
    {
        var limit = LimitExpression.Parse(text, Known);
        Assert.Equal(new LimitExpression(name, low, high), limit);
        Assert.Equal(limit, LimitExpression.Parse(limit.ToString(), Known));
    }

    [Theory]
    [InlineData("voltag<=10", "Limit 'voltag<=10': there is no column 'voltag'; the columns are voltage, level, valve position (%). Did you mean 'voltage'?")]
    [InlineData("voltage", "one or two of <= and >= were needed, 0 came")]
    [InlineData("", "one or two of <= and >= were needed")]
    [InlineData("voltage=5", "one or two of <= and >= were needed, 0 came")]
    [InlineData("0<=1<=voltage<=4", "3 came")]
    [InlineData("0<=voltage>=4", "same way")]
    [InlineData("10<=voltage<=0", "no value is both at least 10 and at most 0; swap the two numbers")]
    [InlineData("voltage<=ten", "'ten' is not a finite number")]
    [InlineData("voltage<=NaN", "'NaN' is not a finite number")]
    [InlineData("voltage<=5,0", "'5,0' is not a finite number")]
    [InlineData("<=5", "a column's name is missing")]
    public void What_cannot_be_read_is_explained(string text, string expected)
    {
        var error = Assert.Throws<OrreryDataException>(() => LimitExpression.Parse(text, Known));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
