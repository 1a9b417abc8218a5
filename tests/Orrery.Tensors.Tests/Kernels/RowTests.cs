namespace Orrery.Tensors.Tests.Kernels;

/// <summary>Softmax and the norms.</summary>
public sealed class RowTests(Twins twins) : IClassFixture<Twins>
{
    [Fact]
    public void Every_length_of_row_equals_the_scalar_twin()
    {
        for (int length = 1; length <= 256; length++)
        {
            Softmax(3, length);
            Norms(3, length);
            twins.Arena.Reset();
        }
    }

    [Theory]
    [InlineData(1, 5000)]
    [InlineData(700, 64)]
    [InlineData(2000, 17)]
    [InlineData(0, 8)]
    public void Many_rows_equal_the_scalar_twin_on_any_number_of_threads(int rows, int length)
    {
        Softmax(rows, length);
        Norms(rows, length);
        twins.Arena.Reset();
    }

    [Fact]
    public void Softmax_neither_overflows_nor_loses_masked_rows()
    {
        Tensor x = twins.Of([0, 50, 100, 1e4f, 1e4f, -1e4f, float.NegativeInfinity, 3, float.NegativeInfinity, -3e38f, 0, -1e9f], 4, 3);
        Tensor y = twins.Random(4, 3);
        twins.Agree("softmax", 1e-6, 1e-45, backend => backend.Softmax(x, y), y);
        twins.Agree("log softmax", 1e-6, 1e-6, backend => backend.LogSoftmax(x, y), y);
        x.Span[4] = float.NaN;
        twins.Processor.Softmax(x, y);
        Assert.True(float.IsNaN(y.Span[3]) && float.IsNaN(y.Span[5]));
        Assert.False(float.IsNaN(y.Span[6]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Equal_numbers_become_exact_zeros(int length)
    {
        Tensor x = twins.Random(2, length), y = twins.Random(2, length), mean = twins.Random(2), inverse = twins.Random(2);
        x.Span.Fill(12345.678f);
        twins.Processor.LayerNorm(x, default, default, 1e-5f, y, mean, inverse);
        Assert.All(y.Span.ToArray(), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(4, 6, 5, 3)]
    [InlineData(3, 8, 64, 1)]
    [InlineData(9, 8, 81, 8)]
    [InlineData(40, 32, 100, 4)]
    [InlineData(1, 4, 1, 2)]
    public void Group_norm_equals_the_scalar_twin(int batch, int channels, int inner, int groups)
    {
        Tensor x = twins.Random(batch, channels, inner), gain = twins.Random(channels), bias = twins.Random(channels), y = twins.Random(batch, channels, inner);
        Tensor mean = twins.Random(batch, groups), inverse = twins.Random(batch, groups), dy = twins.Random(batch, channels, inner);
        Tensor dx = twins.Random(batch, channels, inner), dGain = twins.Random(channels), dBias = twins.Random(channels);
        twins.Agree("group norm", 2e-5, 2e-5, backend => backend.GroupNorm(x, groups, gain, bias, 1e-5f, y, mean, inverse), y, mean, inverse);
        twins.Agree(
            "group norm gradient", 1e-4, 1e-4, backend => backend.GroupNormGradient(x, groups, gain, mean, inverse, dy, dx, dGain, dBias), dx, dGain, dBias);
        twins.Agree(
            "by input only", 1e-4, 1e-4, backend => backend.GroupNormGradient(x, groups, default, mean, inverse, dy, dx, default, default), dx);
        twins.Arena.Reset();
    }

    [Theory]
    [InlineData(8, 5, 1)]
    [InlineData(300, 40, 1)]
    [InlineData(4, 6, 35)]
    [InlineData(37, 33, 81)]
    public void Batch_norm_equals_the_scalar_twin(int batch, int channels, int inner)
    {
        Tensor x = twins.Random(batch, channels, inner), gain = twins.Random(channels), bias = twins.Random(channels), y = twins.Random(batch, channels, inner);
        Tensor mean = twins.Random(channels), variance = twins.Random(channels), dy = twins.Random(batch, channels, inner);
        Tensor dx = twins.Random(batch, channels, inner), dGain = twins.Random(channels), dBias = twins.Random(channels);
        twins.Agree("batch norm", 2e-5, 2e-5, backend => backend.BatchNorm(x, gain, bias, 1e-5f, y, mean, variance), y, mean, variance);
        twins.Agree(
            "batch norm gradient", 1e-4, 1e-4, backend => backend.BatchNormGradient(x, gain, mean, variance, 1e-5f, dy, dx, dGain, dBias), dx, dGain, dBias);
        twins.Arena.Reset();
    }

    [Fact]
    public void Rows_that_do_not_fit_are_named()
    {
        Tensor x = twins.Random(4, 6), gain = twins.Random(5), y = twins.Random(4, 6), mean = twins.Random(4);
        ArgumentException error = Assert.Throws<ArgumentException>(() => twins.Processor.LayerNorm(x, gain, default, 1e-5f, y, mean, mean));
        Assert.Equal("LayerNorm: x [4, 6] does not fall into rows of 5 numbers.", error.Message);
    }

    private void Softmax(int rows, int length)
    {
        Tensor x = twins.RandomIn(-5, 5, rows, length), y = twins.Random(rows, length), dy = twins.Random(rows, length), dx = twins.Random(rows, length);
        twins.Agree($"log softmax of {length}", 1e-5, 1e-5, backend => backend.LogSoftmax(x, y), y);
        twins.Agree($"log softmax gradient of {length}", 1e-5, 1e-5, backend => backend.LogSoftmaxGradient(y, dy, dx), dx);
        twins.Agree($"softmax of {length}", 1e-5, 1e-7, backend => backend.Softmax(x, y), y);
        twins.Agree($"softmax gradient of {length}", 1e-5, 1e-5, backend => backend.SoftmaxGradient(y, dy, dx), dx);
    }

    private void Norms(int rows, int length)
    {
        Tensor x = twins.Random(rows, length), gain = twins.Random(length), bias = twins.Random(length), y = twins.Random(rows, length);
        Tensor mean = twins.Random(rows), inverse = twins.Random(rows), dy = twins.Random(rows, length);
        Tensor dx = twins.Random(rows, length), dGain = twins.Random(length), dBias = twins.Random(length);
        // A row of one number, or of two near ones, divides by epsilon: the deviations' rounding grows with it.
        const float epsilon = 1e-2f;
        twins.Agree($"layer norm of {length}", 2e-5, 2e-5, backend => backend.LayerNorm(x, gain, bias, epsilon, y, mean, inverse), y, mean, inverse);
        twins.Agree(
            $"layer norm gradient of {length}", 1e-4, 1e-4, backend => backend.LayerNormGradient(x, gain, mean, inverse, dy, dx, dGain, dBias), dx, dGain, dBias);
        twins.Agree($"rms norm of {length}", 2e-5, 2e-5, backend => backend.RmsNorm(x, gain, epsilon, y, inverse), y, inverse);
        twins.Agree($"rms norm gradient of {length}", 1e-4, 1e-4, backend => backend.RmsNormGradient(x, gain, inverse, dy, dx, dGain), dx, dGain);
    }
}
