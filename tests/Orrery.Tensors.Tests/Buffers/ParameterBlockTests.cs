using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Tests.Buffers;

public sealed class ParameterBlockTests : IDisposable
{
    private readonly CpuBackend _backend = new(1);

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Sealing_moves_values_into_one_piece_and_keeps_them()
    {
        using ParameterBlock block = new(_backend);
        Parameter weight = block.Add("layer.weight", new Shape(3, 5)), bias = block.Add("layer.bias", new Shape(3), decays: false);
        weight.Value.Span.Fill(2);
        bias.Value.Span.Fill(3);
        block.Seal();
        block.Seal();
        Assert.Equal(18, block.Count);
        Assert.Equal(32, block.Values.Count);
        Assert.Equal(block.Values.Shape, block.Gradients.Shape);
        float[] expected = [.. Enumerable.Repeat(2f, 15), 0, .. Enumerable.Repeat(3f, 3), .. Enumerable.Repeat(0f, 13)];
        Assert.Equal(expected, block.Values.Span.ToArray());
        Assert.All(weight.Value.Span.ToArray(), value => Assert.Equal(2, value));
        Assert.True(weight.Decays);
        Assert.False(bias.Decays);
    }

    [Fact]
    public void Gradients_are_views_of_the_flat_gradients_and_are_zeroed_together()
    {
        using ParameterBlock block = new(_backend);
        Parameter first = block.Add("a", new Shape(17)), second = block.Add("b", new Shape(2, 2));
        Assert.True(first.Gradient.IsNull);
        block.Seal();
        first.Gradient.Span.Fill(1);
        second.Gradient.Span.Fill(1);
        Assert.Equal(21, block.Gradients.Span.ToArray().Sum());
        block.ZeroGradients();
        Assert.All(second.Gradient.Span.ToArray(), value => Assert.Equal(0, value));
        Assert.All(block.AllocateLike().Span.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Buffers_are_kept_apart_from_what_is_trained()
    {
        using ParameterBlock block = new(_backend);
        Parameter mean = block.AddBuffer("norm.running_mean", new Shape(4));
        block.Add("norm.weight", new Shape(4));
        mean.Value.Span.Fill(7);
        block.Seal();
        Assert.Equal(4, block.Count);
        Assert.All(mean.Value.Span.ToArray(), value => Assert.Equal(7, value));
        Assert.Equal([mean], block.Buffers);
    }

    [Fact]
    public void Names_are_unique_and_a_sealed_block_is_closed()
    {
        using ParameterBlock block = new(_backend);
        block.Add("a", new Shape(1));
        Assert.Contains("'a'", Assert.Throws<InvalidOperationException>(() => block.Add("a", new Shape(2))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => block.Values);
        block.Seal();
        Assert.Contains("'b'", Assert.Throws<InvalidOperationException>(() => block.Add("b", new Shape(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_block_gives_its_memory_back()
    {
        ParameterBlock block = new(_backend);
        Parameter parameter = block.Add("a", new Shape(3));
        block.Seal();
        Tensor value = parameter.Value;
        block.Dispose();
        Assert.Throws<InvalidOperationException>(() => value.Span[0]);
    }
}
