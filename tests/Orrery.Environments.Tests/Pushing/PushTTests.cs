using System.Globalization;
using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Environments.Pushing;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Pushing;

public class PushTTests
{
    public static TheoryData<string> Names => ["push-t", "push-t-state", "push-t-corners", "push-t-proprioception", "push-t-gym", "push-t-dino"];

    [ChipmunkFact]
    public void A_written_state_mostly_goes_on_as_where_it_was_read_and_now_and_then_does_not()
    {
        using var environment = new PushT();
        using var written = new PushT();
        var explorer = new ScriptedPusher();
        float[] action = new float[2], state = new float[7], other = new float[7];
        List<double> apart = [];
        for (var episode = 0; episode < 100; episode++)
        {
            environment.Reset((ulong)episode);
            explorer.Begin(environment, new RandomStream((ulong)episode, "written"));
            for (var step = 0; step < 50; step++)
            {
                if (step == 25)
                {
                    environment.ReadState(state);
                    written.Reset(0);
                    written.WriteState(state);
                }

                explorer.Act(environment, step, action);
                environment.Step(action);
                if (step >= 25)
                    written.Step(action);
            }

            environment.ReadState(state);
            written.ReadState(other);
            apart.Add(Math.Sqrt(Math.Pow(state[2] - other[2], 2) + Math.Pow(state[3] - other[3], 2)));
        }

        apart.Sort();
        Assert.True(apart[50] < 0.1 && apart[90] < 10, $"median {apart[50]} px, 90 % {apart[90]} px");
        Assert.True(apart[99] > 0.1, $"worst {apart[99]} px: WriteState has become exact; say so.");
    }

    [ChipmunkFact]
    public void What_is_painted_is_where_it_is()
    {
        using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create("push-t-dino");
        const int Size = 224;
        byte[] pixels = new byte[3 * Size * Size];

        // The bar lies flat from (240, 300) to (360, 330), the stem hangs from its middle to y = 420.
        environment.ObserveAt([100, 400, 300, 300, 0, 0, 0], pixels);
        Assert.Equal((0x4E, 0x7E, 0xFF), At(100, 400));
        Assert.Equal((0x8E, 0xA3, 0xB7), At(300, 315));
        Assert.Equal((0x8E, 0xA3, 0xB7), At(250, 315));
        Assert.Equal((0x8E, 0xA3, 0xB7), At(300, 400));
        Assert.Equal((255, 255, 255), At(250, 400));
        Assert.Equal((255, 255, 255), At(300, 200));

        // A quarter turn lays the stem to the left.
        environment.ObserveAt([100, 400, 300, 300, MathF.PI / 2, 0, 0], pixels);
        Assert.Equal((0x8E, 0xA3, 0xB7), At(200, 300));
        Assert.Equal((255, 255, 255), At(400, 300));

        (int Red, int Green, int Blue) At(int x, int y)
        {
            var place = (y * Size / 512 * Size) + (x * Size / 512);
            return (pixels[place], pixels[(Size * Size) + place], pixels[(2 * Size * Size) + place]);
        }
    }

    [ChipmunkFact]
    public void A_goal_of_numbers_is_what_would_be_seen_there()
    {
        using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create("push-t-state");
        float[] start = new float[7], goal = new float[7], told = new float[8], seen = new float[8];
        environment.SampleTask(3, start, goal);
        environment.ObserveAt(goal, told);
        environment.WriteState(goal);
        environment.Observe(seen);
        Assert.All(told.Zip(seen), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        Assert.Throws<ArgumentException>(() => environment.ObserveAt(goal, new float[7]));
        using var picture = (IGoalEnvironment)EnvironmentCatalogue.Create("push-t");
        Assert.Contains("seen as a picture", Assert.Throws<InvalidOperationException>(() => picture.ObserveAt(goal, told)).Message);
    }

    [ChipmunkFact]
    public void Two_episodes_are_those_of_the_C_program_to_the_bit()
    {
        for (var episode = 0; episode < 2; episode++)
        {
            using var world = new PushTWorld();
            world.Begin(PushTPose.From(PushTGolden.Starts[episode]), positionFirst: true);
            var seed = (uint)(episode + 1);
            var target = (X: 0f, Y: 0f);
            for (var step = 0; step <= PushTGolden.Steps; step++)
            {
                var pose = world.Pose;
                double[] numbers = [pose.AgentX, pose.AgentY, pose.BlockX, pose.BlockY, pose.Angle, pose.VelocityX, pose.VelocityY];
                Assert.Equal(
                    PushTGolden.Rows[(episode * (PushTGolden.Steps + 1)) + step],
                    string.Join(' ', numbers.Select(number => BitConverter.DoubleToUInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture))));
                if (step % 5 == 0)
                    target = PushTGolden.Target(ref seed);
                world.Step(target.X, target.Y);
            }
        }
    }

    [ChipmunkFact]
    public void The_environment_does_what_the_world_does()
    {
        using var environment = new PushT(new PushTSettings(PushTConvention.GymPushT, 96));
        environment.ResetTo(PushTGolden.Starts[0]);
        var seed = 1u;
        var target = (X: 0f, Y: 0f);
        var state = new float[5];
        for (var step = 0; step < PushTGolden.Steps; step++)
        {
            environment.ReadState(state);
            var expected = PushTGolden.Rows[step].Split(' ').Select(bits => (float)BitConverter.UInt64BitsToDouble(Convert.ToUInt64(bits, 16))).ToArray();
            Assert.Equal(expected[..5], state);
            if (step % 5 == 0)
                target = PushTGolden.Target(ref seed);
            var result = environment.Step([target.X, target.Y]);
            Assert.False(result.Terminated);
            Assert.InRange(result.Reward, 0, 1);
        }
    }

    [ChipmunkFact]
    public void Gym_turns_the_block_about_its_centre_of_gravity_after_placing_it_and_the_others_before()
    {
        float[] drawn = [150, 260, 200, 200, 1];
        using var gym = new PushT(new PushTSettings(PushTConvention.GymPushT, 96));
        gym.ResetTo(drawn);
        var state = new float[5];
        gym.ReadState(state);
        Assert.Equal([150, 260, 237.866f, 220.686f, 1], state.Select(number => MathF.Round(number, 3)));

        using var other = new PushT();
        other.ResetTo([.. drawn, 0, 0]);
        state = new float[7];
        other.ReadState(state);
        Assert.Equal([150, 260, 200, 200, 1, 0, 0], state);
    }

    [ChipmunkFact]
    public void A_covered_goal_ends_the_task_with_the_full_reward()
    {
        using var environment = new PushT(new PushTSettings(PushTConvention.GymPushT, 96));
        environment.WriteState([50, 50, 256, 256, (float)(Math.PI / 4)]);
        Assert.Equal(new StepResult(1, Terminated: true, Truncated: false), environment.Step([50, 50]));
        environment.WriteState([50, 50, 150, 256, (float)(Math.PI / 4)]);
        var apart = environment.Step([50, 50]);
        Assert.False(apart.Terminated);
        Assert.InRange(apart.Reward, 0, 0.9f);
    }

    [ChipmunkTheory]
    [MemberData(nameof(Names))]
    public void Every_name_is_an_environment_that_sees_and_is_saved_to_the_bit(string name)
    {
        using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
        using var other = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
        Assert.Equal(name, environment.Specification.Name);
        environment.Reset(5);
        var explorer = new ScriptedPusher();
        explorer.Begin(environment, new RandomStream(1, "test"));
        var action = new float[2];
        for (var step = 0; step < 40; step++)
            Push(environment);
        other.Restore(environment.Save());
        for (var step = 0; step < 20; step++)
        {
            Push(environment);
            other.Step(action);
            Assert.Equal(State(environment), State(other));
        }

        Assert.Equal(See(environment), See(other));

        void Push(IGoalEnvironment acted)
        {
            explorer.Act(acted, 0, action);
            acted.Step(action);
        }
    }

    [ChipmunkTheory]
    [MemberData(nameof(Names))]
    public void A_written_state_is_read_back_and_goes_on_the_same_way_each_time(string name)
    {
        using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
        var random = new RandomStream(3, "test");
        for (var trial = 0; trial < 50; trial++)
        {
            environment.Reset((ulong)trial);
            var state = State(environment);
            environment.WriteState(state);
            Assert.Equal(state, State(environment));
            float[] action = name == "push-t-gym" ? [(float)(512 * random.NextDouble()), state[3]] : [(float)random.NextDouble(), -0.5f];
            environment.Step(action);
            var after = State(environment);
            environment.WriteState(state);
            environment.Step(action);
            Assert.Equal(after, State(environment));
        }
    }

    [ChipmunkTheory]
    [MemberData(nameof(Names))]
    public void A_task_is_a_push_that_has_not_been_made_yet(string name)
    {
        using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
        var before = State(environment);
        var (start, goal, again, goalAgain) = (new float[before.Length], new float[before.Length], new float[before.Length], new float[before.Length]);
        for (var seed = 0ul; seed < 20; seed++)
        {
            environment.SampleTask(seed, start, goal);
            environment.SampleTask(seed, again, goalAgain);
            Assert.Equal(start, again);
            Assert.Equal(goal, goalAgain);
            Assert.False(environment.IsSuccess(start, goal));
            Assert.True(environment.IsSuccess(goal, goal));
            Assert.All(goal[..4], number => Assert.InRange(number, -50, 562));
        }

        Assert.Equal(before, State(environment));
    }

    [ChipmunkTheory]
    [InlineData(float.NaN, 0)]
    [InlineData(0, float.PositiveInfinity)]
    [InlineData(1e20f, 0)]
    public void Numbers_that_would_end_the_process_in_the_solver_are_refused(float x, float y)
    {
        foreach (var name in new[] { "push-t", "push-t-gym" })
        {
            using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
            var state = State(environment);
            Assert.Contains("not finite or absurd", Assert.Throws<ArgumentException>(() => environment.Step([x, y])).Message, StringComparison.Ordinal);
            float[] bad = [.. state];
            (bad[2], bad[4]) = (x, y);
            Assert.Contains("must be finite", Assert.Throws<ArgumentException>(() => environment.WriteState(bad)).Message, StringComparison.Ordinal);
            Assert.Equal(state, State(environment));
        }
    }

    [ChipmunkFact]
    public void Wrong_sizes_and_foreign_bytes_say_what_is_needed()
    {
        using var environment = new PushT();
        Assert.Contains("2 (x, y) were needed", Assert.Throws<ArgumentException>(() => environment.Step([1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("7 were needed", Assert.Throws<ArgumentException>(() => environment.WriteState([1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("[3, 64, 64]", Assert.Throws<ArgumentException>(() => environment.Observe(new byte[5])).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => environment.Observe(new float[8]));
        Assert.Throws<ArgumentException>(() => environment.Restore([1, 2, 3]));
        using var gym = new PushT(new PushTSettings(PushTConvention.GymPushT, 96));
        Assert.Throws<ArgumentException>(() => environment.Restore(gym.Save()));
        Assert.Contains("64, 96 or 224", Assert.Throws<OrreryDataException>(() => new PushT(new PushTSettings(PictureSize: 65))).Message, StringComparison.Ordinal);
    }

    [ChipmunkFact]
    public void Eight_at_once_do_what_each_does_alone()
    {
        var alone = Enumerable.Range(0, 32).Select(Run).ToArray();
        var together = new float[32][];
        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 8 }, episode => together[episode] = Run(episode));
        Assert.Equal(alone, together);

        static float[] Run(int episode)
        {
            using var environment = new PushT(new PushTSettings(View: PushTView.Pose));
            environment.Reset((ulong)episode);
            var explorer = new MixedPusher();
            explorer.Begin(environment, new RandomStream((ulong)episode, "test"));
            var action = new float[2];
            for (var step = 0; step < 50; step++)
            {
                explorer.Act(environment, step, action);
                environment.Step(action);
            }

            return State(environment);
        }
    }

    [ChipmunkFact]
    public void The_vector_lies_in_its_space_and_its_turn_is_on_the_circle()
    {
        using var environment = new PushT(new PushTSettings(View: PushTView.Pose));
        var dimensions = ((VectorSpace)environment.Specification.Observation).Dimensions;
        var vector = new float[8];
        var explorer = new ScriptedPusher();
        explorer.Begin(environment, new RandomStream(1, "test"));
        var action = new float[2];
        for (var step = 0; step < 200; step++)
        {
            explorer.Act(environment, step, action);
            Assert.All(action, number => Assert.InRange(number, -1, 1));
            environment.Step(action);
            environment.Observe(vector);
            for (var i = 0; i < 8; i++)
                Assert.InRange(vector[i], dimensions[i].Low, dimensions[i].High);
            Assert.Equal(1, (vector[4] * vector[4]) + (vector[5] * vector[5]), 1e-5);
        }
    }

    [ChipmunkFact]
    public void The_corners_are_those_of_the_T_turned_and_moved()
    {
        using var environment = new PushT(new PushTSettings(View: PushTView.Corners));
        var vector = new float[20];
        environment.ObserveAt([100, 110, 200, 300, MathF.PI / 2, 7, -8], vector);
        Assert.Equal([100f, 110f], vector[..2]);
        Assert.Equal([7f, -8f], vector[^2..]);

        // A quarter turn takes (x, y) to (-y, x): the bar stands up, the stem points to the left.
        float[] expected = [200, 240, 200, 360, 170, 360, 170, 315, 80, 315, 80, 285, 170, 285, 170, 240];
        Assert.All(expected.Zip(vector[2..^2]), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    private static float[] State(IEnvironment environment)
    {
        var state = new float[environment.Specification.State.Size];
        environment.ReadState(state);
        return state;
    }

    private static byte[] See(IEnvironment environment)
    {
        if (environment.Specification.Observation is VectorSpace space)
        {
            var vector = new float[space.Size];
            environment.Observe(vector);
            return [.. vector.SelectMany(BitConverter.GetBytes)];
        }

        var pixels = new byte[environment.Specification.Observation.Size];
        environment.Observe(pixels);
        return pixels;
    }
}
