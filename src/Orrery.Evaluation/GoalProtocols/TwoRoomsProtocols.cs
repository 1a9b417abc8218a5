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

    private static SuccessRule Near { get; } = new(
        "sqrt((x - x_goal)^2 + (y - y_goal)^2) < 4.5 px; after any step",
        (state, goal) => Math.Sqrt(SquaredDistance(state, goal)) < TwoRooms.SuccessDistance);

    private static double SquaredDistance(ReadOnlySpan<float> state, ReadOnlySpan<float> goal)
    {
        double dx = state[0] - goal[0], dy = state[1] - goal[1];
        return (dx * dx) + (dy * dy);
    }

    private static double FixedWall(ReadOnlySpan<float> state, ReadOnlySpan<float> goal)
    {
        const double Wall = 32, Door = 10, HalfGap = 4;
        return DoorWay.Length((state[0], state[1]), (goal[0], goal[1]), Wall, Door - HalfGap + DoorMargin, Door + HalfGap - DoorMargin);
    }
}
