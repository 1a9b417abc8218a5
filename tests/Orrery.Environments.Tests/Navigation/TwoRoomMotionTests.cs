using Orrery.Environments.Navigation;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Navigation;

/// <summary>Both rules of the 224-pixel Two Room against cases worked out by hand.</summary>
public sealed class TwoRoomMotionTests
{
    [Theory]
    [InlineData(0.5f, -0.25f, 2.5f, -1.25f)]
    [InlineData(1f, 1f, 5f, 5f)]
    [InlineData(3f, -0.5f, 5f, -2.5f)]
    [InlineData(-1.0001f, 9f, -5f, 5f)]
    public void An_action_is_cut_off_at_1_in_each_component_on_its_own_and_moves_5_px_per_unit(float ax, float ay, float dx, float dy) =>
        Assert.Equal((dx, dy), TwoRoomMotion.Displacement([ax, ay]));

    // Free.
    [InlineData(50, 100, 3, -4, 53, 96)]
    // The border stops the disk: 14 + 7 and 210 - 7, each axis on its own.
    [InlineData(22, 202, -5, 5, 21, 203)]
    [InlineData(202, 22, 5, -3, 203, 21)]
    // A start between border line and 21 is moved in.
    [InlineData(15, 100, 1, 0, 21, 100)]
    // The wall from the left: beyond 100, back to 99.5.
    [InlineData(97, 100, 3, 1, 100, 101)]
    [InlineData(97, 100, 3.5f, 1, 99.5f, 101)]
    [InlineData(100, 100, 0, 5, 100, 105)]
    // From the right: below 124, out to 124.5.
    [InlineData(127, 100, -3, 0, 124, 100)]
    [InlineData(127, 100, -3.5f, 0, 124.5f, 100)]
    // Through the door: the radius does not count along it, and 1.75 px more are open on each side.
    [InlineData(98, 49, 5, 0, 103, 49)]
    [InlineData(98, 33.25f, 5, 0, 103, 33.25f)]
    [InlineData(98, 33.2f, 5, 0, 99.5f, 33.2f)]
    [InlineData(98, 64.75f, 5, 0, 103, 64.75f)]
    [InlineData(98, 64.8f, 5, 0, 99.5f, 64.8f)]
    // Only the end counts: y may enter the door while x does, and leave the wall's reach while y leaves the door.
    [InlineData(99, 68, 5, -4, 104, 64)]
    [InlineData(103, 63, -4, 4, 99, 67)]
    // Inside the wall a dot that leaves the door goes back to its own side, however far through it is.
    [InlineData(111.9f, 63, 5, 5, 99.5f, 68)]
    [InlineData(112, 63, -5, 5, 124.5f, 68)]
    // The center line itself is right.
    [InlineData(112, 49, -5, 0, 107, 49)]
    [Theory]
    public void The_published_rule_looks_at_where_a_move_ends(float x, float y, float dx, float dy, float toX, float toY) =>
        Assert.Equal((toX, toY), TwoRoomMotion.EndPoint((x, y), (dx, dy)));

    [Fact]
    public void The_published_rule_adds_in_single_precision()
    {
        Assert.Equal(30.1f + (0.3f * 5f), TwoRoomMotion.EndPoint((30.1f, 50), TwoRoomMotion.Displacement([0.3f, 0])).X);
        Assert.Equal(199.7f + (0.123f * 5f), TwoRoomMotion.EndPoint((40, 199.7f), TwoRoomMotion.Displacement([0, 0.123f])).Y);
    }

    // Free.
    [InlineData(50, 100, 3, -4, 53, 96)]
    // A move that would pass the border ends where it meets it, with the rest of it lost on both axes.
    [InlineData(23, 100, -4, 4, 21, 102)]
    [InlineData(201, 100, 4, 2, 203, 101)]
    [InlineData(100, 22, 2, -4, 100, 22)]
    [InlineData(60, 22, 2, -4, 60.5f, 21)]
    // The nearer of two contacts counts.
    [InlineData(22, 23, -4, -4, 21, 22)]
    // A face of the wall: stopped at 100 and 124, and no sliding.
    [InlineData(98, 100, 4, 4, 100, 102)]
    [InlineData(100, 100, 4, 4, 100, 100)]
    [InlineData(126, 100, -4, 2, 124, 101)]
    // Along a face that is touched, and away from it, the way is free.
    [InlineData(100, 100, 0, -5, 100, 95)]
    [InlineData(100, 100, -3, 1, 97, 101)]
    [InlineData(100, 64, 0, -5, 100, 59)]
    // Through the door, whose edges the disk meets at 42 and 56.
    [InlineData(100, 49, 5, 1, 105, 50)]
    [InlineData(108, 54, 4, 4, 110, 56)]
    [InlineData(116, 44, -4, -4, 114, 42)]
    [InlineData(110, 56, 5, 0, 115, 56)]
    [InlineData(110, 42, 5, 0, 115, 42)]
    [InlineData(110, 56, 3, 1, 110, 56)]
    // Corners of the door, round: straight at the point (107, 35), (117, 35), (107, 63) and (117, 63).
    [InlineData(97, 35, 5, 0, 100, 35)]
    [InlineData(127, 35, -5, 0, 124, 35)]
    [InlineData(101, 55, 3, 4, 102.8f, 57.4f)]
    [InlineData(123, 43, -3, -4, 121.2f, 40.6f)]
    // Passing a corner by 6 px it is met where 7^2 = 6^2 + 13 is left, by 8 px not at all.
    [InlineData(101, 41, 5, 0, 103.3944f, 41)]
    [InlineData(101, 43, 5, 0, 106, 43)]
    [Theory]
    public void The_swept_rule_stops_where_the_disk_first_touches(float x, float y, float dx, float dy, float toX, float toY)
    {
        var (endX, endY) = TwoRoomMotion.Swept((x, y), (dx, dy));
        Assert.Equal(toX, endX, 1e-4f);
        Assert.Equal(toY, endY, 1e-4f);
    }

    [Fact]
    public void The_swept_rule_lets_no_move_jump_over_the_wall()
    {
        Assert.Equal((100f, 100f), TwoRoomMotion.Swept((90, 100), (60, 0)));
        Assert.Equal((124f, 100f), TwoRoomMotion.Swept((150, 100), (-80, 0)));
        Assert.Equal((150f, 49f), TwoRoomMotion.Swept((90, 49), (60, 0)));
    }

    [Fact]
    public void A_swept_disk_stays_clear_of_walls_and_turned_moves_end_at_turned_places()
    {
        RandomStream random = new(1, "swept");
        var place = (X: 112f, Y: 49f);
        for (var step = 0; step < 200_000; step++)
        {
            if (step % 50 == 0)
                place = (95 + (34 * random.NextFloat()), 42 + (14 * random.NextFloat()));
            (float, float) by = (10 * (random.NextFloat() - 0.5f), 10 * (random.NextFloat() - 0.5f));
            var next = TwoRoomMotion.Swept(place, by);
            Assert.True(TwoRoomMotion.IsClear(next.X, next.Y), $"({next.X}, {next.Y}) from ({place.X}, {place.Y})");

            // The world is symmetric about x = 112.
            var turned = TwoRoomMotion.Swept((224 - place.X, place.Y), (-by.Item1, by.Item2));
            Assert.Equal(next.X, 224 - turned.X, 1e-4f);
            Assert.Equal(next.Y, turned.Y, 1e-4f);
            place = next;
        }
    }

    [Theory]
    [InlineData(21, 203, true)]
    [InlineData(20.9f, 100, false)]
    [InlineData(100, 100, true)]
    [InlineData(100.1f, 100, false)]
    [InlineData(112, 42, true)]
    [InlineData(112, 41.9f, false)]
    [InlineData(112, 56.1f, false)]
    [InlineData(102, 40, true)]
    [InlineData(103, 40, false)]
    [InlineData(float.NaN, 40, false)]
    [InlineData(50, float.NaN, false)]
    public void A_disk_is_clear_where_all_of_it_is(float x, float y, bool clear) => Assert.Equal(clear, TwoRoomMotion.IsClear(x, y));
}
