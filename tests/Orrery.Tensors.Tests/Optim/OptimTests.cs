using Orrery.Tensors.Buffers;
using Orrery.Tensors.Optim;
using Orrery.Tensors.Serialization;
using Orrery.Tensors.Tests.Reference;
using Orrery.Tensors.Tests.Serialization;

namespace Orrery.Tensors.Tests.Optim;

/// <summary>Beyond the formulas, which the golden files hold to account.</summary>
public sealed class OptimTests : IDisposable
{
    private readonly ScalarBackend _backend = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _backend.Dispose();
    }

    private ParameterBlock Block()
    {
        var block = new ParameterBlock(_backend);
        new float[] { 1, 2, 3 }.CopyTo(block.Add("layer.weight", new Shape(3)).Value.Span);
        new float[] { 1, 2 }.CopyTo(block.Add("layer.bias", new Shape(2), decays: false).Value.Span);
        block.AddBuffer("layer.running_mean", new Shape(2)).Value.Span.Fill(5);
        block.Seal();
        return block;
    }

    private static void Descend(ParameterBlock block, Action<float> step, int steps)
    {
        for (var index = 0; index < steps; index++)
        {
            foreach (var parameter in block.Parameters) parameter.Value.Span.CopyTo(parameter.Gradient.Span);
            step(0.1f);
        }
    }

    [Fact]
    public void Biases_and_gains_do_not_decay_unless_everything_does()
    {
        using var block = Block();
        new AdamW(block, weightDecay: 0.5f).Step(0.1f);
        Assert.Equal([0.95f, 1.9f, 2.85f], block.Parameters[0].Value.Span.ToArray());
        Assert.Equal([1f, 2], block.Parameters[1].Value.Span.ToArray());
        new AdamW(block, weightDecay: 0.5f, decaysEverything: true).Step(0.1f);
        Assert.Equal([0.95f, 1.9f], block.Parameters[1].Value.Span.ToArray());
    }

    [Fact]
    public void An_optimiser_that_was_saved_continues_with_the_same_bits()
    {
        using var block = Block();
        var optimiser = new AdamW(block);
        Descend(block, optimiser.Step, 3);
        var path = _folder.File("training.safetensors");
        Safetensors.Write(path, [.. ParameterFile.Save(block), .. optimiser.SaveState()]);
        Descend(block, optimiser.Step, 4);

        using var resumed = Block();
        var file = SafetensorsFile.Read(path);
        var second = new AdamW(resumed);
        second.LoadState(file);
        foreach (var parameter in resumed.Parameters) file[parameter.Name].Values<float>().CopyTo(parameter.Value.Span);
        Assert.Equal(3, second.StepCount);
        Descend(resumed, second.Step, 4);
        Assert.Equal(block.Values.Span.ToArray(), resumed.Values.Span.ToArray());
    }

    [Fact]
    public void State_that_does_not_fit_is_refused_and_changes_nothing()
    {
        using var block = Block();
        var optimiser = new AdamW(block);
        Descend(block, optimiser.Step, 1);
        var path = _folder.File("training.safetensors");
        Safetensors.Write(path, [.. optimiser.SaveState().SkipLast(1)]);
        var before = optimiser.FirstMoment.Span.ToArray();
        Assert.Contains("optimizer.second.layer.bias", Assert.Throws<InvalidDataException>(() => optimiser.LoadState(SafetensorsFile.Read(path))).Message, StringComparison.Ordinal);
        Assert.Equal(before, optimiser.FirstMoment.Span.ToArray());
        Assert.Equal(1, optimiser.StepCount);
    }

    [Fact]
    public void Weights_round_trip_with_their_statistics_and_anything_else_is_refused()
    {
        using var block = Block();
        var path = _folder.File("model.safetensors");
        Safetensors.Write(path, ParameterFile.Save(block));
        using var other = Block();
        _backend.Fill(other.Values, 0);
        other.Buffers[0].Value.Span.Clear();
        ParameterFile.Load(other, SafetensorsFile.Read(path));
        Assert.Equal(block.Values.Span.ToArray(), other.Values.Span.ToArray());
        Assert.Equal([5f, 5], other.Buffers[0].Value.Span.ToArray());

        Safetensors.Write(path, [.. ParameterFile.Save(block), SafetensorsEntry.Create<float>("extra", [1])]);
        Assert.Contains("'extra'", Refusal(), StringComparison.Ordinal);
        Safetensors.Write(path, [.. ParameterFile.Save(block).Skip(1)]);
        Assert.Contains("'layer.weight'", Refusal(), StringComparison.Ordinal);
        Safetensors.Write(path, [SafetensorsEntry.Create<float>("layer.weight", [1, 2], 2), .. ParameterFile.Save(block).Skip(1)]);
        Assert.Contains("[2]", Refusal(), StringComparison.Ordinal);

        string Refusal() => Assert.Throws<InvalidDataException>(() => ParameterFile.Load(other, SafetensorsFile.Read(path))).Message;
    }

    [Fact]
    public void Gradients_that_are_not_finite_are_not_scaled_and_show_in_the_norm()
    {
        using var block = Block();
        block.Parameters[0].Gradient.Span[0] = float.NaN;
        block.Parameters[1].Gradient.Span[0] = 8;
        Assert.True(float.IsNaN(GradientClipping.ClipGlobalNorm(block, 1)));
        Assert.Equal(8, block.Parameters[1].Gradient.Span[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ClipGlobalNorm(block, 0));
    }

    [Fact]
    public void The_schedule_stays_at_its_minimum_after_the_last_step()
    {
        var schedule = new WarmupCosineSchedule(1, 2, 10, 0, 0.25f);
        Assert.Equal(0, schedule.At(0));
        Assert.Equal(1, schedule.At(2));
        Assert.Equal(0.25f, schedule.At(10));
        Assert.Equal(0.25f, schedule.At(1000));
        Assert.Equal(1, new WarmupCosineSchedule(1, 0, 0).At(5));
    }

    [Fact]
    public void An_average_starts_as_a_copy_and_needs_equal_parameters()
    {
        using var online = Block();
        using var target = Block();
        _backend.Fill(target.Values, 0);
        target.Buffers[0].Value.Span.Clear();
        var average = new ExponentialMovingAverage(target, online);
        average.Copy();
        Assert.Equal(online.Values.Span.ToArray(), target.Values.Span.ToArray());
        Assert.Equal([5f, 5], target.Buffers[0].Value.Span.ToArray());
        using var different = new ParameterBlock(_backend);
        different.Add("a", new Shape(1));
        Assert.Throws<ArgumentException>(() => new ExponentialMovingAverage(different, online));
        Assert.Throws<ArgumentOutOfRangeException>(() => average.Update(1.5f));
    }
}
