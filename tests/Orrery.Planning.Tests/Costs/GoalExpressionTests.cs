using Orrery.Data;
using Orrery.Planning.Costs;

namespace Orrery.Planning.Tests.Costs;

public class GoalExpressionTests
{
    private static readonly string[] Known = ["voltage", "level", "FI-7", "FI"];

    [Fact]
    public void A_goal_is_a_set_point_a_trajectory_or_a_zone()
    {
        Assert.Equal(new SetPointGoal("level", 5), GoalExpression.Parse(" level = 5 ", Known));
        Assert.Equal(new ReferenceGoal("level", "steps=2.csv"), GoalExpression.Parse("level = @steps=2.csv".Replace("= @", "=@", StringComparison.Ordinal), Known));
        Assert.Equal(new ZoneGoal("level", 4, 6), GoalExpression.Parse("4<=level<=6", Known));
        Assert.Equal(new ZoneGoal("level", double.NegativeInfinity, 6), GoalExpression.Parse("level <= 6", Known));
        Assert.Equal(new ZoneGoal("level", 4, double.PositiveInfinity), GoalExpression.Parse("level>4", Known));
    }

    [Theory]
    [InlineData("level=5.5")]
    [InlineData("level=@steps.csv")]
    [InlineData("4<=level<=6")]
    [InlineData("level>=4")]
    public void A_goal_reads_as_it_was_typed(string text) => Assert.Equal(text, GoalExpression.Parse(text, Known).ToString());

    [Theory]
    [InlineData("level", "an equals sign is missing")]
    [InlineData("levl=5", "there is no column 'levl'; the columns are voltage, level, FI-7, FI. Did you mean 'level'?")]
    [InlineData("level=", "'' is not a finite number")]
    [InlineData("level=high", "'high' is not a finite number")]
    [InlineData("level=@", "the name of a file is missing")]
    [InlineData("levl=@a.csv", "Did you mean 'level'?")]
    [InlineData("6<=level<=4", "Goal '6<=level<=4': no value is both at least 6 and at most 4; swap the two numbers")]
    [InlineData("4<=levl<=6", "Did you mean 'level'?")]
    [InlineData("=5", "a column's name is missing")]
    public void A_goal_that_cannot_be_read_is_explained(string text, string expected)
    {
        var error = Assert.Throws<OrreryDataException>(() => GoalExpression.Parse(text, Known));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_price_is_a_linear_combination_with_the_longest_names_that_fit()
    {
        Assert.Equal([("level", 1.0)], EconomicExpression.Parse("level", Known).Terms);
        Assert.Equal([("level", 2.0), ("voltage", 0.1)], EconomicExpression.Parse(" 2*level + 0.1 * voltage", Known).Terms);
        Assert.Equal([("level", -2e-3), ("FI-7", -1.0), ("FI", 3.0)], EconomicExpression.Parse("-2e-3*level-FI-7+3*FI", Known).Terms);
    }

    [Theory]
    [InlineData("", "names nothing")]
    [InlineData("2*levl", "Did you mean 'level'?")]
    [InlineData("level + 2*level", "comes twice")]
    [InlineData("level voltage", "there is no column 'level voltage'")]
    [InlineData("two*level", "there is no column 'two*level'")]
    [InlineData("level +", "a column's name is missing")]
    public void A_price_that_cannot_be_read_is_explained(string text, string expected)
    {
        var error = Assert.Throws<OrreryDataException>(() => EconomicExpression.Parse(text, Known));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
