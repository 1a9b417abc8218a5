using Orrery.Tensors;
using Orrery.Tensors.Buffers;

namespace Orrery.Benchmarks.SideBySide.Works;

/// <summary>Element-wise functions, softmax and layer norm, of few and of many numbers.</summary>
internal static class Functions
{
    private const int Width = 256;
    private static readonly int[] Counts = [1 << 12, 1 << 20];

    public static IEnumerable<Work> All()
    {
        foreach (int count in Counts)
        {
            foreach (UnaryOperation operation in new[]
                { UnaryOperation.Exp, UnaryOperation.Tanh, UnaryOperation.Sigmoid, UnaryOperation.Gelu, UnaryOperation.Silu, UnaryOperation.Relu })
                yield return Unary(operation, count);
            yield return Make("softmax", count, "softmax", (backend, x, y, arena) => () => backend.Softmax(x, y));
            yield return Make("layer norm", count, "layer_norm", LayerNorm);
        }
    }

    private static Work Unary(UnaryOperation operation, int count) => new(
        "functions", $"{operation} of {count}", count, "G numbers/s",
        backend =>
        {
            TensorArena arena = new(backend);
            Tensor x = Numbers.Normal(arena, "x", new Shape(count), 2), y = arena.AllocateZeroed(x.Shape);
            Action run = () => backend.Unary(operation, x, y);
            return new Performance(run, new Dictionary<string, Tensor> { ["x"] = x }, () => Numbers.After(run, y), null, arena);
        },
        "unary", new Dictionary<string, object> { ["function"] = operation.ToString() });

    private static Work Make(string name, int count, string kind, Func<CpuBackend, Tensor, Tensor, TensorArena, Action> make) => new(
        "functions", $"{name} of {count / Width} x {Width}", count, "G numbers/s",
        backend =>
        {
            TensorArena arena = new(backend);
            Tensor x = Numbers.Normal(arena, "x", new Shape(count / Width, Width)), y = arena.AllocateZeroed(x.Shape);
            Dictionary<string, Tensor> inputs = new() { ["x"] = x };
            if (kind == "layer_norm")
            {
                inputs["gain"] = Numbers.Normal(arena, "gain", new Shape(Width));
                inputs["bias"] = Numbers.Normal(arena, "bias", new Shape(Width));
            }

            Action run = make(backend, x, y, arena);
            return new Performance(run, inputs, () => Numbers.After(run, y), null, arena);
        },
        kind, new Dictionary<string, object>());

    private static Action LayerNorm(CpuBackend backend, Tensor x, Tensor y, TensorArena arena)
    {
        Tensor gain = Numbers.Normal(arena, "gain", new Shape(Width)), bias = Numbers.Normal(arena, "bias", new Shape(Width));
        Tensor mean = arena.Allocate(new Shape(x.Shape[0])), inverse = arena.Allocate(new Shape(x.Shape[0]));
        return () => backend.LayerNorm(x, gain, bias, 1e-5f, y, mean, inverse);
    }
}
