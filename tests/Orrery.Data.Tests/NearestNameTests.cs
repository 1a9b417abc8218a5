namespace Orrery.Data.Tests;

public class NearestNameTests
{
    [Theory]
    [InlineData("temp_ou", "temp_out")]
    [InlineData("TEMP_OUT", "temp_out")]
    [InlineData("leval", "level")]
    [InlineData("y", null)]
    [InlineData("pressure", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_found_only_if_it_is_near(string typed, string? expected) =>
        Assert.Equal(expected, NearestName.Find(typed, ["level", "temp_out", "valve"]));

    [Fact]
    public void A_suggestion_is_a_sentence_or_nothing()
    {
        Assert.Equal(" Did you mean 'level'?", NearestName.Suggest("lebel", ["level"]));
        Assert.Equal("", NearestName.Suggest("q", []));
    }
}
