using Orrery.Data;
using Orrery.Environments.Navigation;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests;

public sealed class VectorEnvironmentTests
{
    private const int Copies = 13;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(64)]
    public void Each_copy_does_what_it_does_alone(int workers)
    {
        using var many = new VectorEnvironment(() => new TwoRooms(), Copies, workers);
        Assert.Equal(Math.Min(workers, Copies), many.Workers);
        var random = new RandomStream(1, "vector");
        var actions = new float[50][];
        var results = new StepResult[Copies];
        for (var step = 0; step < actions.Length; step++)
        {
            actions[step] = [.. Enumerable.Range(0, Copies * 2).Select(_ => (float)((2 * random.NextDouble()) - 1))];
            if (step == 20)
                many.Reset(3, 99);
            many.Step(actions[step], results);
        }

        var states = new float[Copies * 2];
        many.ReadState(states);
        var pixels = new byte[Copies * 2 * 65 * 65];
        many.Observe(pixels);
        for (var copy = 0; copy < Copies; copy++)
        {
            using var alone = new TwoRooms();
            alone.Reset((ulong)copy);
            for (var step = 0; step < actions.Length; step++)
            {
                if (step == 20 && copy == 3)
                    alone.Reset(99);
                alone.Step(actions[step].AsSpan(copy * 2, 2));
            }

            var state = new float[2];
            alone.ReadState(state);
            Assert.Equal(state, states[(copy * 2)..((copy * 2) + 2)]);
            var seen = new byte[2 * 65 * 65];
            alone.Observe(seen);
            Assert.Equal(seen, pixels[(copy * seen.Length)..((copy + 1) * seen.Length)]);
        }
    }

    [Fact]
    public void What_an_environment_refuses_is_said_in_its_own_words()
    {
        using var many = new VectorEnvironment(() => new TwoRooms(), 4, 2);
        var actions = new float[8];
        actions[5] = float.NaN;
        Assert.Contains("is not finite", Assert.Throws<ArgumentException>(() => many.Step(actions, new StepResult[4])).Message);
        Assert.Contains("4 x 2 = 8 were needed", Assert.Throws<ArgumentException>(() => many.Step(new float[7], new StepResult[4])).Message);
        Assert.Throws<InvalidOperationException>(() => many.Observe(new float[4 * 2 * 65 * 65]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VectorEnvironment(() => new TwoRooms(), 0));
    }
}
