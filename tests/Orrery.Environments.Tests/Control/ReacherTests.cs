using Orrery.Data;
using Orrery.Environments.Control;

namespace Orrery.Environments.Tests.Control;

public sealed class ReacherTests
{
    [MujocoTheory]
    [InlineData(0f)]
    [InlineData(0.3f)]
    public void From_rest_to_rest_the_shoulder_turns_by_what_its_own_torque_gave(float wristTorque)
    {
        // What the torques give to the turn about the shoulder, 0.05 N m for 0.4 s, its damping of 0.01 N m s takes away again: 2 rad. Whatever
        // the wrist does is within the arm.
        using var environment = new Reacher("reacher-state", 0);
        environment.WriteState([0.5f, 0.4f, 0, 0]);
        for (var step = 0; step < 400; step++)
            environment.Step([step < 10 ? 1 : 0, step < 8 ? wristTorque : 0]);
        var state = new float[4];
        environment.ReadState(state);
        Assert.Equal(2.5, state[0], 0.02);
        Assert.Equal(0, state[2], 1e-4);
        Assert.Equal(0, state[3], 1e-4);
    }

    [MujocoFact]
    public void The_wrist_is_held_near_its_limit_and_the_shoulder_has_none()
    {
        using var environment = new Reacher("reacher-state", 0);
        environment.WriteState([0, 0, 0, 0]);
        var state = new float[4];
        var highest = 0f;
        for (var step = 0; step < 400; step++)
        {
            environment.Step([1, 1]);
            environment.ReadState(state);
            highest = Math.Max(highest, state[1]);
        }

        Assert.InRange(highest, 160 * MathF.PI / 180, 3.1f);
        Assert.True(state[0] > 40, $"the shoulder turned by {state[0]} rad");
    }

    [MujocoFact]
    public void A_goal_is_reached_within_the_tolerance_whatever_turn_the_shoulder_is_in()
    {
        using var environment = new Reacher("reacher-state", 0);
        Assert.True(environment.IsSuccess([3.13f, 1, 5, 5], [-3.13f, 1.04f, 0, 0]));
        Assert.True(environment.IsSuccess([20 + (2 * MathF.PI), 1, 0, 0], [20.04f, 1, 0, 0]));
        Assert.False(environment.IsSuccess([0, 1, 0, 0], [0.06f, 1, 0, 0]));
        Assert.False(environment.IsSuccess([0, 1, 0, 0], [0, 1.06f, 0, 0]));
    }

    [MujocoFact]
    public void A_state_that_no_arm_can_have_is_refused()
    {
        using var environment = new Reacher("reacher", 64);
        Assert.Contains("the wrist is at 3.2 rad", Assert.Throws<ArgumentException>(() => environment.WriteState([0, 3.2f, 0, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("the joints turn at (0, 50)", Assert.Throws<ArgumentException>(() => environment.WriteState([0, 0, 0, 50])).Message, StringComparison.Ordinal);
        environment.WriteState([300, -3, 19, -19]);
    }

    [Fact]
    public void What_is_painted_is_where_the_arm_is()
    {
        using var environment = new Reacher("reacher-224", 224);
        var pixels = new byte[3 * 224 * 224];
        environment.ObserveAt([0, MathF.PI / 2, 0, 0], pixels);
        Assert.Equal((0xB3, 0x80, 0x50), At(0.06, 0));
        Assert.Equal((0xB3, 0x80, 0x50), At(0.12, 0.05));
        Assert.Equal((0xB3, 0x66, 0x33), At(0.12, 0.12));
        Assert.Equal((0x4D, 0x80, 0xB3), At(0, 0));
        Assert.Equal((0x4D, 0x80, 0xB3), At(0.305, 0.1));
        Assert.Equal((0x33, 0x4D, 0x66), At(-0.05, 0.05));
        Assert.Equal((0x1A, 0x33, 0x4D), At(-0.05, -0.05));

        (int Red, int Green, int Blue) At(double x, double y)
        {
            var place = ((int)((0.3107 - y) / 0.6214 * 224) * 224) + (int)((x + 0.3107) / 0.6214 * 224);
            return (pixels[place], pixels[(224 * 224) + place], pixels[(2 * 224 * 224) + place]);
        }
    }

    [Fact]
    public void A_picture_for_people_shows_the_same_in_any_size()
    {
        using var environment = new Reacher("reacher", 64);
        var small = new byte[3 * 64 * 64];
        environment.Observe(small);
        var rgb = new byte[3 * 64 * 64];
        environment.Render(rgb, 64, 64);
        for (var place = 0; place < 64 * 64; place++)
        {
            for (var channel = 0; channel < 3; channel++)
                Assert.Equal(small[(channel * 64 * 64) + place], rgb[(place * 3) + channel]);
        }

        environment.Render(new byte[3 * 100 * 37], 100, 37);
        Assert.Throws<ArgumentException>(() => environment.Render(new byte[5], 100, 37));
    }
}
