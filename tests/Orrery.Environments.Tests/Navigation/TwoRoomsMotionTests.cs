using Orrery.Environments.Navigation;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Navigation;

public class TwoRoomsMotionTests
{
    private static readonly TwoRoomsLayout Layout = new();

    private static (float X, float Y) Move((float X, float Y) from, (float X, float Y) step, (double X, double Y) bounce = default) =>
        TwoRoomsMotion.Move(Layout, from, step, bounce);

    private static void Near((double X, double Y) expected, (float X, float Y) actual)
    {
        Assert.Equal(expected.X, actual.X, 4);
        Assert.Equal(expected.Y, actual.Y, 4);
    }

    [Fact]
    public void A_free_move_adds_the_action() => Near((21.5, 29), Move((20, 30), (1.5f, -1), (0.7, 0.7)));

    [Fact]
    public void The_dot_passes_through_the_door_in_both_directions()
    {
        Near((31.5, 10), Move((30, 10), (1.5f, 0), (0.7, 0.7)));
        Near((33.5, 10.5), Move((31.5f, 10), (2, 0.5f), (0.7, 0.7)));
        Near((31.5, 12), Move((33.5f, 11), (-2, 1), (0.7, 0.7)));
        Near((29.9, 12), Move((31.5f, 12), (-1.6f, 0), (0.7, 0.7)));
    }

    [Fact]
    public void Leaving_the_door_through_its_lower_edge_slides_along_it()
    {
        // From (31.5, 13) by (0.5, 2): the edge y = 14 is crossed half-way, at x = 31.75.
        Near((31.75 + 0.3, 14 - 0.4), Move((31.5f, 13), (0.5f, 2), (0.3, 0.4)));
        Near((31.75 + 0.3, 14 - 0.4), Move((31.5f, 13), (0.5f, 2), (0.3, -0.4)));
    }

    [Fact]
    public void Leaving_the_door_through_its_upper_edge_slides_along_it() =>
        Near((31.75 - 0.3, 6 + 0.4), Move((31.5f, 7), (0.5f, -2), (-0.3, -0.4)));

    [Fact]
    public void A_dot_exactly_on_the_doors_edge_cannot_go_into_the_wall()
    {
        Near((32.1, 13.8), Move((32, 14), (0, 1), (0.1, 0.2)));
        Near((32.1, 6.2), Move((32, 6), (0, -1), (0.1, 0.2)));
    }

    [Fact]
    public void The_wall_throws_the_dot_back_to_its_own_side()
    {
        // Faces are at x = 31 and x = 33.
        Near((31 - 0.4, 40.5 + 0.3), Move((30, 40), (2, 1), (0.4, 0.3)));
        Near((33 + 0.4, 40.5 + 0.3), Move((34, 40), (-2, 1), (-0.4, 0.3)));
    }

    [Fact]
    public void Touching_the_wall_counts_as_meeting_it() => Near((31 - 0.25, 40), Move((30, 40), (1, 0), (0.25, 0)));

    [Fact]
    public void Without_a_bounce_the_dot_is_put_a_clearance_away_from_what_it_touched()
    {
        Near((30.7, 40), Move((30, 40), (2, 0)));
        Near((33.3, 40), Move((34, 40), (-2, 0)));
        Near((4.3, 40), Move((5, 40), (-2, 0)));
        Near((59.7, 40), Move((59, 40), (2, 0)));
        Near((20, 4.3), Move((20, 5), (0, -2)));
        Near((20, 59.7), Move((20, 59), (0, 2)));
    }

    [Fact]
    public void In_a_corner_both_coordinates_are_kept_inside()
    {
        // The top (y = 4) is met first, at x = 4.5; the bounce of -1 would leave the room on the left.
        Near((4.3, 4.3), Move((5, 5), (-1, -2), (-1, 0)));

        // The left border is met first, at y = 4.75; the bounce would leave at the top.
        Near((4.2, 4.3), Move((5.5f, 5.5f), (-3, -1.5f), (0.2, -1)));
    }

    [Fact]
    public void Of_two_walls_met_the_nearer_one_counts_and_a_tie_is_the_horizontal_one()
    {
        Near((31 - 0.1, 58.5 + 0.2), Move((30, 58), (4, 2), (0.1, 0.2)));
        Near((59 + 0.5, 60 - 0.5), Move((58, 59), (2, 2), (0.5, 0.5)));

        // Into the corner: the horizontal one, so x goes beyond the room and is put inside.
        Near((59.7, 60 - 0.5), Move((58, 58), (2, 2), (0.5, 0.5)));
    }

    [Fact]
    public void The_dot_never_gets_into_a_wall_or_across_it_except_through_the_door()
    {
        var random = new RandomStream(1, "moves");
        var position = (X: 20f, Y: 30f);
        var crossings = 0;
        var wasLeft = true;
        for (var i = 0; i < 200_000; i++)
        {
            var angle = 2 * Math.PI * random.NextDouble();

            // Drawn towards the door now and then, or it would rarely be met.
            if (i % 3 == 0)
                angle = Math.Atan2(10 - position.Y, 32 - position.X + (4 * random.NextNormal()));
            var length = TwoRooms.ActionLimit * random.NextDouble();
            var next = TwoRoomsMotion.Move(
                Layout, position, ((float)(length * Math.Cos(angle)), (float)(length * Math.Sin(angle))), (0.5 * random.NextNormal(), 0.5 * random.NextNormal()));
            Assert.True(Layout.IsFree(next.X, next.Y), $"({next.X}, {next.Y}) is not free; came from ({position.X}, {position.Y}).");
            if (next.X < Layout.WallLeft != wasLeft && (next.X < Layout.WallLeft || next.X > Layout.WallRight))
            {
                wasLeft = next.X < Layout.WallLeft;
                crossings++;
                Assert.InRange(position.Y, Layout.DoorTop - TwoRooms.ActionLimit, Layout.DoorBottom + TwoRooms.ActionLimit);
            }

            position = next;
        }

        Assert.True(crossings > 20, $"only {crossings} crossings were seen");
    }

    [Fact]
    public void Moves_far_beyond_the_limit_still_end_in_free_space()
    {
        var random = new RandomStream(2, "wild moves");
        var position = (X: 20f, Y: 30f);
        for (var i = 0; i < 50_000; i++)
        {
            var step = ((float)(40 * random.NextNormal()), (float)(40 * random.NextNormal()));
            position = TwoRoomsMotion.Move(Layout, position, step, (0.5 * random.NextNormal(), 0.5 * random.NextNormal()));
            Assert.True(Layout.IsFree(position.X, position.Y));
        }
    }
}
