using Orrery.Tensors;
using Orrery.Tensors.Buffers;
using Orrery.Tensors.Random;

namespace Orrery.Benchmarks.SideBySide.Works;

/// <summary>Tensors to work on.</summary>
internal static class Numbers
{
    /// <summary>Normal numbers, the same for the same name.</summary>
    public static Tensor Normal(TensorArena arena, string name, Shape shape, float scale = 1)
    {
        Tensor tensor = arena.Allocate(shape);
        new RandomStream(1, name).FillNormal(tensor.Span);
        foreach (ref float number in tensor.Span)
            number *= scale;
        return tensor;
    }

    /// <summary>What a tensor holds after a run.</summary>
    public static Dictionary<string, float[]> After(Action run, Tensor y)
    {
        run();
        return new Dictionary<string, float[]> { ["y"] = y.Span.ToArray() };
    }
}
