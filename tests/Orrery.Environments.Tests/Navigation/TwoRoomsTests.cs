using Orrery.Environments.Navigation;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Navigation;

public class TwoRoomsTests
{
    private const int Size = TwoRoomsLayout.Size;
    private const int Plane = Size * Size;

    private static float[] State(TwoRooms environment)
    {
        var state = new float[2];
        environment.ReadState(state);
        return state;
    }

    private static float[] Run(TwoRooms environment, ulong seed, int steps)
    {
        var random = new RandomStream(seed, "actions");
        var action = new float[2];
        var path = new List<float>();
        for (var i = 0; i < steps; i++)
        {
            random.FillUniform(action, -1.7f, 1.7f);
            environment.Step(action);
            path.AddRange(State(environment));
        }

        return [.. path];
    }

    [Fact]
    public void The_same_seed_and_actions_give_the_same_bits()
    {
        using var first = new TwoRooms();
        using var second = new TwoRooms();
        first.Reset(7);
        second.Reset(3);
        Run(second, 9, 57);
        second.Reset(7);
        Assert.Equal(Run(first, 1, 2000), Run(second, 1, 2000));
    }

    [Fact]
    public void Different_seeds_start_in_different_places_of_both_rooms()
    {
        using var environment = new TwoRooms();
        var starts = new HashSet<(float, float)>();
        var left = 0;
        for (ulong seed = 0; seed < 200; seed++)
        {
            environment.Reset(seed);
            var state = State(environment);
            starts.Add((state[0], state[1]));
            left += state[0] < 32 ? 1 : 0;
        }

        Assert.Equal(200, starts.Count);
        Assert.InRange(left, 70, 130);
    }

    [Fact]
    public void A_saved_environment_continues_to_the_same_bits()
    {
        using var environment = new TwoRooms();
        environment.Reset(11);
        Run(environment, 2, 150);
        var saved = environment.Save();
        var expected = Run(environment, 3, 500);
        using var other = new TwoRooms();
        other.Restore(saved);
        Assert.Equal(expected, Run(other, 3, 500));
    }

    [Fact]
    public void A_saved_environment_keeps_its_step_counter()
    {
        using var environment = new TwoRooms();
        environment.Reset(0);
        for (var i = 0; i < 198; i++)
            environment.Step([0.1f, 0]);
        using var other = new TwoRooms();
        other.Restore(environment.Save());
        Assert.False(other.Step([0, 0]).Truncated);
        var last = other.Step([0, 0]);
        Assert.True(last.Truncated);
        Assert.False(last.Terminated);
    }

    [Fact]
    public void What_was_not_saved_here_is_not_restored()
    {
        using var environment = new TwoRooms();
        Assert.Throws<ArgumentException>(() => environment.Restore(new byte[32]));
        Assert.Throws<ArgumentException>(() => environment.Restore(environment.Save().AsSpan(1)));
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(0, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, float.NaN)]
    public void An_action_that_is_not_finite_is_refused_and_changes_nothing(float dx, float dy)
    {
        using var environment = new TwoRooms();
        environment.Reset(5);
        var before = environment.Save();
        var error = Assert.Throws<ArgumentException>(() => environment.Step([dx, dy]));
        Assert.Contains("not finite", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, environment.Save());
    }

    [Fact]
    public void An_action_of_the_wrong_length_is_refused()
    {
        using var environment = new TwoRooms();
        Assert.Throws<ArgumentException>(() => environment.Step([1, 2, 3]));
    }

    [Fact]
    public void A_state_inside_a_wall_is_refused()
    {
        using var environment = new TwoRooms();
        Assert.Throws<ArgumentException>(() => environment.WriteState([32, 30]));
        Assert.Throws<ArgumentException>(() => environment.WriteState([4, 30]));
        Assert.Throws<ArgumentException>(() => environment.WriteState([float.NaN, 30]));
        environment.WriteState([32, 10]);
        Assert.Equal([32f, 10f], State(environment));
    }

    [Fact]
    public void The_dot_is_255_exp_of_minus_half_the_squared_distance_over_the_variance_cut_to_whole_numbers()
    {
        using var environment = new TwoRooms();
        var random = new RandomStream(3, "places");
        var pixels = new byte[2 * Plane];
        Random(pixels);
        for (var trial = 0; trial < 50; trial++)
        {
            float x, y;
            do
            {
                x = 4 + (56 * random.NextFloat());
                y = 4 + (56 * random.NextFloat());
            }
            while (!environment.Layout.IsFree(x, y));

            environment.WriteState([x, y]);
            environment.Observe(pixels);
            for (var row = 0; row < Size; row++)
            {
                for (var column = 0; column < Size; column++)
                {
                    var squared = Math.Pow(column - (double)x, 2) + Math.Pow(row - (double)y, 2);
                    var exact = 255 * Math.Exp(-squared / (2 * 1.3 * 1.3));
                    var actual = pixels[(row * Size) + column];
                    Assert.True(actual == Math.Truncate(exact) || Math.Abs(exact - Math.Round(exact)) < 1e-9, $"({column}, {row}): {actual}, not {exact}");
                }
            }
        }

        static void Random(Span<byte> bytes) => System.Random.Shared.NextBytes(bytes);
    }

    [Fact]
    public void The_second_channel_shows_the_border_and_the_wall_without_its_door()
    {
        using var environment = new TwoRooms();
        var pixels = new byte[2 * Plane];
        environment.Observe(pixels);
        for (var row = 0; row < Size; row++)
        {
            for (var column = 0; column < Size; column++)
            {
                var border = row is 4 or 60 || column is 4 or 60;
                var wall = column is >= 31 and <= 33 && row is < 6 or > 14 && column is >= 31 and <= 33;
                Assert.Equal(border || wall ? 255 : 0, pixels[Plane + (row * Size) + column]);
            }
        }
    }

    [Fact]
    public void A_picture_of_another_state_does_not_disturb_the_current_one()
    {
        using var environment = new TwoRooms();
        environment.Reset(4);
        var before = environment.Save();
        var there = new byte[2 * Plane];
        environment.ObserveAt([50, 50], there);
        Assert.Equal(before, environment.Save());
        environment.WriteState([50, 50]);
        var pixels = new byte[2 * Plane];
        environment.Observe(pixels);
        Assert.Equal(pixels, there);
        Assert.Equal(255, pixels[(50 * Size) + 50]);
    }

    [Fact]
    public void Tasks_start_and_end_in_opposite_rooms_a_margin_from_the_walls()
    {
        using var environment = new TwoRooms();
        var start = new float[2];
        var goal = new float[2];
        for (ulong seed = 0; seed < 500; seed++)
        {
            environment.SampleTask(seed, start, goal);
            Assert.NotEqual(start[0] < 32, goal[0] < 32);
            foreach (var state in new[] { start, goal })
            {
                Assert.InRange(state[1], 6.6, 57.4);
                Assert.True(state[0] is >= 6.6f and <= 28.4f or >= 35.6f and <= 57.4f);
            }

            Assert.False(environment.IsSuccess(start, goal));
        }

        Assert.True(environment.IsSuccess([20, 20], [20, 24.4f]));
        Assert.False(environment.IsSuccess([20, 20], [20, 24.5f]));
    }

    [Fact]
    public void The_picture_for_people_shows_the_dot_where_it_is()
    {
        using var environment = new TwoRooms();
        environment.WriteState([16, 48]);
        var rgb = new byte[130 * 130 * 3];
        environment.Render(rgb, 130, 130);
        Assert.Equal(new byte[] { 37, 99, 235 }, rgb.AsSpan(((97 * 130) + 33) * 3, 3).ToArray());
        Assert.Equal(new byte[] { 255, 255, 255 }, rgb.AsSpan(((40 * 130) + 33) * 3, 3).ToArray());
        Assert.Equal(new byte[] { 52, 58, 70 }, rgb.AsSpan(((80 * 130) + 65) * 3, 3).ToArray());
        Assert.Throws<ArgumentException>(() => environment.Render(rgb, 130, 131));
    }

    [Fact]
    public void Stepping_and_observing_allocate_nothing()
    {
        using var environment = new TwoRooms();
        var pixels = new byte[2 * Plane];
        float[] action = [1.3f, -0.9f];
        for (var i = 0; i < 300; i++)
        {
            environment.Step(action);
            environment.Observe(pixels);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            environment.Step(action);
            environment.Observe(pixels);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_random_policy_stays_in_the_disk_and_fills_it()
    {
        using var environment = new TwoRooms();
        var policy = new RandomPolicy(environment.Specification, new RandomStream(1, "policy"));
        var action = new float[2];
        var longest = 0.0;
        for (var i = 0; i < 2000; i++)
        {
            policy.Act(action);
            longest = Math.Max(longest, Math.Sqrt((action[0] * action[0]) + (action[1] * action[1])));
        }

        Assert.InRange(longest, 2.35, TwoRooms.ActionLimit + 1e-6);
    }

    [Fact]
    public void The_catalogue_creates_by_name_and_suggests_what_was_meant()
    {
        foreach (var name in EnvironmentCatalogue.Names)
        {
            using var environment = EnvironmentCatalogue.Create(name);
            Assert.Equal(name, environment.Specification.Name);
        }

        var error = Assert.Throws<Data.OrreryDataException>(() => EnvironmentCatalogue.Create("two-roms"));
        Assert.StartsWith("There is no environment 'two-roms'. Did you mean 'two-rooms'? These exist: cascaded-tanks, cstr, ", error.Message);
    }
}
