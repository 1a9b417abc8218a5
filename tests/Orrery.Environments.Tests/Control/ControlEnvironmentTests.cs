using System.Globalization;
using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Environments.Control;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Control;

public sealed class ControlEnvironmentTests
{
    public static TheoryData<string> Names => [.. ControlCatalogue.Entries.Select(entry => entry.Name)];

    [MujocoHeaderTheory]
    [InlineData("reacher", "0.3", "-2.5", "0.5", "-1")]
    [InlineData("point-maze-u", "1.05", "0.95", "0.1", "-0.1")]
    [InlineData("point-maze-large", "1.05", "0.95", "0.1", "-0.1")]
    public void Two_thousand_steps_are_those_of_a_C_program_to_the_bit(string name, params string[] start)
    {
        using var folder = new TemporaryFolder();
        var model = folder.File("model.xml");
        File.WriteAllText(model, name switch
        {
            "point-maze-u" => PointMazeLayout.U.Mjcf(),
            "point-maze-large" => PointMazeLayout.Large.Mjcf(),
            _ => Reacher.Mjcf,
        });
        using var source = typeof(ControlEnvironmentTests).Assembly.GetManifestResourceStream("oracle.c")!;
        var rows = MujocoProgram.Run(folder, new StreamReader(source).ReadToEnd(), [model, name == "reacher" ? "reacher" : "maze", .. start, "2000"]);
        Assert.Equal(2000, rows.Length);
        Follow(name, start, 2000, (step, numbers) => Assert.Equal(
            rows[step].TrimEnd(),
            string.Join(' ', numbers.Select(number => BitConverter.DoubleToUInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture)))));
    }

    [MujocoFact]
    public void Known_steps_of_the_C_program_are_met_to_rounding()
    {
        Dictionary<int, double[]> reacher = ControlGolden.Reacher, maze = ControlGolden.Maze;
        Follow("reacher", ["0.3", "-2.5", "0.5", "-1"], 100, (step, numbers) => Meet(reacher, step, numbers));
        Follow("point-maze-u", ["1.05", "0.95", "0.1", "-0.1"], 100, (step, numbers) => Meet(maze, step, numbers));

        static void Meet(Dictionary<int, double[]> known, int step, double[] numbers)
        {
            if (known.Remove(step + 1, out var expected))
                Assert.All(expected.Zip(numbers), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        }

        Assert.Empty(reacher);
        Assert.Empty(maze);
    }

    [MujocoTheory]
    [MemberData(nameof(Names))]
    public void Every_name_is_an_environment_that_sees_and_is_saved_to_the_bit(string name)
    {
        using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
        using var other = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
        Assert.Equal(name, environment.Specification.Name);
        environment.Reset(5);
        var policy = new RandomPolicy(environment.Specification, new RandomStream(1, "test"));
        var action = new float[2];
        for (var step = 0; step < 150; step++)
            Push(environment);
        other.Restore(environment.Save());
        Assert.Equal(environment.Save(), other.Save());
        for (var step = 150; step < environment.Specification.StepLimit; step++)
        {
            Push(environment);
            var result = other.Step(action);
            Assert.Equal(environment.Save(), other.Save());
            Assert.Equal(step == environment.Specification.StepLimit - 1, result.Truncated);
        }

        Assert.Equal(See(environment), See(other));

        void Push(IGoalEnvironment acted)
        {
            policy.Act(action);
            acted.Step(action);
        }
    }

    [MujocoTheory]
    [MemberData(nameof(Names))]
    public void A_written_state_is_read_back_seen_as_a_goal_and_goes_on_the_same_way_each_time(string name)
    {
        using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
        var policy = new RandomPolicy(environment.Specification, new RandomStream(2, "test"));
        float[] action = new float[2], state = new float[4];
        for (var step = 0; step < 60; step++)
        {
            policy.Act(action);
            environment.Step(action);
        }

        environment.ReadState(state);
        var told = SeeAt(environment, state);
        Assert.Equal(state, State(environment));
        environment.Reset(9);
        environment.WriteState(state);
        Assert.Equal(state, State(environment));
        Assert.Equal(told, See(environment));
        environment.Step(action);
        var first = environment.Save();
        environment.Reset(9);
        environment.WriteState(state);
        environment.Step(action);
        Assert.Equal(first, environment.Save());
    }

    [MujocoTheory]
    [MemberData(nameof(Names))]
    public void Starts_and_tasks_depend_on_their_seed_alone_and_tasks_are_not_solved(string name)
    {
        using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
        var before = State(environment);
        float[] start = new float[4], goal = new float[4], again = new float[4], goalAgain = new float[4];
        for (var seed = 0ul; seed < 50; seed++)
        {
            environment.SampleTask(seed, start, goal);
            environment.SampleTask(seed, again, goalAgain);
            Assert.Equal(start, again);
            Assert.Equal(goal, goalAgain);
            Assert.False(environment.IsSuccess(start, goal));
            Assert.True(environment.IsSuccess(goal, goal));
            Assert.Equal([0, 0, 0, 0], (float[])[.. start[2..], .. goal[2..]]);
        }

        Assert.Equal(before, State(environment));
        environment.Reset(3);
        var third = State(environment);
        environment.Step([1, -1]);
        environment.Reset(4);
        Assert.NotEqual(third, State(environment));
        environment.Reset(3);
        Assert.Equal(third, State(environment));
    }

    [MujocoTheory]
    [InlineData(float.NaN, 0)]
    [InlineData(0, float.PositiveInfinity)]
    public void Numbers_that_are_not_finite_are_refused_before_the_physics(float x, float y)
    {
        foreach (var name in new[] { "reacher", "point-maze-u" })
        {
            using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create(name);
            environment.Step([0.5f, 0.5f]);
            var saved = environment.Save();
            Assert.Contains("must be finite", Assert.Throws<ArgumentException>(() => environment.Step([x, y])).Message, StringComparison.Ordinal);
            float[] bad = [.. State(environment)];
            (bad[2], bad[3]) = (x, y);
            Assert.Contains("must be finite", Assert.Throws<ArgumentException>(() => environment.WriteState(bad)).Message, StringComparison.Ordinal);
            Assert.Equal(saved, environment.Save());
        }
    }

    [MujocoFact]
    public void Actions_beyond_their_range_are_cut_off_there()
    {
        foreach (var name in new[] { "reacher", "point-maze-u" })
        {
            using var environment = EnvironmentCatalogue.Create(name);
            environment.Step([1, -1]);
            var saved = environment.Save();
            environment.Reset(0);
            environment.Step([5, -1e20f]);
            Assert.Equal(saved, environment.Save());
        }
    }

    [MujocoFact]
    public void Wrong_sizes_and_foreign_bytes_say_what_is_needed()
    {
        using var environment = (IGoalEnvironment)EnvironmentCatalogue.Create("reacher");
        using var vector = (IGoalEnvironment)EnvironmentCatalogue.Create("reacher-state");
        Assert.Contains("2 were needed", Assert.Throws<ArgumentException>(() => environment.Step([1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("4 were needed", Assert.Throws<ArgumentException>(() => environment.WriteState([1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("[3, 64, 64]", Assert.Throws<ArgumentException>(() => environment.Observe(new byte[5])).Message, StringComparison.Ordinal);
        Assert.Contains("5 were needed", Assert.Throws<ArgumentException>(() => vector.Observe(new float[4])).Message, StringComparison.Ordinal);
        Assert.Contains("seen as a picture", Assert.Throws<InvalidOperationException>(() => environment.Observe(new float[5])).Message, StringComparison.Ordinal);
        Assert.Contains("seen as a vector", Assert.Throws<InvalidOperationException>(() => vector.Observe(new byte[12288])).Message, StringComparison.Ordinal);
        Assert.Contains("Save of reacher did not write", Assert.Throws<ArgumentException>(() => environment.Restore([1, 2, 3])).Message, StringComparison.Ordinal);
        using var maze = EnvironmentCatalogue.Create("point-maze-u");
        Assert.Throws<ArgumentException>(() => environment.Restore(maze.Save()));
        var damaged = environment.Save();
        damaged.AsSpan(12, 16).Fill(255);
        Assert.Contains("damaged", Assert.Throws<ArgumentException>(() => environment.Restore(damaged)).Message, StringComparison.Ordinal);
    }

    [MujocoFact]
    public void Eight_at_once_do_what_each_does_alone()
    {
        var alone = Enumerable.Range(0, 32).Select(Run).ToArray();
        var together = new byte[32][];
        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 8 }, episode => together[episode] = Run(episode));
        Assert.Equal(alone, together);

        static byte[] Run(int episode)
        {
            using var environment = EnvironmentCatalogue.Create(episode % 2 == 0 ? "reacher-state" : "point-maze-u-state");
            environment.Reset((ulong)episode);
            var policy = new RandomPolicy(environment.Specification, new RandomStream((ulong)episode, "test"));
            var action = new float[2];
            for (var step = 0; step < 200; step++)
            {
                policy.Act(action);
                environment.Step(action);
            }

            return environment.Save();
        }
    }

    [MujocoTheory]
    [InlineData("reacher-state")]
    [InlineData("point-maze-u-state")]
    public void What_is_seen_as_numbers_lies_in_its_space(string name)
    {
        using var environment = EnvironmentCatalogue.Create(name);
        var dimensions = ((VectorSpace)environment.Specification.Observation).Dimensions;
        var vector = new float[dimensions.Count];
        var policy = new RandomPolicy(environment.Specification, new RandomStream(3, "test"));
        var action = new float[2];
        for (var step = 0; step < 5000; step++)
        {
            if (step % 20 == 0)
                policy.Act(action);
            environment.Step(action);
            environment.Observe(vector);
            for (var i = 0; i < vector.Length; i++)
                Assert.InRange(vector[i], dimensions[i].Low, dimensions[i].High);
        }
    }

    /// <summary>Takes the steps of the C program.</summary>
    private static void Follow(string name, string[] start, int steps, Action<int, double[]> look)
    {
        using var environment = EnvironmentCatalogue.Create(name);

        // In double precision, as the program reads it.
        var numbers = start.Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        var state = new MujocoState(2);
        state.Place(numbers.AsSpan(0, 2), numbers.AsSpan(2, 2));
        environment.Restore(state.Save(name));
        var seed = 1u;
        var action = new float[2];
        for (var step = 0; step < steps; step++)
        {
            if (step % 3 == 0)
                (action[0], action[1]) = (Draw(ref seed), Draw(ref seed));
            environment.Step(action);
            state.Load(environment.Save(), name);
            look(step, [.. state.Positions, .. state.Velocities]);
        }

        static float Draw(ref uint seed)
        {
            seed = (seed * 1664525u) + 1013904223u;
            return ((int)(seed >> 16) - 32768) / 24576f;
        }
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

    private static byte[] SeeAt(IGoalEnvironment environment, float[] state)
    {
        if (environment.Specification.Observation is VectorSpace space)
        {
            var vector = new float[space.Size];
            environment.ObserveAt(state, vector);
            return [.. vector.SelectMany(BitConverter.GetBytes)];
        }

        var pixels = new byte[environment.Specification.Observation.Size];
        environment.ObserveAt(state, pixels);
        return pixels;
    }
}
