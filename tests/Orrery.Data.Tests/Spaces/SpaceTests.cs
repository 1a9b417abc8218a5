using System.Text.Json;
using Orrery.Data.Spaces;

namespace Orrery.Data.Tests.Spaces;

public class SpaceTests
{
    [Fact]
    public void A_space_goes_through_json_with_its_kind()
    {
        Space[] spaces =
        [
            new ImageSpace("picture", 2, 65, 64),
            new VectorSpace("action", [new Dimension("voltage", "V", 0, 10), new Dimension("free")]),
        ];
        var options = new JsonSerializerOptions { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };
        foreach (var space in spaces)
        {
            var json = JsonSerializer.Serialize(space, options);
            Assert.Equal(space, JsonSerializer.Deserialize<Space>(json, options));
        }
    }

    [Fact]
    public void Vector_spaces_are_equal_when_all_their_dimensions_are()
    {
        var space = new VectorSpace("x", [new Dimension("a"), new Dimension("b", "V")]);
        var same = new VectorSpace("x", new List<Dimension> { new("a"), new("b", "V") });
        Assert.Equal(space, same);
        Assert.Equal(space.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(space, new VectorSpace("x", [new Dimension("a"), new Dimension("b", "mV")]));
        Assert.NotEqual(space, new VectorSpace("y", space.Dimensions));
        Assert.Equal(1, space.IndexOf("b"));
        Assert.Equal(-1, space.IndexOf("B"));
        Assert.Equal(2, space.Size);
        Assert.Equal(2 * 65 * 64, new ImageSpace("picture", 2, 65, 64).Size);
    }
}
