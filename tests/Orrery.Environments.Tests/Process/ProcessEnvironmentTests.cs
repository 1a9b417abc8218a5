using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Environments.Process;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Tests.Process;

public class ProcessEnvironmentTests
{
    public static TheoryData<string> Names => [.. EnvironmentCatalogue.Processes];

    private static ProcessEnvironment Create(string name) => new(EnvironmentCatalogue.CreateProcess(name));

    private static float[] Run(ProcessEnvironment environment, ulong seed, int steps)
    {
        var random = new RandomStream(seed, "actions");
        var loop = environment.Equations.Loop;
        float[] inputs = new float[environment.Specification.Action.Size], observation = new float[environment.Specification.Observation.Size];
        var path = new List<float>();
        for (var step = 0; step < steps; step++)
        {
            environment.ReadInputs(inputs);
            inputs[loop.Input] = (float)(environment.Equations.Inputs[loop.Input].Nominal + (loop.Dither * ((2 * random.NextDouble()) - 1)));
            environment.Step(inputs);
            environment.Observe(observation);
            environment.ReadInputs(inputs);
            path.AddRange([.. observation, .. inputs]);
        }

        return [.. path];
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_and_actions_give_the_same_bits(string name)
    {
        using ProcessEnvironment first = Create(name), second = Create(name);
        first.Reset(7);
        Run(second, 9, 30);
        second.Reset(7);
        var path = Run(first, 1, 200);
        Assert.Equal(path, Run(second, 1, 200));
        second.Reset(8);
        Assert.NotEqual(path, Run(second, 1, 200));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Saved_and_restored_it_goes_on_to_the_same_bits(string name)
    {
        using ProcessEnvironment environment = Create(name), other = Create(name);
        environment.Reset(5);
        Run(environment, 1, 40);
        var saved = environment.Save();
        var onwards = Run(environment, 2, 60);
        other.Restore(saved);
        Assert.Equal(onwards, Run(other, 2, 60));
        Assert.Contains("did not write", Assert.Throws<ArgumentException>(() => other.Restore(saved.AsSpan(1))).Message);
        using var foreign = Create(name == "cstr" ? "cascaded-tanks" : "cstr");
        Assert.Throws<ArgumentException>(() => other.Restore(foreign.Save()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_dimension_has_a_finite_range_and_what_is_measured_lies_in_it(string name)
    {
        using var environment = Create(name);
        var specification = environment.Specification;
        var observation = (VectorSpace)specification.Observation;
        foreach (var dimension in observation.Dimensions.Concat(specification.Action.Dimensions).Concat(specification.State.Dimensions))
            Assert.True(double.IsFinite(dimension.Low) && dimension.Low < dimension.High, dimension.Name);

        var random = new RandomPolicy(specification, new RandomStream(1, "policy"));
        var action = new float[specification.Action.Size];
        var measured = new float[observation.Size];
        for (var step = 0; step < 1000; step++)
        {
            if (step % 25 == 0)
                random.Act(action);
            if (environment.Step(action).Terminated)
                environment.Reset((ulong)step);
            environment.Observe(measured);
            for (var i = 0; i < measured.Length; i++)
                Assert.InRange(measured[i], (float)observation.Dimensions[i].Low, (float)observation.Dimensions[i].High);
        }
    }

    [Fact]
    public void A_command_outside_its_range_is_cut_off_at_it_and_one_that_is_not_finite_is_refused()
    {
        using ProcessEnvironment wild = Create("cascaded-tanks"), full = Create("cascaded-tanks");
        wild.Step([1e6f]);
        full.Step([10]);
        var inputs = new float[1];
        wild.ReadInputs(inputs);
        Assert.Equal(10, inputs[0]);
        Assert.Equal(full.Save(), wild.Save());
        Assert.Contains("pump is NaN", Assert.Throws<ArgumentException>(() => wild.Step([float.NaN])).Message);
        Assert.Contains("1 (pump) were needed", Assert.Throws<ArgumentException>(() => wild.Step([1, 2])).Message);
    }

    [Fact]
    public void Disturbances_are_generated_and_told_but_never_read_from_an_action()
    {
        using ProcessEnvironment given = Create("room-heating"), ignored = Create("room-heating");
        Assert.Equal([false, true, true], given.Specification.Action.Dimensions.Select(dimension => dimension.IsDisturbance));
        float[] inputs = new float[3], first = new float[3];
        given.ReadInputs(first);
        var changed = false;
        for (var step = 0; step < 96; step++)
        {
            given.Step([3, 25, 0.9f]);
            ignored.Step([3, float.NaN, 0]);
            given.ReadInputs(inputs);
            changed |= inputs[1] != first[1] && inputs[2] != first[2];
        }

        Assert.Equal(given.Save(), ignored.Save());
        Assert.True(changed);
    }

    [Fact]
    public void A_runaway_reactor_terminates_and_a_calm_one_is_truncated()
    {
        using var reactor = Create("cstr");
        reactor.WriteState([1, 380]);
        var result = default(StepResult);
        for (var step = 0; step < 20 && !result.Terminated; step++)
            result = reactor.Step([320]);
        Assert.True(result is { Terminated: true, Truncated: false });

        using var tanks = Create("cascaded-tanks");
        for (var step = 1; step <= ProcessEnvironment.StepLimit; step++)
        {
            result = tanks.Step([4]);
            Assert.Equal((false, step == ProcessEnvironment.StepLimit), (result.Terminated, result.Truncated));
        }
    }

    [Fact]
    public void A_state_outside_its_range_is_refused_and_one_inside_is_measured()
    {
        using var tanks = new ProcessEnvironment(new CascadedTanks(), noise: 0);
        Assert.Contains("lower cannot be 12", Assert.Throws<ArgumentException>(() => tanks.WriteState([3, 12])).Message);
        tanks.WriteState([3, 8]);
        var level = new float[1];
        tanks.Observe(level);
        Assert.Equal(8, level[0]);
        Assert.Throws<InvalidOperationException>(() => tanks.Observe(new byte[4]));
    }

    [Fact]
    public void A_picture_shows_how_full_the_gauges_are()
    {
        using var tanks = new ProcessEnvironment(new CascadedTanks(), noise: 0);
        const int size = 100;
        byte[] low = new byte[size * size * 3], high = new byte[size * size * 3];
        tanks.WriteState([3, 2]);
        tanks.Render(low, size, size);
        tanks.WriteState([3, 8]);
        tanks.Render(high, size, size);
        Assert.True(Blue(high) > 3 * Blue(low));

        static int Blue(byte[] picture) => Enumerable.Range(0, size * size).Count(pixel => picture[pixel * 3] == 37);
    }
}
