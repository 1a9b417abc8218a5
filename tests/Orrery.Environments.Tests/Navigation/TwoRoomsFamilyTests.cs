using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Environments.Navigation;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Navigation;

/// <summary>The published variants of the 65-pixel Two Rooms.</summary>
public sealed class TwoRoomsFamilyTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("two-rooms-random")]
    [InlineData("two-rooms-dino")]
    public void The_dot_is_never_inside_a_wall_and_goes_on_to_the_same_bits(string name)
    {
        using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
        using var other = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
        var random = new RandomPolicy(environment.Specification, new RandomStream(4, "moves"));
        float[] action = new float[2], state = new float[environment.Specification.State.Size], again = new float[state.Length];
        for (var step = 0; step < 40_000; step++)
        {
            if (step % 200 == 0)
                environment.Reset((ulong)step);
            if (step % 997 == 0)
                other.Restore(environment.Save());
            random.Act(action);
            environment.Step(action);
            environment.ReadState(state);
            var layout = state.Length == 4 ? RandomTwoRooms.LayoutOf(state) : ((TwoRooms)environment).Layout;
            Assert.True(layout.IsFree(state[0], state[1]), $"({state[0]}, {state[1]}) at step {step}");
            if (step % 997 < 100 && step % 200 < 199 && step / 200 == (step - (step % 997)) / 200)
            {
                other.Step(action);
                other.ReadState(again);
                Assert.Equal(state, again);
            }
        }
    }

    [Fact]
    public void Maps_differ_between_episodes_and_stay_within_their_paddings()
    {
        using var environment = new RandomTwoRooms();
        HashSet<(float, float)> maps = [];
        float[] start = new float[4], goal = new float[4];
        for (ulong seed = 0; seed < 500; seed++)
        {
            environment.SampleTask(seed, start, goal);
            Assert.Equal(start[2..], goal[2..]);
            Assert.InRange(start[2], 20, 44);
            Assert.InRange(start[3], 10, 54);
            Assert.True((start[0] < start[2]) != (goal[0] < goal[2]), "Start and goal are in the same room.");
            maps.Add((start[2], start[3]));
        }

        Assert.True(maps.Count > 300, $"{maps.Count} maps");
    }

    [Fact]
    public void A_goal_picture_shows_the_map_of_its_state_and_leaves_the_present_one()
    {
        using var environment = new RandomTwoRooms();
        int size = environment.Specification.Observation.Size;
        byte[] before = new byte[size], seen = new byte[size], after = new byte[size];
        environment.Observe(before);
        environment.ObserveAt([10, 10, 25, 50], seen);
        environment.Observe(after);
        Assert.Equal(before, after);
        using var rooms = new TwoRooms(new TwoRoomsLayout(WallCenter: 25, DoorCenter: 50));
        rooms.ObserveAt([10, 10], after);
        Assert.Equal(after, seen);

        environment.WriteState([10, 10, 25, 50]);
        Assert.Equal(25, environment.Layout.WallCenter);
        Assert.Contains("from 20 to 44", Assert.Throws<ArgumentException>(() => environment.WriteState([10, 10, 19, 50])).Message);
        Assert.Contains("from 10 to 54", Assert.Throws<ArgumentException>(() => environment.WriteState([10, 10, 25, float.NaN])).Message);
        Assert.Throws<ArgumentException>(() => environment.WriteState([30, 20, 30, 50]));
        Assert.Equal(25, environment.Layout.WallCenter);
        Assert.Throws<ArgumentException>(() => environment.Restore(new byte[3]));
    }

    [Fact]
    public void Dino_moves_two_pixels_per_unit_and_is_seen_in_colours()
    {
        using var environment = (TwoRooms)EnvironmentCatalogue.Create("two-rooms-dino");
        environment.WriteState([20, 40]);
        environment.Step([1, -0.5f]);
        float[] state = new float[2];
        environment.ReadState(state);
        Assert.Equal([22, 39], state);

        byte[] pixels = new byte[3 * 65 * 65];
        environment.ObserveAt([20, 40], pixels);
        int Plane(int channel, int x, int y) => pixels[(channel * 65 * 65) + (y * 65) + x];
        Assert.Equal((255, 0, 0), (Plane(0, 20, 40), Plane(1, 20, 40), Plane(2, 20, 40)));
        Assert.Equal((255, 255, 255), (Plane(0, 50, 20), Plane(1, 50, 20), Plane(2, 50, 20)));
        foreach (int x in (int[])[29, 32, 35])
            Assert.Equal((0, 0, 0), (Plane(0, x, 50), Plane(1, x, 50), Plane(2, x, 50)));
        Assert.Equal(255, Plane(0, 32, 30));
        Assert.Equal(255, Plane(0, 28, 50));

        // Sliding along the wall always drifts down.
        environment.WriteState([28, 50]);
        environment.Step([1, 0]);
        environment.ReadState(state);
        Assert.Equal(50.5f, state[1], 3);
    }

    [Theory]
    [InlineData("two-rooms-random")]
    [InlineData("two-rooms-dino")]
    public void Walks_that_are_collected_cross_the_door_now_and_then(string name)
    {
        EnvironmentCatalogue.Collection(name, new CollectionSettings(Episodes: 40, Seed: 2)).Collect(_temporary.File("walks"));
        using var dataset = Dataset.Open(_temporary.File("walks"));
        Assert.Equal(40 * 91, dataset.Rows);
        int crossings = 0;
        foreach (var episode in dataset.Episodes)
        {
            float Side(int row) => dataset.State(episode.Start + row)[0] - (name == "two-rooms-dino" ? 32 : dataset.State(episode.Start)[2]);
            for (int row = 1; row < episode.Length; row++)
                crossings += Side(row) * Side(row - 1) < 0 ? 1 : 0;
        }

        Assert.InRange(crossings, 10, 200);
        Assert.Contains("'steps' does not fit", Assert.Throws<OrreryDataException>(() => EnvironmentCatalogue.Collection(name, new CollectionSettings(Steps: 5))).Message);
    }
}
