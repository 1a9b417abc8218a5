using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Spaces;
using Orrery.Environments.Tests.Control;
using Orrery.Environments.Tests.Pushing;

namespace Orrery.Environments.Tests;

/// <summary>Environments that measure their own body beside the picture.</summary>
public sealed class ProprioceptionViewTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("reacher-proprioception", "reacher", "reacher-state")]
    [InlineData("point-maze-u-proprioception", "point-maze-u", "point-maze-u-state")]
    [InlineData("point-maze-large-proprioception", "point-maze-large", "point-maze-large-state")]
    public void The_picture_is_that_of_the_plain_environment_and_the_numbers_are_those_of_the_vector(string name, string picture, string vector)
    {
        using var felt = Create(name);
        using var seen = Create(picture);
        using var measured = Create(vector);
        Assert.Equal(name, felt.Specification.Name);
        Assert.Equal(seen.Specification.Observation, felt.Specification.Observation);
        Assert.Equal(((VectorSpace)measured.Specification.Observation).Dimensions, felt.Specification.Proprioception!.Dimensions);
        float[] start = new float[4], goal = new float[4];
        for (var seed = 0ul; seed < 5; seed++)
        {
            felt.SampleTask(seed, start, goal);
            (start[2], start[3]) = (0.25f, -0.5f);
            foreach (var environment in new[] { felt, seen, measured })
                environment.WriteState(start);
            Assert.Equal(Pixels(seen), Pixels(felt));
            Assert.Equal(Numbers(measured), Numbers(felt));
            Assert.Contains(-0.5f, Numbers(felt));
            float[] there = new float[felt.Specification.Proprioception.Size], expected = new float[there.Length];
            felt.ObserveAt(goal, there);
            measured.ObserveAt(goal, expected);
            Assert.Equal(expected, there);
        }
    }

    [ChipmunkFact]
    public void Push_t_measures_the_agent_and_not_the_block()
    {
        using var felt = Create("push-t-proprioception");
        using var seen = Create("push-t");
        Assert.Equal(["agent_x", "agent_y", "agent_vx", "agent_vy"], felt.Specification.Proprioception!.Dimensions.Select(dimension => dimension.Name));
        float[] state = [100, 200, 300, 250, 1, 30, -40], there = new float[4];
        felt.WriteState(state);
        seen.WriteState(state);
        Assert.Equal(Pixels(seen), Pixels(felt));
        Assert.Equal([100, 200, 30, -40], Numbers(felt));
        felt.ObserveAt([1, 2, 3, 4, 0, 5, 6], there);
        Assert.Equal([1, 2, 5, 6], there);
        Assert.Contains("4 were needed", Assert.Throws<ArgumentException>(() => felt.Observe(new float[5])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => seen.Observe(new float[4]));
    }

    [MujocoFact]
    public void What_is_measured_is_collected_beside_the_pictures()
    {
        var hash = EnvironmentCatalogue.Collection("point-maze-u-proprioception", new CollectionSettings(Episodes: 3, Length: 11, Seed: 1)).Collect(_temporary.File("felt"));
        Assert.Equal(hash, EnvironmentCatalogue.Collection("point-maze-u-proprioception", new CollectionSettings(Episodes: 3, Length: 11, Seed: 1)).Collect(_temporary.File("again")));
        EnvironmentCatalogue.Collection("point-maze-u", new CollectionSettings(Episodes: 3, Length: 11, Seed: 1)).Collect(_temporary.File("seen"));
        using var felt = Dataset.Open(_temporary.File("felt"));
        using var seen = Dataset.Open(_temporary.File("seen"));
        felt.VerifyHash();
        for (var row = 0L; row < felt.Rows; row++)
        {
            Assert.Equal(felt.State(row).ToArray(), felt.Proprioception(row).ToArray());
            Assert.Equal(seen.State(row).ToArray(), felt.State(row).ToArray());
            Assert.True(seen.Pixels(row).SequenceEqual(felt.Pixels(row)));
        }

        Assert.False(seen.HasProprioception);
    }

    [Fact]
    public void Many_copies_write_their_own_numbers()
    {
        using var many = new VectorEnvironment(() => EnvironmentCatalogue.Create("reacher-proprioception"), 3);
        var vectors = new float[15];
        many.Observe(vectors);
        for (var copy = 0; copy < 3; copy++)
        {
            using var alone = Create("reacher-proprioception");
            alone.Reset((ulong)copy);
            Assert.Equal(Numbers(alone), vectors[(5 * copy)..(5 * (copy + 1))]);
        }
    }

    [Fact]
    public void A_picture_alone_measures_nothing()
    {
        using var plain = Create("reacher");
        Assert.Null(plain.Specification.Proprioception);
        Assert.Contains("seen as a picture", Assert.Throws<InvalidOperationException>(() => plain.Observe(new float[5])).Message, StringComparison.Ordinal);
    }

    private static IGoalEnvironment Create(string name) => (IGoalEnvironment)EnvironmentCatalogue.Create(name);

    private static byte[] Pixels(IGoalEnvironment environment)
    {
        var pixels = new byte[environment.Specification.Observation.Size];
        environment.Observe(pixels);
        return pixels;
    }

    private static float[] Numbers(IGoalEnvironment environment)
    {
        var numbers = new float[(environment.Specification.Proprioception ?? environment.Specification.Observation).Size];
        environment.Observe(numbers);
        return numbers;
    }
}
