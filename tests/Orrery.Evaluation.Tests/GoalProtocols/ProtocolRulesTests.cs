using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.GoalProtocols;

namespace Orrery.Evaluation.Tests.GoalProtocols;

/// <summary>Both sides of every inequality.</summary>
public sealed class ProtocolRulesTests
{
    private static Dictionary<string, GoalProtocol> All { get; } =
        ((IEnumerable<GoalProtocol>)[.. TwoRoomsProtocols.All, .. TwoRoomProtocols.All, .. FourRoomProtocols.All, .. PushTProtocols.All, .. ControlProtocols.All]).ToDictionary(protocol => protocol.Name);

    [Theory]
    [InlineData("eb-jepa-two-rooms", new[] { 40f, 30 }, new[] { 44.49f, 30 }, true)]
    [InlineData("eb-jepa-two-rooms", new[] { 40f, 30 }, new[] { 44.5f, 30 }, false)]
    [InlineData("eb-jepa-two-rooms-random", new[] { 40f, 30, 32, 20 }, new[] { 44.4f, 30, 32, 20 }, true)]
    [InlineData("eb-jepa-two-rooms-random", new[] { 40f, 30, 32, 20 }, new[] { 44.6f, 30, 32, 20 }, false)]
    [InlineData("pldm-two-rooms", new[] { 40f, 30 }, new[] { 40.99f, 30.99f }, true)]
    [InlineData("pldm-two-rooms", new[] { 40f, 30 }, new[] { 41f, 31 }, false)]
    [InlineData("four-room", new[] { 40f, 50, 20, 45, 15, 0 }, new[] { 44.4f, 50, 20, 45, 15, 0 }, true)]
    [InlineData("four-room", new[] { 40f, 50, 20, 45, 15, 0 }, new[] { 44.5f, 50, 20, 45, 15, 0 }, false)]
    [InlineData("clear-two-room-moderate", new[] { 150f, 100 }, new[] { 165.9f, 100 }, true)]
    [InlineData("clear-two-room-moderate", new[] { 150f, 100 }, new[] { 166f, 100 }, false)]
    [InlineData("clear-two-room-strict", new[] { 150f, 100 }, new[] { 157.9f, 100 }, true)]
    [InlineData("clear-two-room-strict", new[] { 150f, 100 }, new[] { 158f, 100 }, false)]
    [InlineData("clear-two-room-strict", new[] { 111f, 49 }, new[] { 113f, 49 }, false)]
    [InlineData("clear-push-t-moderate", new[] { 100f, 100, 200, 200, 3.1f, 0, 0 }, new[] { 110f, 110, 209, 209, -3.1f, 0, 0 }, true)]
    [InlineData("clear-push-t-moderate", new[] { 100f, 100, 200, 200, 3.1f, 0, 0 }, new[] { 110f, 110, 210, 210, -3.1f, 0, 0 }, false)]
    [InlineData("clear-push-t-moderate", new[] { 100f, 100, 200, 200, 0, 0, 0 }, new[] { 100f, 100, 200, 200, 0.35f, 0, 0 }, false)]
    [InlineData("clear-push-t-strict", new[] { 100f, 100, 200, 200, 0.1f, 0, 0 }, new[] { 400f, 100, 207, 207, 0.27f, 0, 0 }, true)]
    [InlineData("clear-push-t-strict", new[] { 100f, 100, 200, 200, 0.1f, 0, 0 }, new[] { 100f, 100, 210, 200, 0.1f, 0, 0 }, false)]
    [InlineData("clear-push-t-strict", new[] { 100f, 100, 200, 200, 0.1f, 0, 0 }, new[] { 100f, 100, 200, 200, 0.28f, 0, 0 }, false)]
    [InlineData("clear-reacher-moderate", new[] { 3.12f, 1, 0, 0 }, new[] { -3.12f, 1.04f, 9, 9 }, true)]
    [InlineData("clear-reacher-moderate", new[] { 0f, 1, 0, 0 }, new[] { 0f, 1.06f, 0, 0 }, false)]
    [InlineData("clear-reacher-moderate", new[] { 0f, 1, 0, 0 }, new[] { 0.06f, 1, 0, 0 }, false)]
    [InlineData("clear-reacher-strict", new[] { 0f, 1, 0, 0 }, new[] { 0.04f, 1, 0, 0 }, true)]
    [InlineData("clear-reacher-strict", new[] { 0f, 1, 0, 0 }, new[] { 0.06f, 1, 0, 0 }, false)]
    [InlineData("point-maze-u", new[] { 1f, 1, 0, 0 }, new[] { 1.49f, 1, 3, 3 }, true)]
    [InlineData("point-maze-u", new[] { 1f, 1, 0, 0 }, new[] { 1.5f, 1, 0, 0 }, false)]
    [InlineData("point-maze-large", new[] { 1f, 1, 0, 0 }, new[] { 1.49f, 1, 3, 3 }, true)]
    public void Each_inequality_holds_on_one_side_and_not_on_the_other(string protocol, float[] state, float[] goal, bool holds) =>
        Assert.Equal(holds, All[protocol].Success.Holds(state, goal));

    [Theory]
    [InlineData("clear-two-room-strict", 1)]
    [InlineData("clear-push-t-strict", 3)]
    [InlineData("clear-reacher-strict", 2)]
    [InlineData("clear-reacher-moderate", 1)]
    public void Strict_rules_hold_for_so_many_steps(string protocol, int steps) => Assert.Equal(steps, All[protocol].Success.Hold);

    [Fact]
    public void The_strict_rooms_ask_for_a_legal_crossing()
    {
        StatePredicate crossing = All["clear-two-room-strict"].Success.Crossing!;
        Assert.True(crossing([110, 49], [114, 49]));
        Assert.True(crossing([114, 42], [110, 56]));
        Assert.False(crossing([110, 41], [114, 41]));
        Assert.False(crossing([110, 57.5f], [114, 57.5f]));
        Assert.False(crossing([98, 100], [126, 100]));
        Assert.False(crossing([110, 49], [111, 49]));
    }

    [Theory]
    [InlineData(new[] { 100f, 100 }, new[] { 100f, 200 }, true)]
    [InlineData(new[] { 100f, 100 }, new[] { 101f, 100 }, false)]
    [InlineData(new[] { 95f, 30 }, new[] { 129f, 68 }, false)]
    [InlineData(new[] { 95f, 45 }, new[] { 129f, 53 }, true)]
    [InlineData(new[] { 30f, 30 }, new[] { 30f, 20 }, false)]
    [InlineData(new[] { 100f, 30 }, new[] { 106f, 41 }, false)]
    public void A_disk_is_swept_with_its_whole_radius(float[] from, float[] to, bool legal)
    {
        Assert.Equal(legal, DiskRooms.IsLegal(from, to));
        Assert.Equal(legal, DiskRooms.IsLegal(to, from));
    }

    [Fact]
    public void A_sweep_is_legal_where_every_place_on_it_is_clear()
    {
        Random random = new(3);
        int clear = 0;
        for (int trial = 0; trial < 4000; trial++)
        {
            float[] from = Place(), to = Place();
            bool sampled = Enumerable.Range(0, 101).All(step => IsClear(Between(from, to, step / 100f)));
            bool legal = DiskRooms.IsLegal(from, to);
            // What is legal is clear everywhere; what is clear at a hundred places may miss a corner in between by a hair.
            Assert.True(sampled || !legal);
            if (sampled && !legal)
                Assert.Contains(Enumerable.Range(0, 10_001), step => !IsClear(Between(from, to, step / 10_000f), -0.01));
            clear += legal ? 1 : 0;
        }

        Assert.InRange(clear, 400, 3600);

        float[] Place() => [80 + (64 * random.NextSingle()), 22 + (54 * random.NextSingle())];
    }

    [Theory]
    [InlineData(1f, 1f, 1f, 3f, 2)]
    [InlineData(1f, 1f, 3f, 1f, 4.137)]
    [InlineData(1f, 3f, 3f, 3f, 2)]
    [InlineData(3f, 1f, 2f, 3f, 2.2361)]
    public void The_way_in_the_u_goes_around_its_wall(float x, float y, float goalX, float goalY, double length)
    {
        StateDistance way = All["point-maze-u"].Way;
        Assert.Equal(length, way([x, y, 0, 0], [goalX, goalY, 0, 0]), 2);
        Assert.Equal(length, way([goalX, goalY, 0, 0], [x, y, 0, 0]), 2);
    }

    [Fact]
    public void The_way_to_the_other_room_goes_through_the_door()
    {
        StateDistance way = All["eb-jepa-two-rooms"].Way;
        Assert.Equal(10, way([20, 50], [30, 50]), 4);
        Assert.Equal(2 * Math.Sqrt((12 * 12) + (37 * 37)), way([20, 50], [44, 50]), 4);
        Assert.Equal(24, way([20, 10], [44, 10]), 4);
    }

    [Fact]
    public void The_way_past_a_random_wall_goes_through_the_door_of_the_goal()
    {
        StateDistance way = All["eb-jepa-two-rooms-random"].Way;
        Assert.Equal(24, way([18, 45, 30, 45], [42, 45, 30, 45]), 4);
        Assert.Equal(2 * Math.Sqrt((12 * 12) + (32 * 32)), way([18, 10, 30, 45], [42, 10, 30, 45]), 4);
    }

    [Theory]
    // In one room, straight.
    [InlineData(10, 10, 13, 14, 20, 45, 15, 50, 5)]
    // Through the upper door: 20 px before the wall and 20 behind it, the door at the same height, or over its edge at 20 + 3.
    [InlineData(12, 20, 52, 20, 20, 45, 15, 50, 40)]
    [InlineData(20, 28, 44, 28, 20, 45, 15, 50, 26)]
    // To the room across, over the left door and the lower one (the shortest of all pairs of points of the doors).
    [InlineData(15, 17, 52, 45, 0, 45, 15, 50, 52.7255)]
    // The upper door is closed, and the way to the next room leads through the three others.
    [InlineData(15, 20, 50, 20, 0, 45, 15, 50, 59.971)]
    public void The_way_in_four_rooms_goes_through_the_doors_that_are_open(
        float x, float y, float goalX, float goalY, float top, float bottom, float left, float right, double length)
    {
        StateDistance way = All["four-room"].Way;
        Assert.Equal(length, way([x, y, top, bottom, left, right], [goalX, goalY, top, bottom, left, right]), 2);
        Assert.Equal(length, way([goalX, goalY, top, bottom, left, right], [x, y, top, bottom, left, right]), 2);
    }

    [Fact]
    public void No_other_way_through_the_open_doors_is_shorter()
    {
        StateDistance way = All["four-room"].Way;
        Random random = new(7);
        for (int trial = 0; trial < 200; trial++)
        {
            // Top left to bottom right, over the upper and the right door or over the left and the lower one.
            float[] map = [9 + random.Next(18), 38 + random.Next(18), 9 + random.Next(18), 38 + random.Next(18)];
            float[] from = [7 + (21 * random.NextSingle()), 7 + (21 * random.NextSingle()), .. map];
            float[] to = [36 + (21 * random.NextSingle()), 36 + (21 * random.NextSingle()), .. map];
            double shortest = double.PositiveInfinity;
            for (double first = -3; first <= 3; first += 0.05)
            {
                for (double second = -3; second <= 3; second += 0.05)
                {
                    shortest = Math.Min(shortest, Through(from, (32, map[0] + first), (map[3] + second, 32), to));
                    shortest = Math.Min(shortest, Through(from, (map[2] + first, 32), (32, map[1] + second), to));
                }
            }

            Assert.InRange(way(from, to), shortest - 0.05, shortest + 1e-3);
        }

        static double Through(float[] from, (double, double) first, (double, double) second, float[] to) =>
            DoorWay.Distance((from[0], from[1]), first) + DoorWay.Distance(first, second) + DoorWay.Distance(second, (to[0], to[1]));
    }

    private static float[] Between(float[] from, float[] to, float share) => [from[0] + (share * (to[0] - from[0])), from[1] + (share * (to[1] - from[1]))];

    private static bool IsClear(float[] place, double slack = 0.01)
    {
        double dx = Math.Max(0, Math.Abs(place[0] - 112) - 5);
        double above = Math.Max(0, place[1] - 35), below = Math.Max(0, 63 - place[1]);
        return Math.Sqrt((dx * dx) + (above * above)) >= 7 - slack && Math.Sqrt((dx * dx) + (below * below)) >= 7 - slack
            && place[0] is >= 21 and <= 203 && place[1] is >= 21 and <= 203;
    }
}
