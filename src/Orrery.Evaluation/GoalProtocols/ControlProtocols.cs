using Orrery.Evaluation.ClosedLoop;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>Protocols on the arm and the ball in a maze. States begin with two positions: the arm's angles (rad), the ball's place (m).</summary>
internal static class ControlProtocols
{
    private const double Link = 0.12;

    public static IEnumerable<GoalProtocol> All =>
    [
        Reacher(
            "moderate",
            new SuccessRule("|shoulder - shoulder_goal| < 0.05 rad, wrapped, and |wrist - wrist_goal| < 0.05 rad; after any step",
                (state, goal) => Shoulder(state, goal) < 0.05 && Math.Abs(state[1] - (double)goal[1]) < 0.05),
            (state, goal) => Math.Sqrt((Shoulder(state, goal) * Shoulder(state, goal)) + ((state[1] - (double)goal[1]) * (state[1] - (double)goal[1]))),
            "rad"),
        Reacher(
            "strict",
            new SuccessRule("the fingertip is at most 0.01 m from where it is at the goal; after 2 steps in a row", (state, goal) => Finger(state, goal) <= 0.01, Hold: 2),
            Finger,
            "m"),
        new(
            "point-maze-u",
            "Point maze, U: to another cell",
            "D4RL's maze2d with DINO-WM's frame skip and radius, and D4RL's 3 s; tasks are our own.",
            "point-maze-u",
            new SuccessRule("sqrt((x - x_goal)^2 + (y - y_goal)^2) < 0.5 m; after any step", (state, goal) => DoorWay.Distance((state[0], state[1]), (goal[0], goal[1])) < 0.5),
            new TaskPairs("Start in a random free cell at rest, goal in another free cell at rest; one pair per task of the environment."),
            Budget: 60,
            AroundTheWall)
        {
            CeilingPairs = 10,
            WayUnit = "m",
            Views = ["point-maze-u-state", "point-maze-u-proprioception"],
        },
    ];

    private static GoalProtocol Reacher(string level, SuccessRule rule, StateDistance way, string unit) => new(
        $"clear-reacher-{level}",
        $"Reacher, {level}: to where the arm was 25 steps later",
        ClearPairs.Source,
        "reacher",
        rule,
        ClearPairs.Pairs(),
        ClearPairs.Budget,
        way)
    {
        CeilingPairs = 50,
        WayUnit = unit,
        Views = ["reacher-224", "reacher-state", "reacher-proprioception"],
    };

    private static double Shoulder(ReadOnlySpan<float> state, ReadOnlySpan<float> goal) => Math.Abs(Math.IEEERemainder(state[0] - (double)goal[0], 2 * Math.PI));

    private static double Finger(ReadOnlySpan<float> state, ReadOnlySpan<float> goal) => DoorWay.Distance(Tip(state), Tip(goal));

    private static (double X, double Y) Tip(ReadOnlySpan<float> state) => (
        Link * (Math.Cos(state[0]) + Math.Cos(state[0] + (double)state[1])),
        Link * (Math.Sin(state[0]) + Math.Sin(state[0] + (double)state[1])));

    /// <summary>The shortest way around the wall between the arms of the U, whose end the ball's centre goes around at x = 1.2 to 2.4, y = 2.4.</summary>
    private static double AroundTheWall(ReadOnlySpan<float> state, ReadOnlySpan<float> goal)
    {
        const double Low = 1.2, High = 2.4, End = 2.4;
        (double X, double Y) from = (state[0], state[1]), to = (goal[0], goal[1]);
        if (from.X > to.X)
            (from, to) = (to, from);
        if (to.X <= Low || from.X >= High || (from.Y >= End && to.Y >= End) || from.X == to.X)
            return DoorWay.Distance(from, to);

        // Over the corner of the near side, over that of the far side, or over both: the shortest that does not cut through the wall.
        double AtX(double x, (double X, double Y) a, (double X, double Y) b) => a.X == b.X ? Math.Min(a.Y, b.Y) : a.Y + ((x - a.X) / (b.X - a.X) * (b.Y - a.Y));
        (double X, double Y) near = (Math.Max(Low, from.X), End), far = (Math.Min(High, to.X), End);
        if (Math.Min(AtX(near.X, from, to), AtX(far.X, from, to)) >= End)
            return DoorWay.Distance(from, to);
        double both = DoorWay.Distance(from, near) + DoorWay.Distance(near, far) + DoorWay.Distance(far, to);
        double overNear = AtX(far.X, near, to) >= End ? DoorWay.Distance(from, near) + DoorWay.Distance(near, to) : both;
        double overFar = AtX(near.X, from, far) >= End ? DoorWay.Distance(from, far) + DoorWay.Distance(far, to) : both;
        return Math.Min(both, Math.Min(overNear, overFar));
    }
}
