using Orrery.Data;
using Orrery.Environments;
using Orrery.Evaluation.GoalProtocols;
using Orrery.Tensors.Random;

namespace Orrery.Evaluation.Tests.GoalProtocols;

/// <summary>The swept environment against the protocols' own idea of what a legal step is.</summary>
public sealed class TwoRoomSweptTests
{
    [Theory]
    [InlineData("two-room-swept", 1UL)]
    [InlineData("two-room-swept-64", 2UL)]
    public void Every_step_of_the_swept_environment_is_legal(string name, ulong seed)
    {
        using IGoalEnvironment environment = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
        RandomStream random = new(seed, "moves");
        float[] from = new float[2], to = new float[2], action = new float[2];
        int blocked = 0, forgiven = 0, crossings = 0;
        const int Steps = 200_000;
        for (int step = 0; step < Steps; step++)
        {
            // Half of the walks begin near the door, where there is most to touch.
            if (step % 100 == 0 && step % 200 == 0)
                environment.Reset((ulong)step);
            else if (step % 100 == 0)
                environment.WriteState([95 + (34 * random.NextFloat()), 42 + (14 * random.NextFloat())]);
            environment.ReadState(from);
            random.FillUniform(action, -1, 1);
            environment.Step(action);
            environment.ReadState(to);
            Assert.True(DiskRooms.IsLegal(from, to), $"({from[0]}, {from[1]}) to ({to[0]}, {to[1]})");
            float[] wanted = [from[0] + (5 * action[0]), from[1] + (5 * action[1])];
            bool isBlocked = to[0] != wanted[0] || to[1] != wanted[1];
            blocked += isBlocked ? 1 : 0;
            forgiven += isBlocked && DiskRooms.IsLegal(from, wanted) ? 1 : 0;
            crossings += DiskRooms.IsCrossing(from, to) ? 1 : 0;
        }

        // What is legal is not stopped, but for the thousandth of a pixel that legality forgives.
        Assert.InRange(blocked, Steps / 100, Steps / 3);
        Assert.InRange(forgiven, 0, blocked / 100);
        Assert.True(crossings > 1000, $"{crossings} crossings");
    }

    [Fact]
    public void The_published_environment_makes_steps_that_a_swept_disk_cannot()
    {
        using IGoalEnvironment environment = (IGoalEnvironment)EnvironmentCatalogue.Create("two-room");
        float[] to = new float[2];
        environment.WriteState([98, 34]);
        environment.Step([1, 0]);
        environment.ReadState(to);
        Assert.Equal([103f, 34f], to);
        Assert.False(DiskRooms.IsLegal([98, 34], to));
    }
}
