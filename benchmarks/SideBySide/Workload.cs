using System.Diagnostics;
using Orrery.Tensors;
using Orrery.Tensors.Buffers;

namespace Orrery.Benchmarks.SideBySide;

/// <summary>One thing to time: how much work it is, and how to do it once.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Work">Its floating-point operations, or numbers for element-wise operations.</param>
/// <param name="Unit">What <paramref name="Work"/> counts, per second and 1e9.</param>
/// <param name="Run">Does it once.</param>
internal sealed record Workload(string Name, double Work, string Unit, Action Run)
{
    private int _calls = 1;

    /// <summary>Seconds per call, timed over as many calls as make some milliseconds: less than a time slice, so that a busy machine spoils some rounds, not all.</summary>
    public double Time()
    {
        int calls = _calls;
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            for (int call = 0; call < calls; call++)
                Run();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (seconds > 0.0015)
            {
                _calls = calls;
                return seconds / calls;
            }

            calls *= seconds < 0.0003 ? 8 : 2;
        }
    }
}

/// <summary>The workloads on one backend.</summary>
internal static class Workloads
{
    public static List<Workload> Create(CpuBackend backend, TensorArena arena)
    {
        List<Workload> all = [];
        foreach ((bool transposeA, bool transposeB, string form) in new[] { (false, false, "NN"), (false, true, "NT"), (true, false, "TN") })
            all.Add(Product(backend, arena, $"product 1024 x 1024 x 1024 {form}", 1024, 1024, 1024, transposeA, transposeB));
        foreach ((int m, int k, int n) in new[] { (1, 192, 192), (8, 256, 256), (64, 256, 256), (300, 202, 512), (512, 512, 512), (512, 32, 64), (256, 64, 32) })
            all.Add(Product(backend, arena, $"product {m} x {k} x {n} NT", m, k, n, false, true));
        foreach ((int m, int k, int n) in new[] { (192, 4096, 192), (512, 512, 256), (64, 2048, 32) })
            all.Add(Product(backend, arena, $"product {m} x {k} x {n} TN", m, k, n, true, false));
        foreach ((int channels, int size, int outputs, int kernel, int stride) in new[]
            { (2, 65, 16, 5, 2), (16, 33, 32, 3, 2), (32, 17, 32, 3, 1), (32, 17, 32, 3, 2), (16, 33, 16, 3, 1) })
            AddConvolution(all, backend, arena, channels, size, outputs, kernel, stride);
        foreach (UnaryOperation operation in new[]
            { UnaryOperation.Relu, UnaryOperation.Exp, UnaryOperation.Tanh, UnaryOperation.Sigmoid, UnaryOperation.Gelu, UnaryOperation.Silu, UnaryOperation.Sin })
            AddUnary(all, backend, arena, operation);
        AddRest(all, backend, arena);
        return all;
    }

    private static Workload Product(CpuBackend backend, TensorArena arena, string name, int m, int k, int n, bool transposeA, bool transposeB)
    {
        Tensor a = Filled(arena, transposeA ? new Shape(k, m) : new Shape(m, k));
        Tensor b = Filled(arena, transposeB ? new Shape(n, k) : new Shape(k, n));
        Tensor y = Filled(arena, new Shape(m, n));
        return new Workload(name, 2.0 * m * k * n, "GFLOP/s", () => backend.MatMul(a, transposeA, b, transposeB, y));
    }

    private static void AddConvolution(
        List<Workload> all, CpuBackend backend, TensorArena arena, int channels, int size, int outputs, int kernel, int stride)
    {
        const int batch = 128;
        int padding = kernel / 2, result = ((size + (2 * padding) - kernel) / stride) + 1;
        ConvolutionGeometry geometry = new(stride, stride, padding, padding);
        Tensor x = Filled(arena, new Shape(batch, channels, size, size)), y = Filled(arena, new Shape(batch, outputs, result, result));
        Tensor weight = Filled(arena, new Shape(outputs, channels, kernel, kernel)), bias = Filled(arena, new Shape(outputs));
        Tensor dx = Filled(arena, x.Shape), dWeight = Filled(arena, weight.Shape), dBias = Filled(arena, bias.Shape);
        double work = 2.0 * batch * outputs * result * result * channels * kernel * kernel;
        string name = $"convolution {batch} x {channels} x {size}^2 to {outputs}, {kernel} x {kernel} / {stride}";
        all.Add(new Workload(name, work, "GFLOP/s", () => backend.Convolution2d(x, weight, bias, geometry, y)));
        all.Add(new Workload(name + " gradient by input", work, "GFLOP/s", () => backend.Convolution2dGradientInput(y, weight, geometry, dx)));
        all.Add(new Workload(name + " gradient by weight", work, "GFLOP/s", () => backend.Convolution2dGradientWeight(x, y, geometry, dWeight, dBias)));
    }

    private static void AddUnary(List<Workload> all, CpuBackend backend, TensorArena arena, UnaryOperation operation)
    {
        Tensor x = Filled(arena, new Shape(1 << 18)), y = Filled(arena, x.Shape);
        all.Add(new Workload($"{operation} of 2^18 numbers", x.Count, "G numbers/s", () => backend.Unary(operation, x, y)));
    }

    private static void AddRest(List<Workload> all, CpuBackend backend, TensorArena arena)
    {
        Tensor x = Filled(arena, new Shape(1024, 256)), y = Filled(arena, x.Shape), dx = Filled(arena, x.Shape);
        Tensor gain = Filled(arena, new Shape(256)), mean = Filled(arena, new Shape(1024)), inverse = Filled(arena, new Shape(1024));
        Tensor m = Filled(arena, x.Shape), v = arena.AllocateZeroed(x.Shape);
        AdamWSettings settings = new(1e-6f, 0.9, 0.999, 1e-8f, 0.01f, 100);
        Tensor draws = Filled(arena, new Shape(8, 128, 256)), statistic = Filled(arena, new Shape(8, 256)), dDraws = Filled(arena, draws.Shape);
        all.Add(new Workload("softmax of 1024 x 256", x.Count, "G numbers/s", () => backend.Softmax(x, y)));
        all.Add(new Workload("layer norm of 1024 x 256", x.Count, "G numbers/s", () => backend.LayerNorm(x, gain, gain, 1e-5f, y, mean, inverse)));
        all.Add(new Workload(
            "layer norm gradient", x.Count, "G numbers/s", () => backend.LayerNormGradient(x, gain, mean, inverse, y, dx, default, default)));
        all.Add(new Workload("add 1024 x 256 and a row", x.Count, "G numbers/s", () => backend.Binary(BinaryOperation.Add, x, gain, y)));
        all.Add(new Workload("AdamW of 2^18 numbers", x.Count, "G numbers/s", () => backend.AdamWStep(x, y, m, v, default, settings)));
        all.Add(new Workload("normality statistic 8 x 128 x 256", draws.Count, "G numbers/s", () => backend.NormalityStatistic(draws, statistic)));
        all.Add(new Workload(
            "normality statistic gradient", draws.Count, "G numbers/s", () => backend.NormalityStatisticGradient(draws, statistic, dDraws)));
    }

    private static Tensor Filled(TensorArena arena, Shape shape)
    {
        Tensor tensor = arena.Allocate(shape);
        Span<float> numbers = tensor.Span;
        for (int index = 0; index < numbers.Length; index++)
            numbers[index] = (((index * 2654435761u) >> 16 & 0xFFFF) / 32768f) - 1;
        return tensor;
    }
}
