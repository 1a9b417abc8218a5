using Orrery.Data;
using Orrery.Environments.Navigation;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Navigation;

/// <summary>The four 224-pixel Two Rooms as environments.</summary>
public sealed class TwoRoomTests
{
    public static TheoryData<string> Names => ["two-room", "two-room-64", "two-room-swept", "two-room-swept-64"];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_saved_goes_on_to_the_same_bits(string name)
    {
        using var environment = Create(name);
        using var other = Create(name);
        environment.Reset(11);
        Run(environment, 2, 150);
        other.Restore(environment.Save());
        Assert.Equal(Run(environment, 3, 100), Run(other, 3, 100));
        Assert.Equal(environment.Save(), other.Save());
        Assert.Throws<ArgumentException>(() => other.Restore(new byte[16]));
        Assert.Throws<ArgumentException>(() => other.Restore(environment.Save().AsSpan(1)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_starts_at_the_same_place_and_others_elsewhere_in_both_rooms(string name)
    {
        using var environment = Create(name);
        HashSet<(float, float)> starts = [];
        var left = 0;
        for (ulong seed = 0; seed < 300; seed++)
        {
            environment.Reset(seed);
            var first = State(environment);
            environment.Reset(seed);
            Assert.Equal(first, State(environment));
            Assert.True(Math.Abs(first[0] - 112) >= 12);
            starts.Add((first[0], first[1]));
            left += first[0] < 112 ? 1 : 0;
        }

        Assert.Equal(300, starts.Count);
        Assert.InRange(left, 110, 190);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_small_picture_changes_nothing_but_what_is_seen(string name)
    {
        using var environment = Create(name);
        using var full = Create(name.Replace("-64", "", StringComparison.Ordinal));
        environment.Reset(5);
        full.Reset(5);
        Assert.Equal(Run(full, 8, 200), Run(environment, 8, 200));
    }

    [Theory]
    [InlineData("two-room", float.NaN, 0)]
    [InlineData("two-room-swept", 0, float.PositiveInfinity)]
    public void An_action_that_is_not_finite_is_refused_and_changes_nothing(string name, float dx, float dy)
    {
        using var environment = Create(name);
        var before = environment.Save();
        Assert.Contains("not finite", Assert.Throws<ArgumentException>(() => environment.Step([dx, dy])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => environment.Step([0, 0, 0]));
        Assert.Equal(before, environment.Save());
    }

    [Fact]
    public void An_episode_is_truncated_after_200_steps_and_never_terminates()
    {
        using var environment = Create("two-room-64");
        for (var step = 1; step < 200; step++)
            Assert.Equal(new StepResult(0, false, false), environment.Step([1, 0.5f]));
        Assert.Equal(new StepResult(0, false, true), environment.Step([1, 0.5f]));
    }

    [Fact]
    public void Only_the_swept_disk_must_be_clear_of_the_wall_when_a_state_is_written()
    {
        using var published = Create("two-room");
        using var swept = Create("two-room-swept");
        published.WriteState([112, 150]);
        published.WriteState([14, 209]);
        Assert.Throws<ArgumentException>(() => published.WriteState([13.9f, 100]));
        Assert.Throws<ArgumentException>(() => published.WriteState([100, float.NaN]));
        Assert.Throws<ArgumentException>(() => published.WriteState([100]));
        Assert.Contains("a part of it would be in a wall", Assert.Throws<ArgumentException>(() => swept.WriteState([112, 150])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => swept.WriteState([20, 100]));
        swept.WriteState([112, 42]);
        Assert.Equal([112f, 42f], State(swept));
    }

    [Fact]
    public void Published_tasks_start_outside_the_wall_and_may_end_in_the_same_room_or_in_the_wall()
    {
        using var environment = Create("two-room");
        float[] start = new float[2], goal = new float[2];
        int same = 0, inWall = 0;
        for (ulong seed = 0; seed < 2000; seed++)
        {
            environment.SampleTask(seed, start, goal);
            Assert.True(Math.Abs(start[0] - 112) > 12);
            foreach (var number in (float[])[.. start, .. goal])
                Assert.InRange(number, 14, 209);
            same += start[0] < 112 == goal[0] < 112 ? 1 : 0;
            inWall += Math.Abs(goal[0] - 112) < 5 ? 1 : 0;
        }

        Assert.InRange(same, 900, 1100);
        Assert.InRange(inWall, 60, 150);
    }

    [Fact]
    public void Swept_tasks_lie_in_opposite_rooms_with_the_whole_disk()
    {
        using var environment = Create("two-room-swept");
        float[] start = new float[2], goal = new float[2];
        var left = 0;
        for (ulong seed = 0; seed < 500; seed++)
        {
            environment.SampleTask(seed, start, goal);
            Assert.NotEqual(start[0] < 112, goal[0] < 112);
            foreach (var place in (float[][])[start, goal])
                Assert.True(place[0] is (>= 21 and <= 100) or (>= 124 and <= 203) && place[1] is >= 21 and <= 203);
            Assert.False(environment.IsSuccess(start, goal));
            left += start[0] < 112 ? 1 : 0;
        }

        Assert.InRange(left, 200, 300);
        Assert.True(environment.IsSuccess([50, 50], [50, 65.9f]));
        Assert.False(environment.IsSuccess([50, 50], [50, 66]));
    }

    [Theory]
    [InlineData("two-room", 15)]
    [InlineData("two-room-swept", 60)]
    public void The_expert_goes_through_the_door_in_spite_of_its_noise(string name, int atLeast)
    {
        var collection = (EpisodeCollection)EnvironmentCatalogue.Collection(name, new CollectionSettings(Episodes: 1, Seed: 4));
        int crossed = 0, rows = 0;
        for (var episode = 0; episode < 100; episode++)
        {
            var states = collection.CollectStates(episode);
            rows += states.Length;
            crossed += states.Any(state => state[0] < 100) && states.Any(state => state[0] > 124) ? 1 : 0;
        }

        Assert.Equal(100 * 101, rows);
        Assert.InRange(crossed, atLeast, 99);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_noise_the_expert_reaches_targets_in_both_rooms_one_after_the_other(bool swept)
    {
        using TwoRoom environment = new(new TwoRoomSettings(swept));
        var reached = 0;
        for (ulong episode = 0; episode < 20; episode++)
        {
            environment.Reset(episode);
            TwoRoomExpert expert = new(swept, noise: 0, repeat: 0);
            expert.Begin(environment, new RandomStream(episode, "expert"));
            float[] action = new float[2], before = State(environment);
            var crossings = 0;
            for (var step = 0; step < 200; step++)
            {
                expert.Act(environment, step, action);
                Assert.Equal(1, Math.Sqrt((action[0] * (double)action[0]) + (action[1] * (double)action[1])), 4);
                environment.Step(action);
                var after = State(environment);
                crossings += before[0] < 112 != after[0] < 112 ? 1 : 0;
                before = after;
            }

            reached += crossings >= 2 ? 1 : 0;
        }

        Assert.InRange(reached, 20, 20);
    }

    [Fact]
    public void Settings_of_other_environments_are_refused()
    {
        Assert.Contains("'steps'", Assert.Throws<OrreryDataException>(() => EnvironmentCatalogue.Collection("two-room", new CollectionSettings(Steps: 5))).Message, StringComparison.Ordinal);
        Assert.Contains("'crossing-share'", Assert.Throws<OrreryDataException>(() => EnvironmentCatalogue.Collection("two-room", new CollectionSettings(CrossingShare: 0.5))).Message, StringComparison.Ordinal);
    }

    private static IGoalEnvironment Create(string name) => (IGoalEnvironment)EnvironmentCatalogue.Create(name);

    private static float[] State(IGoalEnvironment environment)
    {
        var state = new float[2];
        environment.ReadState(state);
        return state;
    }

    private static float[] Run(IGoalEnvironment environment, ulong seed, int steps)
    {
        RandomStream random = new(seed, "actions");
        var action = new float[2];
        List<float> path = [];
        for (var i = 0; i < steps; i++)
        {
            random.FillUniform(action, -1.2f, 1.2f);
            environment.Step(action);
            path.AddRange(State(environment));
        }

        return [.. path];
    }
}
