using Orrery.Evaluation.ClosedLoop;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>Protocols on the 224-pixel Two Room. States are the agent's x and y, px.</summary>
internal static class TwoRoomProtocols
{
    private const double Official = 16, Close = 8;

    public static IEnumerable<GoalProtocol> All =>
    [
        Clear("moderate", new SuccessRule("sqrt((x - x_goal)^2 + (y - y_goal)^2) < 16 px; after any step", (state, goal) => Straight(state, goal) < Official)),
        Clear("strict", new SuccessRule(
            "sqrt((x - x_goal)^2 + (y - y_goal)^2) < 8 px, on the goal's side of x = 112, and at least one step before crossed x = 112 without the disk of radius 7 px touching a wall",
            (state, goal) => Straight(state, goal) < Close && DiskRooms.IsLeft(state) == DiskRooms.IsLeft(goal),
            Crossing: DiskRooms.IsCrossing)),
        new(
            "lewm-official",
            "Two Room as published tables have it (inflated)",
            "LeWM's official evaluation on stable-worldmodel's TwoRoom-v1, with its end-point collision.",
            "two-room",
            new SuccessRule("sqrt((x - x_goal)^2 + (y - y_goal)^2) < 16 px; after any step", (state, goal) => Straight(state, goal) < Official),
            new DatasetPairs("A row of the training data, each as likely, and the row 25 steps later in the same episode; nothing is removed.", 25, Seed: 42),
            Budget: 50,
            ThroughDoor)
        {
            Count = 50,
            WayUnit = "px",
            Views = ["two-room-64"],
            Caveat = "Inflated: starts and goals come from the training data, pairs that are solved at the start are kept, a goal may be in the start's room, "
                + "only the end point of a move meets walls, and there are 50 pairs. For comparison with published tables alone; clear-two-room-moderate and -strict measure.",
        },
    ];

    private static GoalProtocol Clear(string level, SuccessRule rule) => new(
        $"clear-two-room-{level}",
        $"Two Room, swept disk, {level}: to the other room",
        ClearPairs.Source,
        "two-room-swept",
        rule,
        ClearPairs.Pairs(", in the other room, both with the whole disk of radius 7 px in a room, and every step between them legal for the swept disk", IsFit),
        ClearPairs.Budget,
        ThroughDoor)
    {
        Views = ["two-room-swept-64"],
        WayUnit = "px",
    };

    private static bool IsFit(IReadOnlyList<float[]> states)
    {
        float[] start = states[0], goal = states[^1];
        if (DiskRooms.IsLeft(start) == DiskRooms.IsLeft(goal) || !DiskRooms.IsInRoom(start) || !DiskRooms.IsInRoom(goal))
            return false;
        for (int step = 1; step < states.Count; step++)
            if (!DiskRooms.IsLegal(states[step - 1], states[step]))
                return false;
        return true;
    }

    private static double Straight(ReadOnlySpan<float> state, ReadOnlySpan<float> goal) => DoorWay.Distance((state[0], state[1]), (goal[0], goal[1]));

    private static double ThroughDoor(ReadOnlySpan<float> state, ReadOnlySpan<float> goal) =>
        DoorWay.Length((state[0], state[1]), (goal[0], goal[1]), DiskRooms.Wall, DiskRooms.DoorLow, DiskRooms.DoorHigh);
}
