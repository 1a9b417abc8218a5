using Orrery.Planning.Constraints;
using Orrery.Tensors.Random;

namespace Orrery.Planning.Tests.Constraints;

public class ActionLimitsTests
{
    [Fact]
    public void Any_sequence_is_moved_inside_and_one_that_is_inside_stays_to_the_bit()
    {
        var random = new RandomStream(0, "project");
        for (var trial = 0; trial < 2000; trial++)
        {
            var limits = new ActionLimits([-1, -2], [1, 3], trial % 2 == 0 ? 1.7 : null, trial % 3 == 0 ? [0.3f, 0.2f] : []);
            var previous = new float[2];
            random.FillNormal(previous);
            limits.Project(previous, []);
            var actions = new float[10];
            random.FillNormal(actions);
            var scale = (float)Math.Pow(10, (random.NextDouble() * 40) - 3);
            for (var i = 0; i < actions.Length; i++)
                actions[i] *= scale;
            limits.Project(actions, previous);
            Assert.True(limits.Contains(actions, previous), string.Join(", ", actions));
            var again = actions.ToArray();
            limits.Project(again, previous);
            Assert.Equal(actions, again);
        }
    }

    [Fact]
    public void What_is_no_number_becomes_one()
    {
        float[] actions = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        var limits = new ActionLimits([1, -2], [2, 3]);
        Assert.False(limits.Contains(actions, []));
        limits.Project(actions, []);
        Assert.Equal([1, 3, 1, 0], actions);
    }

    [Fact]
    public void The_norm_limit_keeps_the_direction()
    {
        float[] action = [3, 4];
        ActionLimits.Radial(2, 2.5).Project(action, []);
        Assert.Equal(1.5f, action[0], 1e-6);
        Assert.Equal(2f, action[1], 1e-6);
    }

    [Fact]
    public void A_rate_limit_turns_a_jump_into_a_ramp()
    {
        float[] actions = [5, 5, 5];
        new ActionLimits([0], [4], rateLimit: [1.5f]).Project(actions, [0]);
        Assert.Equal([1.5f, 3, 4], actions);
    }

    [Fact]
    public void The_box_wins_over_a_rate_limit_that_cannot_reach_it()
    {
        float[] actions = [5, 5];
        new ActionLimits([4], [6], rateLimit: [0.5f]).Project(actions, [0]);
        Assert.Equal([4, 4.5f], actions);
    }

    [Fact]
    public void Limits_that_contradict_each_other_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ActionLimits([], []));
        Assert.Throws<ArgumentException>(() => new ActionLimits([1], [0]));
        Assert.Throws<ArgumentException>(() => new ActionLimits([float.NaN], [0]));
        Assert.Throws<ArgumentException>(() => new ActionLimits([0], [float.PositiveInfinity]));
        Assert.Throws<ArgumentException>(() => new ActionLimits([1], [2], normLimit: 1));
        Assert.Throws<ArgumentException>(() => new ActionLimits([0], [2], normLimit: -1));
        Assert.Throws<ArgumentException>(() => new ActionLimits([0], [2], rateLimit: [0]));
        Assert.Throws<ArgumentException>(() => new ActionLimits([0], [2]).Project(new float[1], new float[2]));
        Assert.Throws<ArgumentException>(() => new ActionLimits([0, 0], [2, 2]).Project(new float[3], []));
    }
}
