using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Tests.Kernels;

/// <summary>A backend, an arena and reproducible numbers for one test.</summary>
internal sealed class Bench : IDisposable
{
    private ulong _state;

    public Bench(int threads = 2, ulong seed = 1)
    {
        _state = seed * 0x9E3779B97F4A7C15UL;
        Backend = new CpuBackend(threads);
        Arena = new TensorArena(Backend, name: "bench");
    }

    public CpuBackend Backend { get; }

    public TensorArena Arena { get; }

    /// <summary>Evenly spread in [low, high).</summary>
    public float Next(float low = -1, float high = 1)
    {
        _state = (_state * 6364136223846793005UL) + 1442695040888963407UL;
        return low + ((high - low) * ((_state >> 40) / 16777216f));
    }

    public Tensor Random(params ReadOnlySpan<int> lengths) => RandomIn(-1, 1, lengths);

    public Tensor RandomIn(float low, float high, params ReadOnlySpan<int> lengths)
    {
        Tensor tensor = Arena.Allocate(new Shape(lengths));
        foreach (ref float number in tensor.Span)
            number = Next(low, high);
        return tensor;
    }

    /// <summary>Full of NaN: what an operation leaves unwritten shows.</summary>
    public Tensor Blank(Shape shape)
    {
        Tensor tensor = Arena.Allocate(shape);
        tensor.Span.Fill(float.NaN);
        return tensor;
    }

    public Tensor Blank(params ReadOnlySpan<int> lengths) => Blank(new Shape(lengths));

    public Tensor Of(ReadOnlySpan<float> numbers, params ReadOnlySpan<int> lengths)
    {
        Tensor tensor = Arena.Allocate(new Shape(lengths));
        numbers.CopyTo(tensor.Span);
        return tensor;
    }

    public Tensor Zeros(Shape shape) => Arena.AllocateZeroed(shape);

    public void Dispose()
    {
        Arena.Dispose();
        Backend.Dispose();
    }
}

/// <summary>Comparisons of results with their scalar twins.</summary>
internal static class Expect
{
    /// <summary>Each number within absolute + relative |expected|; NaN and infinities must be the same.</summary>
    public static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double relative, double absolute, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int index = 0; index < expected.Length; index++)
        {
            double want = expected[index];
            float got = actual[index];
            bool same = double.IsNaN(want) ? float.IsNaN(got)
                : float.IsInfinity((float)want) ? got == (float)want
                : Math.Abs(got - want) <= absolute + (relative * Math.Abs(want));
            if (!same)
                Assert.Fail($"{what}: number {index} of {expected.Length} is {got:R}; {want:R} was expected.");
        }
    }

    public static void SameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int index = 0; index < expected.Length; index++)
            if (BitConverter.SingleToInt32Bits(expected[index]) != BitConverter.SingleToInt32Bits(actual[index]))
                Assert.Fail($"{what}: number {index} has other bits: {expected[index]:R} and {actual[index]:R}.");
    }
}
