namespace Orrery.Environments.Pushing;

/// <summary>
/// When a Push-T task counts as solved, by each of the rules in use. States are (agent x, y, block x, y px, block angle
/// rad, ...): 5 numbers or more, of which the first 5 count.
/// </summary>
public static class PushTSuccess
{
    /// <summary>Coverage above which gym-pusht counts a task as solved.</summary>
    public const double RequiredCoverage = 0.95;

    private const double Degree = Math.PI / 180;

    /// <summary>Share of the goal's T that the block covers, in [0, 1], by exact clipping.</summary>
    /// <param name="state">[5 or more].</param>
    /// <param name="goal">[5 or more].</param>
    /// <exception cref="ArgumentException">A state is too short or not finite.</exception>
    public static double Coverage(ReadOnlySpan<float> state, ReadOnlySpan<float> goal)
    {
        Check(state, goal);
        return PushTShape.Coverage(PushTPose.From(state[..5]), PushTPose.From(goal[..5]));
    }

    /// <summary>gym-pusht: coverage above 0.95.</summary>
    /// <inheritdoc cref="Coverage"/>
    public static bool IsCovered(ReadOnlySpan<float> state, ReadOnlySpan<float> goal) => Coverage(state, goal) > RequiredCoverage;

    /// <summary>
    /// DINO-WM, stable-worldmodel and CLEAR-LeWM v0.5 moderate: the distance in (agent x, y, block x, y) is below 20 px and
    /// the block's angle is off by less than 20 degrees (pi / 9), wrapped. DINO-WM itself leaves one of the two angles
    /// unwrapped, which fails goals that were reached; both are wrapped here.
    /// </summary>
    /// <inheritdoc cref="Coverage"/>
    public static bool IsModerate(ReadOnlySpan<float> state, ReadOnlySpan<float> goal)
    {
        Check(state, goal);
        return Distance(state[..4], goal[..4]) < 20 && AngleDifference(state[4], goal[4]) < 20 * Degree;
    }

    /// <summary>
    /// CLEAR-LeWM v0.5 strict, at one step: the block is within 10 px and 10 degrees, wherever the agent is. The protocol
    /// asks that this is held for 3 steps.
    /// </summary>
    /// <inheritdoc cref="Coverage"/>
    public static bool IsStrict(ReadOnlySpan<float> state, ReadOnlySpan<float> goal)
    {
        Check(state, goal);
        return Distance(state[2..4], goal[2..4]) < 10 && AngleDifference(state[4], goal[4]) < 10 * Degree;
    }

    /// <summary>The smaller of the two ways round from one angle to the other, rad in [0, pi].</summary>
    /// <param name="first">rad; any turn.</param>
    /// <param name="second">rad; any turn.</param>
    public static double AngleDifference(double first, double second) => Math.Abs(Math.IEEERemainder(first - second, Math.Tau));

    private static double Distance(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        var sum = 0.0;
        for (var i = 0; i < first.Length; i++)
        {
            var difference = (double)first[i] - second[i];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }

    private static void Check(ReadOnlySpan<float> state, ReadOnlySpan<float> goal)
    {
        if (state.Length < 5 || goal.Length < 5)
            throw new ArgumentException($"Push-T: states of {state.Length} and {goal.Length} numbers came; 5 or more each (agent x, y, block x, y, angle) were needed.", nameof(state));
        for (var i = 0; i < 5; i++)
        {
            if (!float.IsFinite(state[i]) || !float.IsFinite(goal[i]))
                throw new ArgumentException($"Push-T: number {i} of the state is {state[i]} and of the goal {goal[i]}; both must be finite.", nameof(state));
        }
    }
}
