namespace Orrery.Tensors.Tests.Kernels;

public class MatMulTests
{
    public static TheoryData<int, int, int> Sizes()
    {
        TheoryData<int, int, int> sizes = [];
        int[] lengths = [1, 2, 3, 5, 7, 8, 13, 16, 17, 33, 64, 65];
        foreach (int m in lengths)
            foreach (int k in lengths)
                sizes.Add(m, k, lengths[(m + k) % lengths.Length]);
        foreach ((int m, int k, int n) in new[] { (0, 3, 4), (3, 0, 4), (3, 4, 0), (130, 700, 67), (97, 1030, 129), (6, 513, 1100), (300, 64, 40), (9, 2100, 33) })
            sizes.Add(m, k, n);
        return sizes;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_size_and_transposition_equals_the_triple_loop(int m, int k, int n)
    {
        using Bench bench = new();
        foreach (bool transposeA in new[] { false, true })
        {
            foreach (bool transposeB in new[] { false, true })
            {
                Tensor a = transposeA ? bench.Random(k, m) : bench.Random(m, k);
                Tensor b = transposeB ? bench.Random(n, k) : bench.Random(k, n);
                Tensor bias = bench.Random(n);
                double[] product = Naive(a.Span, transposeA, b.Span, transposeB, m, k, n);
                string what = $"[{m}, {k}] x [{k}, {n}], {transposeA}, {transposeB}";
                Tensor y = bench.Blank(m, n);
                bench.Backend.MatMul(a, transposeA, b, transposeB, y);
                Expect.Close(product, y.Span, 0, 2e-6 * (k + 1), what);

                bench.Backend.MatMul(a, transposeA, b, transposeB, y, accumulate: true);
                Expect.Close([.. product.Select(value => 2 * value)], y.Span, 0, 4e-6 * (k + 1), what + " accumulated");

                bench.Backend.MatMul(a, transposeA, b, transposeB, y, bias: bias, activation: Activation.Relu);
                float[] biases = bias.Span.ToArray();
                Expect.Close(
                    [.. product.Select((value, index) => Math.Max(0, value + biases[index % n]))], y.Span, 0, 2e-6 * (k + 1), what + " with bias");
            }
        }
    }

    [Theory]
    [InlineData(new[] { 4, 3 }, new[] { 4, 3 }, new[] { 4, 3 })]
    [InlineData(new[] { 4, 3 }, new int[0], new[] { 4, 3 })]
    [InlineData(new int[0], new[] { 5 }, new[] { 5 })]
    [InlineData(new[] { 4, 1 }, new[] { 3 }, new[] { 4, 3 })]
    [InlineData(new[] { 2, 1, 3 }, new[] { 4, 1 }, new[] { 2, 4, 3 })]
    public void Leading_axes_broadcast_and_their_gradients_are_summed(int[] leadA, int[] leadB, int[] leadY)
    {
        const int m = 5, k = 7, n = 6;
        using Bench bench = new();
        Tensor a = bench.Random([.. leadA, m, k]), b = bench.Random([.. leadB, k, n]), y = bench.Blank([.. leadY, m, n]);
        bench.Backend.MatMul(a, false, b, false, y);
        int batches = y.Count / (m * n);
        double[] expected = new double[y.Count];
        double[] expectedA = new double[a.Count];
        for (int batch = 0; batch < batches; batch++)
        {
            int batchA = IndexOf(batch, leadY, leadA), batchB = IndexOf(batch, leadY, leadB);
            Naive(a.Span.Slice(batchA * m * k, m * k), false, b.Span.Slice(batchB * k * n, k * n), false, m, k, n).CopyTo(expected, batch * m * n);
            double[] gradient = Naive(y.Span.Slice(batch * m * n, m * n), false, b.Span.Slice(batchB * k * n, k * n), true, m, n, k);
            for (int index = 0; index < m * k; index++)
                expectedA[(batchA * m * k) + index] += gradient[index];
        }

        Expect.Close(expected, y.Span, 0, 2e-5, "product");
        Tensor da = bench.Zeros(a.Shape);
        bench.Backend.MatMul(y, false, b, true, da, accumulate: true);
        Expect.Close(expectedA, da.Span, 1e-5, 1e-4, "gradient");
    }

    [Fact]
    public void Every_number_of_threads_gives_the_same_bits()
    {
        float[]? first = null;
        foreach (int threads in new[] { 1, 2, 3 })
        {
            using Bench bench = new(threads);
            List<float> all = [];
            foreach ((int m, int k, int n) in new[] { (257, 300, 130), (64, 192, 768), (192, 5000, 160), (31, 900, 1500), (2000, 33, 16), (400, 520, 513) })
            {
                Tensor y = bench.Blank(m, n);
                bench.Backend.MatMul(bench.Random(m, k), false, bench.Random(n, k), true, y);
                all.AddRange(y.Span);
                bench.Backend.MatMul(bench.Random(k, m), true, bench.Random(k, n), false, y, accumulate: true);
                all.AddRange(y.Span);
            }

            first ??= [.. all];
            Expect.SameBits(first, all.ToArray(), $"{threads} threads");
        }
    }

    [Fact]
    public void Rows_do_not_depend_on_their_neighbours()
    {
        using Bench bench = new();
        const int m = 45, k = 50, n = 37;
        Tensor a = bench.Random(m, k), b = bench.Random(n, k), bias = bench.Random(n);
        Tensor reversed = bench.Blank(m, k), y = bench.Blank(m, n), z = bench.Blank(m, n);
        for (int row = 0; row < m; row++)
            a.Span.Slice(row * k, k).CopyTo(reversed.Span[((m - 1 - row) * k)..]);
        bench.Backend.MatMul(a, false, b, true, y, bias: bias, activation: Activation.Gelu);
        bench.Backend.MatMul(reversed, false, b, true, z, bias: bias, activation: Activation.Gelu);
        for (int row = 0; row < m; row++)
            Expect.SameBits(y.Span.Slice(row * n, n), z.Span.Slice((m - 1 - row) * n, n), $"row {row}");
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 5, 3)]
    [InlineData(9, 130, 12)]
    [InlineData(64, 192, 576)]
    [InlineData(37, 700, 1100)]
    [InlineData(300, 900, 130)]
    [InlineData(5, 0, 6)]
    public void A_packed_factor_gives_the_same_bits_and_so_do_its_rows_alone(int m, int k, int n)
    {
        foreach (int threads in new[] { 1, 3 })
        {
            using Bench bench = new(threads);
            Tensor a = bench.Random(m, k), b = bench.Random(k, n), transposed = bench.Blank(n, k), bias = bench.Random(n);
            Tensor y = bench.Blank(m, n), z = bench.Blank(m, n);
            bench.Backend.Permute(b, [1, 0], transposed);
            PackedMatrix packed = new(bench.Backend, bench.Arena, k, n), other = new(bench.Backend, bench.Arena, k, n);
            bench.Backend.Pack(b, false, packed);
            bench.Backend.Pack(transposed, true, other);
            bench.Backend.MatMul(a, false, b, false, y, bias: bias, activation: Activation.Gelu);
            bench.Backend.MatMulPacked(a, packed, z, bias: bias, activation: Activation.Gelu);
            Expect.SameBits(y.Span, z.Span, $"[{m}, {k}, {n}]");
            z.Span.Fill(float.NaN);
            bench.Backend.MatMulPacked(a, other, z, bias: bias, activation: Activation.Gelu);
            Expect.SameBits(y.Span, z.Span, $"[{m}, {k}, {n}], packed from b transposed");

            foreach (int rows in new[] { 1, 2, 8, 19 })
            {
                z.Span.Fill(float.NaN);
                for (int row = 0; row < m; row += rows)
                {
                    int count = Math.Min(rows, m - row);
                    bench.Backend.MatMulPacked(
                        a.Part(row * k, new Shape(count, k)), packed, z.Part(row * n, new Shape(count, n)), bias: bias, activation: Activation.Gelu);
                }

                Expect.SameBits(y.Span, z.Span, $"[{m}, {k}, {n}], {rows} rows at a time");
            }

            bench.Backend.MatMul(a, false, b, false, y, accumulate: true);
            bench.Backend.MatMulPacked(a, packed, z, accumulate: true);
            Expect.SameBits(y.Span, z.Span, $"[{m}, {k}, {n}] accumulated");
        }
    }

    [Fact]
    public void A_packed_factor_that_does_not_fit_is_named()
    {
        using Bench bench = new();
        PackedMatrix packed = new(bench.Backend, bench.Arena, 64, 10);
        ArgumentException error = Assert.Throws<ArgumentException>(() => bench.Backend.Pack(bench.Random(64, 10), true, packed));
        Assert.Equal("Pack: b [64, 10] (transposed) came for a packed matrix [64, 10]; the shapes must be equal.", error.Message);
        error = Assert.Throws<ArgumentException>(() => bench.Backend.MatMulPacked(bench.Random(3, 32), packed, bench.Random(3, 10)));
        Assert.Equal("MatMulPacked: a [3, 32] must have 64 columns, as many as the packed matrix [64, 10] has rows.", error.Message);
        error = Assert.Throws<ArgumentException>(() => bench.Backend.MatMulPacked(bench.Random(3, 64), packed, bench.Random(4, 10)));
        Assert.Equal("MatMulPacked: a [3, 64] times [64, 10] has a's leading axes and 10 columns, but y is [4, 10].", error.Message);
    }

    [Fact]
    public void NaN_and_infinity_come_through()
    {
        using Bench bench = new();
        Tensor a = bench.Of([1, float.NaN, 1, float.PositiveInfinity], 2, 2), b = bench.Of([1, 0, 0, 1], 2, 2), y = bench.Blank(2, 2);
        bench.Backend.MatMul(a, false, b, false, y, activation: Activation.Relu);
        Assert.True(float.IsNaN(y.Span[0]) && float.IsNaN(y.Span[1]) && float.IsNaN(y.Span[2]));
        Assert.Equal(float.PositiveInfinity, y.Span[3]);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using Bench bench = new();
        Tensor a = bench.Random(32, 128), b = bench.Random(64, 10), y = bench.Random(32, 10);
        ArgumentException error = Assert.Throws<ArgumentException>(() => bench.Backend.MatMul(a, false, b, false, y));
        Assert.Equal("MatMul: a [32, 128] has 128 columns but b [64, 10] has 64 rows; they must be equal.", error.Message);
        error = Assert.Throws<ArgumentException>(() => bench.Backend.MatMul(bench.Random(3, 4), false, bench.Random(4, 5), false, y));
        Assert.Contains("[..., 3, 5] but y is [32, 10]", error.Message, StringComparison.Ordinal);
    }

    private static double[] Naive(ReadOnlySpan<float> a, bool transposeA, ReadOnlySpan<float> b, bool transposeB, int m, int k, int n)
    {
        double[] product = new double[m * n];
        for (int row = 0; row < m; row++)
            for (int column = 0; column < n; column++)
                for (int step = 0; step < k; step++)
                    product[(row * n) + column] += (double)a[transposeA ? (step * m) + row : (row * k) + step]
                        * b[transposeB ? (column * k) + step : (step * n) + column];
        return product;
    }

    // The batch of an operand that a batch of the result uses.
    private static int IndexOf(int batch, int[] full, int[] own)
    {
        int index = 0, stride = 1;
        for (int back = 1; back <= full.Length; back++)
        {
            int position = batch % full[^back];
            batch /= full[^back];
            int length = back <= own.Length ? own[^back] : 1;
            index += length == 1 ? 0 : position * stride;
            stride *= length;
        }

        return index;
    }
}
