using Orrery.Environments.Pushing;

namespace Orrery.Environments.Tests.Pushing;

public class PushTSuccessTests
{
    [Theory]
    [InlineData(0, 0, 0, 1)]
    [InlineData(0, 0, 2 * Math.PI, 1)]
    [InlineData(200, 0, 0, 0)]

    // Shifted along the bar by 10: bar 110 x 30 and stem 20 x 90, and neither meets the other part.
    [InlineData(10, 0, 0, ((110 * 30) + (20 * 90)) / 6300.0)]

    // Shifted down by 30: the bar lies on the stem (30 x 30), the stem on the stem (30 x 60).
    [InlineData(0, 30, 0, ((30 * 30) + (30 * 60)) / 6300.0)]

    // Half a turn about the reference point: bar and stem go the other way.
    [InlineData(0, 0, Math.PI, 0)]
    [InlineData(0, 30, Math.PI, 120 * 30 / 6300.0)]
    public void Coverage_is_the_known_area(double dx, double dy, double turn, double expected)
    {
        float[] goal = [256, 256, 250, 200, 0];
        float[] state = [10, 10, (float)(250 + dx), (float)(200 + dy), (float)turn];
        Assert.Equal(expected, PushTSuccess.Coverage(state, goal), 1e-5);
        Assert.Equal(expected > 0.95, PushTSuccess.IsCovered(state, goal));
    }

    [Fact]
    public void Coverage_does_not_change_when_both_are_moved_and_turned_about()
    {
        float[] goal = [0, 0, 0, 0, 0];
        float[] state = [0, 0, 12, -7, 0.3f];
        var expected = PushTSuccess.Coverage(state, goal);
        Assert.InRange(expected, 0.5, 0.95);
        for (var turn = 1; turn < 12; turn++)
        {
            var (sine, cosine) = Math.SinCos(turn);
            float[] turnedGoal = [0, 0, 300, 200, turn];
            float[] turned = [0, 0, (float)(300 + (12 * cosine) + (7 * sine)), (float)(200 + (12 * sine) - (7 * cosine)), 0.3f + turn];
            Assert.Equal(expected, PushTSuccess.Coverage(turned, turnedGoal), 1e-5);
        }
    }

    [Fact]
    public void Moderate_is_the_distance_in_four_numbers_and_the_wrapped_angle()
    {
        float[] goal = [100, 100, 200, 200, 0.1f];
        Assert.True(PushTSuccess.IsModerate([109.9f, 109.9f, 209.9f, 209.9f, 0.1f], goal));
        Assert.False(PushTSuccess.IsModerate([110, 110, 210, 210, 0.1f], goal));
        Assert.True(PushTSuccess.IsModerate([100, 100, 200, 200, (float)(0.1 - (19.9 * Math.PI / 180) + Math.Tau)], goal));
        Assert.False(PushTSuccess.IsModerate([100, 100, 200, 200, (float)(0.1 - (20.1 * Math.PI / 180) + Math.Tau)], goal));
    }

    [Fact]
    public void Strict_is_the_block_alone()
    {
        float[] goal = [100, 100, 200, 200, 6.2f];
        Assert.True(PushTSuccess.IsStrict([400, 400, 207, 207, 0], goal));
        Assert.False(PushTSuccess.IsStrict([100, 100, 210, 200, 6.2f], goal));
        Assert.False(PushTSuccess.IsStrict([100, 100, 200, 200, 0.1f], goal));
    }

    [Fact]
    public void What_cannot_be_judged_is_refused()
    {
        Assert.Throws<ArgumentException>(() => PushTSuccess.IsModerate([1, 2, 3, 4], [1, 2, 3, 4, 5]));
        Assert.Throws<ArgumentException>(() => PushTSuccess.Coverage([1, 2, 3, 4, float.NaN], [1, 2, 3, 4, 5]));
        Assert.Throws<ArgumentException>(() => PushTSuccess.IsStrict([1, 2, 3, 4, 5], [1, 2, float.PositiveInfinity, 4, 5]));
    }
}
