namespace Orrery.Tensors.Tests.Kernels;

public class AllocationTests
{
    [Fact]
    public void Operations_allocate_nothing_after_the_first_calls()
    {
        using Bench bench = new();
        CpuBackend backend = bench.Backend;
        Tensor a = bench.Random(96, 128), b = bench.Random(64, 128), row = bench.Random(64), y = bench.Blank(96, 64), dy = bench.Random(96, 64), da = bench.Random(96, 128);
        Tensor batchA = bench.Random(6, 5, 7), batchB = bench.Random(6, 7, 4), batchY = bench.Blank(6, 5, 4);
        Tensor pictures = bench.Random(4, 3, 17, 17), kernels = bench.Random(8, 3, 3, 3), result = bench.Blank(4, 8, 9, 9);
        Tensor mean = bench.Blank(96), inverse = bench.Blank(96), total = bench.Blank(64), long0 = bench.Random(3000, 32), long1 = bench.Random(3000, 16);
        Tensor longY = bench.Blank(32, 16), draws = bench.Random(2, 16, 32), statistic = bench.Blank(2, 32);
        ConvolutionGeometry geometry = new(2, 2, 1, 1);
        int[] permutation = [2, 0, 1];
        Tensor permuted = bench.Blank(7, 6, 5);
        Tensor other = bench.Blank(96, 64), gain = bench.Random(64), dx = bench.Random(96, 64), dRow = bench.Random(64), dDraws = bench.Random(2, 16, 32);
        Tensor dResult = bench.Random(4, 8, 9, 9), dKernels = bench.Random(8, 3, 3, 3), first = bench.RandomIn(0, 1, 96, 64), second = bench.RandomIn(0, 1, 96, 64);
        long before = 0;
        for (int round = 0; round < 40; round++)
        {
            if (round == 20)
                before = GC.GetAllocatedBytesForCurrentThread();
            backend.MatMul(a, false, b, true, y, bias: row, activation: Activation.Gelu);
            backend.MatMul(dy, false, b, false, da, accumulate: true);
            backend.MatMul(batchA, false, batchB, false, batchY);
            backend.MatMul(long0, true, long1, false, longY, accumulate: true);
            backend.Convolution2d(pictures, kernels, default, geometry, result, Activation.Relu);
            backend.Convolution2dGradientInput(result, kernels, geometry, pictures);
            backend.Convolution2dGradientWeight(pictures, dResult, geometry, dKernels, default);
            backend.Unary(UnaryOperation.Silu, y, y);
            backend.UnaryGradient(UnaryOperation.Silu, y, y, dy, dx);
            backend.Binary(BinaryOperation.Add, y, row, other);
            backend.BinaryGradient(BinaryOperation.Multiply, y, row, dy, default, dRow);
            backend.Reduce(ReduceOperation.Mean, y, new AxisSet(1), total);
            backend.LayerNorm(y, gain, row, 1e-5f, other, mean, inverse);
            backend.LayerNormGradient(y, gain, mean, inverse, dy, dx, dRow, dRow);
            backend.Softmax(y, other);
            backend.Permute(batchA, permutation, permuted);
            backend.CopyAxis(y, 0, dy, 0, 1, 64);
            backend.NormalityStatistic(draws, statistic);
            backend.NormalityStatisticGradient(draws, statistic, dDraws);
            backend.AdamWStep(y, dy, first, second, default, new AdamWSettings(1e-9f, 0.9, 0.999, 1e-8f, 0, 1));
            backend.SumOfSquares(y);
            backend.IsFinite(y);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
