using Orrery.Evaluation.ClosedLoop;

namespace Orrery.Evaluation.Tests.ClosedLoop;

public sealed class SuccessRuleTests
{
    private static SuccessRule Near { get; } = new("|x - goal| < 1", (state, goal) => Math.Abs(state[0] - goal[0]) < 1);

    [Fact]
    public void The_first_hit_is_a_success() => Assert.Equal([false, true], Judged(Near, 5, 3, 0.5f));

    [Fact]
    public void A_hold_counts_steps_in_a_row_and_begins_again_after_a_miss() =>
        Assert.Equal([false, false, false, false, true, true], Judged(Near with { Hold = 3 }, 0.5f, 0.4f, 2, 0.1f, 0.1f, 0.1f, 0.9f));

    [Fact]
    public void The_start_counts_for_nothing() => Assert.Equal([false, true], Judged(Near with { Hold = 2 }, 0, 0, 0));

    [Fact]
    public void Without_a_crossing_that_is_asked_for_nothing_is_a_success()
    {
        SuccessRule rule = Near with { Crossing = (from, to) => from[0] > 3 != to[0] > 3 };
        Assert.Equal([false, false], Judged(rule, 2, 0, 0.5f));
        Assert.Equal([false, false, true], Judged(rule, 5, 4, 2, 0));
    }

    [Fact]
    public void A_hold_of_nothing_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => (Near with { Hold = 0 }).Judge([0], [0]));

    /// <summary>Answers after each step; the goal is at 0 and the first number is the start.</summary>
    private static bool[] Judged(SuccessRule rule, params float[] path)
    {
        SuccessJudge judge = rule.Judge([path[0]], [0]);
        return [.. path.Skip(1).Select(place => judge.After([place]))];
    }
}
