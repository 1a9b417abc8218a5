using Orrery.Benchmarks.SideBySide.Peers;
using Orrery.Tensors;
using Orrery.Tensors.Buffers;

namespace Orrery.Benchmarks.SideBySide.Works;

/// <summary>
/// Matrix products in three forms: NN plain, NT with a transposed right factor (a linear layer's forward pass), TN with a transposed
/// left factor (its gradient by weights, summed over M rows of tokens).
/// </summary>
internal static class Products
{
    private static readonly (int N, int K)[] Layers = [(192, 192), (576, 192), (768, 192), (192, 768), (384, 384), (1536, 384), (512, 512)];

    public static IEnumerable<Work> All()
    {
        foreach (string form in new[] { "NN", "NT", "TN" })
            yield return Product("products", form, 1024, 1024, 1024, $"1024 x 1024 x 1024 {form}");
        foreach (int rows in new[] { 1, 8, 32, 512, 4096, 16384 })
        {
            foreach (string form in rows <= 32 ? ["NN", "NT"] : new[] { "NN", "NT", "TN" })
            {
                foreach ((int n, int k) in Layers)
                {
                    // The gradient by weights: [N, tokens] times [tokens, K].
                    (int m, int depth, int columns) = form == "TN" ? (n, rows, k) : (rows, k, n);
                    yield return Product("products", form, m, depth, columns, $"M = {rows} {form}");
                }
            }
        }
    }

    private static unsafe Work Product(string group, string form, int m, int k, int n, string summary)
    {
        bool transposeA = form == "TN", transposeB = form == "NT";
        return new Work(group, $"{m} x {k} x {n} {form}", 2.0 * m * k * n, "GFLOP/s", Prepare, "product",
            new Dictionary<string, object> { ["transpose_a"] = transposeA, ["transpose_b"] = transposeB })
        { Summary = summary, Tolerance = 3e-6 };

        Performance Prepare(CpuBackend backend)
        {
            TensorArena arena = new(backend);
            Tensor a = Numbers.Normal(arena, "a", transposeA ? new Shape(k, m) : new Shape(m, k));
            Tensor b = Numbers.Normal(arena, "b", transposeB ? new Shape(n, k) : new Shape(k, n));
            Tensor y = arena.AllocateZeroed(new Shape(m, n)), other = arena.AllocateZeroed(new Shape(m, n));
            Action run = () => backend.MatMul(a, transposeA, b, transposeB, y);
            return new Performance(
                run, new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b }, () => Numbers.After(run, y),
                OpenBlas.Description is null ? null : () => ByOpenBlas(a, b, other),
                arena);
        }

        void ByOpenBlas(Tensor a, Tensor b, Tensor y)
        {
            fixed (float* left = a.Span, right = b.Span, result = y.Span)
            {
                if (m == 1)
                    OpenBlas.RowProduct(left, right, transposeB, result, k, n);
                else
                    OpenBlas.Product(left, transposeA, right, transposeB, result, m, k, n);
            }
        }
    }
}
