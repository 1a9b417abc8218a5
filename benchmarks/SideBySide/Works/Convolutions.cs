using Orrery.Tensors;
using Orrery.Tensors.Buffers;

namespace Orrery.Benchmarks.SideBySide.Works;

/// <summary>The convolutions of the Two Rooms encoder and their gradients.</summary>
internal static class Convolutions
{
    private const int Batch = 128;

    public static IEnumerable<Work> All()
    {
        foreach ((int channels, int size, int outputs, int kernel, int stride) in new[]
            { (2, 65, 16, 5, 2), (16, 33, 32, 3, 2), (32, 17, 32, 3, 1), (32, 17, 32, 3, 2), (16, 33, 16, 3, 1) })
        {
            foreach (string by in new[] { "", "input", "weight" })
                yield return Convolution(channels, size, outputs, kernel, stride, by);
        }
    }

    private static Work Convolution(int channels, int size, int outputs, int kernel, int stride, string by)
    {
        int padding = kernel / 2, result = ((size + (2 * padding) - kernel) / stride) + 1;
        double operations = 2.0 * Batch * outputs * result * result * channels * kernel * kernel;
        Dictionary<string, object> parameters = new() { ["stride"] = stride, ["padding"] = padding };
        if (by.Length > 0)
            parameters["by"] = by;
        string name = $"{Batch} x {channels} x {size}^2 to {outputs}, {kernel} x {kernel} / {stride}{(by.Length > 0 ? $", gradient by {by}" : "")}";
        return new Work("convolutions", name, operations, "GFLOP/s", Prepare, by.Length > 0 ? "convolution_gradient" : "convolution", parameters);

        Performance Prepare(CpuBackend backend)
        {
            TensorArena arena = new(backend);
            ConvolutionGeometry geometry = new(stride, stride, padding, padding);
            Tensor x = Numbers.Normal(arena, "x", new Shape(Batch, channels, size, size));
            Tensor weight = Numbers.Normal(arena, "weight", new Shape(outputs, channels, kernel, kernel)), bias = Numbers.Normal(arena, "bias", new Shape(outputs));
            Tensor dy = Numbers.Normal(arena, "dy", new Shape(Batch, outputs, result, result));
            Tensor y = arena.AllocateZeroed(by == "input" ? x.Shape : by == "weight" ? weight.Shape : dy.Shape), dBias = arena.AllocateZeroed(bias.Shape);
            Action run = by switch
            {
                // Gradients add to what is there; the peer's do not.
                "input" => () => { backend.Fill(y, 0); backend.Convolution2dGradientInput(dy, weight, geometry, y); }
                ,
                "weight" => () => { backend.Fill(y, 0); backend.Convolution2dGradientWeight(x, dy, geometry, y, dBias); }
                ,
                _ => () => backend.Convolution2d(x, weight, bias, geometry, y),
            };
            Dictionary<string, Tensor> inputs = new() { ["x"] = x, ["weight"] = weight, ["bias"] = bias, ["dy"] = dy };
            return new Performance(run, inputs, () => Numbers.After(run, y), null, arena);
        }
    }
}
