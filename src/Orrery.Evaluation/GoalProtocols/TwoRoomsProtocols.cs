using Orrery.Environments.Navigation;
using Orrery.Evaluation.ClosedLoop;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>Protocols on the 65-pixel Two Rooms.</summary>
internal static class TwoRoomsProtocols
{
    /// <summary>The dot stays so far from the door's edges, px: the way is one that can be walked.</summary>
    private const double DoorMargin = 1;

    private const string OppositeRooms =
        "Start and goal uniform in opposite rooms, the sides swapped with probability 1/2, 2 standard deviations of the dot away from the border and from the wall's faces; one pair per task of the environment.";

    public static IEnumerable<GoalProtocol> All =>
    [
        new(
            "eb-jepa-two-rooms",
            "Two Rooms, fixed wall: to the other room",
            "eb_jepa's planning evaluation, on PLDM's fixed wall at x = 32 with its door at y = 10. The bounce is PLDM's.",
            "two-rooms",
            Near,
            new TaskPairs(OppositeRooms),
            Budget: 200,
            FixedWall)
        { WayUnit = "px" },
        new(
            "eb-jepa-two-rooms-random",
            "Two Rooms, random wall and door: to the other room",
            "eb_jepa's planning evaluation, with a wall and a door of its own in each episode. States carry x, y, the wall's x and the door's y.",
            "two-rooms-random",
            Near,
            new TaskPairs("Wall and door at random, start and goal in its opposite rooms; one pair per task of the environment."),
            Budget: 200,
            RandomWall)
        { WayUnit = "px" },
        new(
            "pldm-two-rooms",
            "Two Rooms, fixed wall: to the other room, exactly",
            "PLDM's planning evaluation (Sobal et al. 2025), on its fixed wall.",
            "two-rooms",
            new SuccessRule(
                "((x - x_goal)^2 + (y - y_goal)^2) / 2 < 1, px^2, which is a distance < 1.4142 px; after any step",
                (state, goal) => SquaredDistance(state, goal) / 2 < 1),
            new TaskPairs(OppositeRooms),
            Budget: 200,
            FixedWall)
        { WayUnit = "px" },
    ];

    private static TwoRoomsLayout Layout { get; } = new();

    private static SuccessRule Near { get; } = new(
        "sqrt((x - x_goal)^2 + (y - y_goal)^2) < 4.5 px; after any step",
        (state, goal) => Math.Sqrt(SquaredDistance(state, goal)) < TwoRooms.SuccessDistance);

    private static double SquaredDistance(ReadOnlySpan<float> state, ReadOnlySpan<float> goal)
    {
        double dx = state[0] - goal[0], dy = state[1] - goal[1];
        return (dx * dx) + (dy * dy);
    }

    private static double FixedWall(ReadOnlySpan<float> state, ReadOnlySpan<float> goal) => ThroughDoor(state, goal, Layout.WallCenter, Layout.DoorCenter);

    private static double RandomWall(ReadOnlySpan<float> state, ReadOnlySpan<float> goal) => ThroughDoor(state, goal, goal[2], goal[3]);

    private static double ThroughDoor(ReadOnlySpan<float> state, ReadOnlySpan<float> goal, double wall, double door)
    {
        double reach = Layout.DoorHalfGap - DoorMargin;
        return DoorWay.Length((state[0], state[1]), (goal[0], goal[1]), wall, door - reach, door + reach);
    }
}
