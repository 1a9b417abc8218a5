using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Environments.Navigation;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Navigation;

public sealed class FourRoomTests : IDisposable
{
    private const int Size = 65;
    private const int Plane = Size * Size;

    private static readonly float[] Somewhere = [10, 50, 20, 45, 15, 0];

    private readonly TemporaryFolder _temporary = new();
    private readonly FourRoom _environment = new();

    public void Dispose()
    {
        _environment.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void What_was_saved_goes_on_to_the_same_bits_distractors_too()
    {
        using FourRoom other = new();
        _environment.Reset(8);
        other.Reset(3);
        Run(_environment, 1, 120);
        other.Restore(_environment.Save());
        Assert.Equal(Run(_environment, 2, 170), Run(other, 2, 170));
        Assert.Equal(Seen(_environment), Seen(other));
        Assert.Equal(_environment.Save(), other.Save());
        Assert.False(_environment.Step([0, 0]).Truncated);
        for (var step = 0; step < 8; step++)
            _environment.Step([0, 0]);
        Assert.Equal(new StepResult(0, false, true), _environment.Step([0, 0]));
        Assert.Throws<ArgumentException>(() => other.Restore(new byte[4]));
        Assert.Throws<ArgumentException>(() => other.Restore(new byte[_environment.Save().Length]));
    }

    [Fact]
    public void The_same_seed_gives_the_same_map_start_and_distractors()
    {
        using FourRoom other = new();
        HashSet<int> rooms = [];
        for (ulong seed = 0; seed < 50; seed++)
        {
            _environment.Reset(seed);
            other.Reset(seed);
            Assert.Equal(_environment.Save(), other.Save());
            var state = State(_environment);
            rooms.Add(FourRoomLayout.RoomOf(state[0], state[1]));
        }

        Assert.Equal(4, rooms.Count);
    }

    [Fact]
    public void Distractors_walk_and_change_nothing_but_the_picture()
    {
        using FourRoom other = new();
        _environment.Reset(1);
        other.Reset(2);
        other.WriteState(State(_environment));
        var before = Seen(_environment);
        Assert.NotEqual(before, Seen(other));
        Assert.Equal(Run(_environment, 5, 200), Run(other, 5, 200));
        _environment.Reset(1);
        for (var step = 0; step < 5; step++)
            _environment.Step([0, 0]);
        Assert.NotEqual(before, Seen(_environment));
    }

    [Fact]
    public void A_state_that_is_none_is_refused_and_changes_nothing()
    {
        var before = _environment.Save();
        Refuse("more than one door is closed", [10, 50, 20, 45, 0, 0]);
        Refuse("from 9 to 26, or 0", [10, 50, 27, 45, 15, 40]);
        Refuse("from 38 to 55, or 0", [10, 50, 20, 37, 15, 40]);
        Refuse("right_door_x is NaN", [10, 50, 20, 45, 15, float.NaN]);
        Refuse("left_door_x is 15.5", [10, 50, 20, 45, 15.5f, 40]);
        Refuse("in a wall", [32, 10, 20, 45, 15, 40]);
        Refuse("in a wall", [50, 32, 20, 45, 15, 0]);
        Refuse("in a wall", [3, 10, 20, 45, 15, 40]);
        Refuse("in a wall", [float.NaN, 10, 20, 45, 15, 40]);
        Refuse("2 numbers", [10, 50]);
        Assert.Contains("not finite", Assert.Throws<ArgumentException>(() => _environment.Step([float.NaN, 0])).Message, StringComparison.Ordinal);
        Assert.Equal(before, _environment.Save());

        void Refuse(string what, float[] state) =>
            Assert.Contains(what, Assert.Throws<ArgumentException>(() => _environment.WriteState(state)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tasks_have_one_map_and_start_and_end_in_different_rooms()
    {
        float[] start = new float[6], goal = new float[6];
        HashSet<(int, int)> ways = [];
        for (ulong seed = 0; seed < 500; seed++)
        {
            _environment.SampleTask(seed, start, goal);
            Assert.Equal(start[2..], goal[2..]);
            var way = (FourRoomLayout.RoomOf(start[0], start[1]), FourRoomLayout.RoomOf(goal[0], goal[1]));
            Assert.NotEqual(way.Item1, way.Item2);
            ways.Add(way);
            foreach (var number in (float[])[.. start[..2], .. goal[..2]])
                Assert.True(number is (>= 6.6f and <= 28.4f) or (>= 35.6f and <= 57.4f), $"{number}");
            _environment.WriteState(start);
            Assert.Equal(start, State(_environment));
        }

        Assert.Equal(12, ways.Count);
        Assert.True(_environment.IsSuccess([10, 10, 20, 45, 15, 0], [10, 14.4f, 20, 45, 15, 0]));
        Assert.False(_environment.IsSuccess([10, 10, 20, 45, 15, 0], [10, 14.5f, 20, 45, 15, 0]));
    }

    [Fact]
    public void The_picture_shows_walls_with_open_doors_a_red_dot_and_blue_distractors()
    {
        _environment.WriteState(Somewhere);
        var pixels = Seen(_environment);
        Assert.Equal((255, 0, 0), At(10, 50));
        foreach (var (x, y) in ((int, int)[])[(4, 0), (60, 30), (32, 10), (31, 25), (33, 50), (32, 32), (45, 32), (10, 32)])
            Assert.Equal((0, 0, 0), At(x, y));
        int red = 0, blue = 0;
        for (var pixel = 0; pixel < Plane; pixel++)
        {
            red += pixels[pixel] > pixels[Plane + pixel] + 100 ? 1 : 0;
            blue += pixels[(2 * Plane) + pixel] > pixels[Plane + pixel] + 100 ? 1 : 0;
        }

        Assert.InRange(red, 5, 12);
        Assert.InRange(blue, 5, 36);
        _environment.Reset(0);
        _environment.ObserveAt([10, 50, 20, 45, 15, 0], pixels);
        foreach (var (x, y) in ((int, int)[])[(32, 16), (32, 24), (32, 41), (32, 49), (11, 32), (19, 32)])
            Assert.NotEqual((0, 0, 0), At(x, y));

        (int Red, int Green, int Blue) At(int x, int y) => (pixels[(y * Size) + x], pixels[Plane + (y * Size) + x], pixels[(2 * Plane) + (y * Size) + x]);
    }

    [Fact]
    public void A_goal_picture_shows_the_map_of_its_state_and_leaves_the_present_one()
    {
        _environment.Reset(6);
        var (before, saved) = (Seen(_environment), _environment.Save());
        var there = new byte[3 * Plane];
        _environment.ObserveAt(Somewhere, there);
        Assert.Equal(before, Seen(_environment));
        Assert.Equal(saved, _environment.Save());
        _environment.WriteState(Somewhere);
        Assert.Equal(there, Seen(_environment));
    }

    [Fact]
    public void The_picture_for_people_shows_the_dot_at_any_size()
    {
        _environment.WriteState(Somewhere);
        var rgb = new byte[130 * 65 * 3];
        _environment.Render(rgb, 130, 65);
        Assert.Equal(new byte[] { 0xDC, 0x26, 0x26 }, rgb.AsSpan(((50 * 130) + 21) * 3, 3).ToArray());
        Assert.Throws<ArgumentException>(() => _environment.Render(rgb, 65, 65));
    }

    [Fact]
    public void Walks_that_are_collected_go_through_doors_to_all_rooms()
    {
        EnvironmentCatalogue.Collection("four-room", new CollectionSettings(Episodes: 60, Seed: 2)).Collect(_temporary.File("walks"));
        using var dataset = Dataset.Open(_temporary.File("walks"));
        Assert.Equal(60 * 151, dataset.Rows);
        var visits = new int[4];
        var several = 0;
        foreach (var episode in dataset.Episodes)
        {
            HashSet<int> rooms = [];
            for (var row = 0; row < episode.Length; row++)
            {
                var state = dataset.State(episode.Start + row);
                rooms.Add(FourRoomLayout.RoomOf(state[0], state[1]));
                visits[FourRoomLayout.RoomOf(state[0], state[1])]++;
                var action = dataset.Action(episode.Start + row);
                Assert.InRange(Math.Sqrt(((double)action[0] * action[0]) + ((double)action[1] * action[1])), 0, FourRoom.ActionLimit);
            }

            several += rooms.Count > 1 ? 1 : 0;
        }

        Assert.InRange(several, 30, 60);
        Assert.All(visits, count => Assert.InRange(count, 1000, 4000));
        Assert.Contains("Collecting four-room: CrossingShare", Assert.Throws<OrreryDataException>(
            () => EnvironmentCatalogue.Collection("four-room", new CollectionSettings(CrossingShare: 2))).Message, StringComparison.Ordinal);
    }

    private static float[] State(FourRoom environment)
    {
        var state = new float[6];
        environment.ReadState(state);
        return state;
    }

    private static byte[] Seen(FourRoom environment)
    {
        var pixels = new byte[3 * Plane];
        environment.Observe(pixels);
        return pixels;
    }

    private static float[] Run(FourRoom environment, ulong seed, int steps)
    {
        RandomPolicy random = new(environment.Specification, new RandomStream(seed, "actions"));
        var action = new float[2];
        List<float> path = [];
        for (var i = 0; i < steps; i++)
        {
            random.Act(action);
            environment.Step(action);
            path.AddRange(State(environment));
        }

        return [.. path];
    }
}
