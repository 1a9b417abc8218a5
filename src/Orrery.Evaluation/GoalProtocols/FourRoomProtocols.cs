using Orrery.Evaluation.ClosedLoop;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>The protocol on Four Room. States are x, y and the doors' centers, px.</summary>
internal static class FourRoomProtocols
{
    public static IEnumerable<GoalProtocol> All =>
    [
        new(
            "four-room",
            "Four Room: to another room",
            "Our own: another map in each episode, a door closed in more than half of them, dots that distract.",
            "four-room",
            new SuccessRule(
                "sqrt((x - x_goal)^2 + (y - y_goal)^2) < 4.5 px; after any step",
                (state, goal) => DoorWay.Distance((state[0], state[1]), (goal[0], goal[1])) < 4.5),
            new TaskPairs("Doors at random, at most one of them closed; start and goal uniform in different rooms, 2.6 px away from border and walls; one pair per task of the environment."),
            Budget: 200,
            FourRoomWay.Length)
        { WayUnit = "px" },
    ];
}
