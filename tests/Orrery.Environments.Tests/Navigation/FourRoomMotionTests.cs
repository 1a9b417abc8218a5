using Orrery.Environments.Navigation;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Navigation;

/// <summary>Four Room's walls and how its dot moves, against cases worked out by hand.</summary>
public sealed class FourRoomMotionTests
{
    // Doors: 16 to 24 and 41 to 49 in the wall from x = 31 to 33; 11 to 19 in the left half of the wall from y = 31 to 33, none in its right half.
    private static readonly FourRoomMotion Motion = new(new FourRoomLayout(Top: 20, Bottom: 45, Left: 15, Right: FourRoomLayout.Closed));

    // Free, and at the border.
    [InlineData(10, 10, 2, 1, 12, 11)]
    [InlineData(5, 10, -2, 2, 4, 11)]
    [InlineData(59, 59, 2, 4, 59.5f, 60)]
    [InlineData(4, 10, 0, 2, 4, 12)]
    // The vertical wall stops the dot at its face, without sliding; along the face it is free.
    [InlineData(30, 10, 2, 1, 31, 10.5f)]
    [InlineData(31, 10, 2, 1, 31, 10)]
    [InlineData(31, 10, 0, 2, 31, 12)]
    [InlineData(31, 10, -2, 1, 29, 11)]
    [InlineData(34, 55, -2, 0, 33, 55)]
    // Through its doors, whose edges stop it inside the wall.
    [InlineData(30, 20, 2, 0, 32, 20)]
    [InlineData(30, 16, 4, 0, 34, 16)]
    [InlineData(30, 15.5f, 4, 0, 31, 15.5f)]
    [InlineData(32, 23, 1, 2, 32.5f, 24)]
    [InlineData(32, 17, 0, -2, 32, 16)]
    [InlineData(34, 45, -4, 0, 30, 45)]
    // A corner that is only touched stops nothing; one that would be cut does.
    [InlineData(30, 25, 2, -2, 32, 23)]
    [InlineData(30, 25, 1, -2, 31, 23)]
    [InlineData(29, 25.5f, 4, -2, 31, 24.5f)]
    // The horizontal wall: a door on the left, none on the right.
    [InlineData(15, 30, 0, 4, 15, 34)]
    [InlineData(10, 30, 0, 4, 10, 31)]
    [InlineData(50, 30, 0, 4, 50, 31)]
    [InlineData(50, 34, 1, -2, 50.5f, 33)]
    // Where the walls cross nothing is open, and long moves jump over nothing.
    [InlineData(30, 30, 4, 4, 31, 31)]
    [InlineData(31, 31, 2, 2, 31, 31)]
    [InlineData(33, 31, -1, 1, 33, 31)]
    [InlineData(31, 31, -1, -1, 30, 30)]
    [InlineData(10, 10, 50, 50, 31, 31)]
    [InlineData(5, 10, 54, 0, 31, 10)]
    [InlineData(5, 20, 54, 0, 59, 20)]
    [Theory]
    public void The_dot_goes_straight_and_stops_where_it_meets_something(float x, float y, float dx, float dy, float toX, float toY)
    {
        var (endX, endY) = Motion.Move((x, y), (dx, dy));
        Assert.Equal(toX, endX, 1e-5f);
        Assert.Equal(toY, endY, 1e-5f);
        Assert.True(Motion.IsFree(endX, endY));
    }

    [Fact]
    public void The_dot_is_never_inside_a_wall_and_only_walls_stop_it()
    {
        RandomStream random = new(5, "moves");
        var stopped = 0;
        for (var map = 0; map < 200; map++)
        {
            FourRoomMotion motion = new(FourRoomLayout.Sample(random));
            var place = FourRoom.SampleRoom(random, map % 4);
            for (var step = 0; step < 500; step++)
            {
                (float X, float Y) by = (6 * (random.NextFloat() - 0.5f), 6 * (random.NextFloat() - 0.5f));
                var next = motion.Move(place, by);
                Assert.True(motion.IsFree(next.X, next.Y), $"({next.X}, {next.Y}) from ({place.X}, {place.Y})");
                if (next != ((float)(place.X + (double)by.X), (float)(place.Y + (double)by.Y)))
                {
                    // What stopped it still does.
                    stopped++;
                    Assert.Equal(next, motion.Move(next, by));
                }

                place = next;
            }
        }

        Assert.InRange(stopped, 2000, 50_000);
    }

    [Fact]
    public void Every_room_can_be_reached_in_every_map_and_doors_are_open_or_closed()
    {
        RandomStream random = new(3, "maps");
        HashSet<FourRoomLayout> maps = [];
        var closed = new int[4];
        for (var map = 0; map < 2000; map++)
        {
            var layout = FourRoomLayout.Sample(random);
            maps.Add(layout);
            for (var door = 0; door < 4; door++)
            {
                closed[door] += layout[door] == FourRoomLayout.Closed ? 1 : 0;
                Assert.True(layout[door] == 0 || (layout[door] is >= 9 and <= 26 && door is 0 or 2) || (layout[door] is >= 38 and <= 55 && door is 1 or 3));
            }

            for (var from = 0; from < 4; from++)
            {
                for (var to = 0; to < 4; to++)
                    CheckWay(layout, from, to);
            }
        }

        Assert.True(maps.Count > 1900, $"{maps.Count} maps");
        // Closed with probability 1/4, given at most one: 4 p q^3 / (q^4 + 4 p q^3) / 4 = 1/7 each.
        Assert.All(closed, count => Assert.InRange(count, 220, 350));
    }

    private static void CheckWay(FourRoomLayout layout, int from, int to)
    {
        var room = from;
        var doors = FourRoomExplorer.Doors(layout, from, to);
        foreach (var door in doors)
        {
            Assert.NotEqual(FourRoomLayout.Closed, layout[door]);
            var (first, second) = FourRoomLayout.Rooms(door);
            Assert.True(room == first || room == second);
            room = room == first ? second : first;
        }

        Assert.Equal(to, room);
        Assert.InRange(doors.Count, from == to ? 0 : 1, layout.IsConnected ? 3 : 0);
        if (Enumerable.Range(0, 4).All(door => layout[door] != FourRoomLayout.Closed))
            Assert.InRange(doors.Count, 0, 2);
    }
}
