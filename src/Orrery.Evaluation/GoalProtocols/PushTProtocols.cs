using Orrery.Evaluation.ClosedLoop;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>Protocols on Push-T. States begin with the agent's x and y, the block's x and y (px) and the block's angle (rad).</summary>
internal static class PushTProtocols
{
    private const double Degree = Math.PI / 180;

    public static IEnumerable<GoalProtocol> All =>
    [
        Clear(
            "moderate",
            new SuccessRule(
                "sqrt((agent_x - agent_x_goal)^2 + (agent_y - agent_y_goal)^2 + (block_x - block_x_goal)^2 + (block_y - block_y_goal)^2) < 20 px and |angle - angle_goal| < 20 degrees, wrapped; after any step",
                (state, goal) => Places(state, goal, 0) < 20 && Turn(state, goal) < 20 * Degree),
            (state, goal) => (Places(state, goal, 0) / 20) + (Turn(state, goal) / (20 * Degree))),
        Clear(
            "strict",
            new SuccessRule(
                "sqrt((block_x - block_x_goal)^2 + (block_y - block_y_goal)^2) < 10 px and |angle - angle_goal| < 10 degrees, wrapped; after 3 steps in a row",
                (state, goal) => Places(state, goal, 2) < 10 && Turn(state, goal) < 10 * Degree,
                Hold: 3),
            (state, goal) => (Places(state, goal, 2) / 10) + (Turn(state, goal) / (10 * Degree)) + (Places(state, goal, 0) / 1000)),
    ];

    private static GoalProtocol Clear(string level, SuccessRule rule, StateDistance way) => new(
        $"clear-push-t-{level}",
        $"Push-T, {level}: the block to where it was 25 steps later",
        ClearPairs.Source,
        "push-t",
        rule,
        ClearPairs.Pairs(),
        ClearPairs.Budget,
        way)
    {
        // The simulator makes some 100,000 steps a second: a plan with it takes seconds.
        CeilingPairs = 20,
        WayUnit = "tolerances",
        Views = ["push-t-dino", "push-t-state", "push-t-corners", "push-t-proprioception"],
    };

    /// <summary>Distance of the places from a column on, up to the block's: four numbers or two.</summary>
    private static double Places(ReadOnlySpan<float> state, ReadOnlySpan<float> goal, int first)
    {
        double squared = 0;
        for (int column = first; column < 4; column++)
            squared += (state[column] - (double)goal[column]) * (state[column] - (double)goal[column]);
        return Math.Sqrt(squared);
    }

    private static double Turn(ReadOnlySpan<float> state, ReadOnlySpan<float> goal) => Math.Abs(Math.IEEERemainder(state[4] - (double)goal[4], 2 * Math.PI));
}
