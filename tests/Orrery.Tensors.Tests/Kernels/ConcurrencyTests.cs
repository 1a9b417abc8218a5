using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Tests.Kernels;

/// <summary>Several threads may call one backend: operations take turns where they share memory.</summary>
public sealed class ConcurrencyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Two_callers_of_one_backend_get_what_each_would_get_alone(int threads)
    {
        using CpuBackend backend = new(threads);
        float[] small = Work(backend, 3), large = Work(backend, 9);
        Task[] callers = [.. Enumerable.Range(0, 3).Select(caller => Task.Run(() =>
        {
            for (int round = 0; round < 60; round++)
                Expect.SameBits(caller == 0 ? large : small, Work(backend, caller == 0 ? 9 : 3), $"caller {caller}, round {round}");
        }))];
        await Task.WhenAll(callers);
    }

    // Every operation that keeps numbers of its own between two hand-overs, or reads tables that it made before one.
    private static float[] Work(CpuBackend backend, int size)
    {
        using TensorArena arena = new(backend);
        Tensor x = Numbers(arena, size, 4, 9, 9), kernels = Numbers(arena, 8, 4, 3, 3), y = Numbers(arena, size, 8, 9, 9);
        ConvolutionGeometry geometry = new(1, 1, 1, 1);
        Tensor dx = Numbers(arena, size, 4, 9, 9), dKernels = Numbers(arena, 8, 4, 3, 3), dBias = Numbers(arena, 8);
        backend.Convolution2d(x, kernels, default, geometry, y);
        backend.Convolution2dGradientInput(y, kernels, geometry, dx);
        backend.Convolution2dGradientWeight(x, y, geometry, dKernels, dBias);

        Tensor deep = Numbers(arena, 3000, size), deeper = Numbers(arena, 3000, 7), product = Numbers(arena, size, 7);
        backend.MatMul(deep, true, deeper, false, product);

        Tensor rows = Numbers(arena, size * 400, 16), gain = Numbers(arena, 16), mean = Numbers(arena, size * 400), inverse = Numbers(arena, size * 400);
        Tensor normal = Numbers(arena, size * 400, 16), dRows = Numbers(arena, size * 400, 16), dGain = Numbers(arena, 16), sums = Numbers(arena, 16);
        backend.LayerNorm(rows, gain, default, 1e-5f, normal, mean, inverse);
        backend.LayerNormGradient(rows, gain, mean, inverse, normal, dRows, dGain, default);
        backend.BinaryGradient(BinaryOperation.Multiply, normal, gain, rows, default, dGain);
        backend.Reduce(ReduceOperation.Max, normal, new AxisSet(1), sums);
        backend.ReduceGradient(ReduceOperation.Max, normal, sums, new AxisSet(1), gain, dRows);
        float total = (float)backend.SumOfSquares(dRows);

        Tensor groupMean = Numbers(arena, size, 4), groupInverse = Numbers(arena, size, 4), dGroup = Numbers(arena, 8), dy = Numbers(arena, size, 8, 9, 9);
        backend.GroupNormGradient(y, 4, default, groupMean, groupInverse, y, dy, dGroup, dBias);
        return [total, .. dx.Span, .. dKernels.Span, .. dBias.Span, .. product.Span, .. dGain.Span, .. sums.Span, .. dGroup.Span, .. dy.Span];
    }

    private static Tensor Numbers(TensorArena arena, params ReadOnlySpan<int> lengths)
    {
        Tensor tensor = arena.Allocate(new Shape(lengths));
        Span<float> span = tensor.Span;
        for (int index = 0; index < span.Length; index++)
            span[index] = ((index * 7919) % 2003 / 1000f) - 1;
        return tensor;
    }
}
