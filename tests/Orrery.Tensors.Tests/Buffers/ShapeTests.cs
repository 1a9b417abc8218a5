namespace Orrery.Tensors.Tests.Buffers;

public class ShapeTests
{
    [Fact]
    public void A_shape_knows_its_axes_from_both_ends()
    {
        Shape shape = new(2, 3, 5);
        Assert.Equal(3, shape.Rank);
        Assert.Equal(30, shape.Count);
        Assert.Equal(5, shape[-1]);
        Assert.Equal(2, shape[-3]);
        Assert.Equal(15, shape.CountOf(1, 3));
        Assert.Equal(new Shape(2, 7, 5), shape.With(-2, 7));
        Assert.Equal("[2, 3, 5]", shape.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => shape[3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => shape[-4]);
    }

    [Fact]
    public void A_scalar_holds_one_number_and_a_zero_axis_none()
    {
        Assert.Equal(1, new Shape().Count);
        Assert.Equal("[]", new Shape().ToString());
        Assert.Equal(0, new Shape(4, 0, 3).Count);
    }

    [Fact]
    public void Equality_is_by_axes()
    {
        Assert.True(new Shape(2, 3) == new Shape(2, 3));
        Assert.True(new Shape(2, 3) != new Shape(3, 2));
        Assert.NotEqual(new Shape(6), new Shape(6, 1));
        Assert.Equal(new Shape(2, 3).GetHashCode(), new Shape(2, 3).GetHashCode());
    }

    [Fact]
    public void Impossible_shapes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Shape(1, 1, 1, 1, 1, 1, 1));
        Assert.Throws<ArgumentException>(() => new Shape(2, -1));
        Assert.Throws<ArgumentException>(() => new Shape(1 << 16, 1 << 16));
    }
}
