using Orrery.Environments.Control;
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
        Maze("u", "U", 60),
        Maze("medium", "medium", 120),
        Maze("large", "large", 160),
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

    private static GoalProtocol Maze(string size, string title, int budget)
    {
        // Measured when a ceiling asks for it, not whenever protocols are listed.
        Lazy<PointMazeWay> way = new(() => new PointMazeWay($"point-maze-{size}"));
        return new(
            $"point-maze-{size}",
            $"Point maze, {title}: to another cell",
            "D4RL's maze2d and its time for an episode, with DINO-WM's frame skip and radius; tasks are our own.",
            $"point-maze-{size}",
            new SuccessRule("sqrt((x - x_goal)^2 + (y - y_goal)^2) < 0.5 m; after any step", (state, goal) => DoorWay.Distance((state[0], state[1]), (goal[0], goal[1])) < 0.5),
            new TaskPairs("Start in a random free cell at rest, goal in another free cell at rest; one pair per task of the environment."),
            budget,
            (state, goal) => way.Value.Length(state, goal))
        {
            CeilingPairs = 10,
            WayUnit = "m",
            Views = [$"point-maze-{size}-state", $"point-maze-{size}-proprioception"],
        };
    }

    private static double Shoulder(ReadOnlySpan<float> state, ReadOnlySpan<float> goal) => Math.Abs(Math.IEEERemainder(state[0] - (double)goal[0], 2 * Math.PI));

    private static double Finger(ReadOnlySpan<float> state, ReadOnlySpan<float> goal) => DoorWay.Distance(Tip(state), Tip(goal));

    private static (double X, double Y) Tip(ReadOnlySpan<float> state) => (
        Link * (Math.Cos(state[0]) + Math.Cos(state[0] + (double)state[1])),
        Link * (Math.Sin(state[0]) + Math.Sin(state[0] + (double)state[1])));
}
