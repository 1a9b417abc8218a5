namespace Orrery.Tensors.Tests.Kernels;

public sealed class ReduceTests(Twins twins) : IClassFixture<Twins>
{
    public static TheoryData<int[], int[]> Cases() => new()
    {
        { [7], [0] }, { [4, 5], [0] }, { [4, 5], [1] }, { [4, 5], [0, 1] }, { [2, 3, 4], [1] }, { [2, 3, 4], [0, 2] }, { [2, 3, 4], [0, 1] },
        { [2, 3, 4, 5], [1, 3] }, { [2, 3, 4, 5], [0, 2] }, { [2, 1, 3], [1] }, { [3, 4], [] }, { [1], [0] }, { [100_000], [0] },
        { [300, 300], [0] }, { [300, 300], [1] }, { [20, 70, 70], [0, 2] }, { [3, 40_000], [1] }, { [40_000, 3], [0] }, { [2, 3, 2, 2, 3, 2], [0, 2, 4] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_set_of_axes_equals_the_scalar_twin(int[] lengths, int[] axes)
    {
        foreach (ReduceOperation operation in Enum.GetValues<ReduceOperation>())
        {
            foreach (bool keeps in new[] { false, true })
            {
                Tensor x = twins.Random(lengths);
                AxisSet set = AxisSet.Of(x.Shape, axes);
                Tensor y = twins.Arena.Allocate(set.Reduce(x.Shape, keeps)), dy = twins.Arena.Allocate(y.Shape), dx = twins.Random(lengths);
                y.Span.Fill(float.NaN);
                double loose = operation == ReduceOperation.Sum ? 1e-6 * Math.Sqrt(x.Count) : 1e-6;
                twins.Agree($"{operation}", 2e-6, loose, backend => backend.Reduce(operation, x, set, y), y);
                twins.Random(dy.Count).Span.CopyTo(dy.Span);
                twins.Scalar.Reduce(operation, x, set, y);
                twins.Agree($"{operation}'", 2e-6, 2e-6, backend => backend.ReduceGradient(operation, x, y, set, dy, dx), dx);
            }
        }

        twins.Arena.Reset();
    }

    [Fact]
    public void Every_length_equals_the_scalar_twin()
    {
        for (int length = 1; length <= 256; length++)
        {
            Tensor rows = twins.Random(3, length), columns = twins.Random(length, 3), y = twins.Random(3);
            foreach (ReduceOperation operation in Enum.GetValues<ReduceOperation>())
            {
                twins.Agree($"{operation} along {length}", 2e-6, 2e-5, backend => backend.Reduce(operation, rows, new AxisSet(2), y), y);
                twins.Agree($"{operation} across {length}", 2e-6, 2e-5, backend => backend.Reduce(operation, columns, new AxisSet(1), y), y);
            }

            twins.Arena.Reset();
        }
    }

    [Fact]
    public void A_NaN_anywhere_is_the_result()
    {
        for (int place = 0; place < 41; place++)
        {
            Tensor x = twins.Random(1, 41), y = twins.Random(1);
            x.Span[place] = float.NaN;
            foreach (ReduceOperation operation in Enum.GetValues<ReduceOperation>())
            {
                twins.Processor.Reduce(operation, x, new AxisSet(2), y);
                Assert.True(float.IsNaN(y.Span[0]));
                twins.Processor.Reduce(operation, x.Reshape(new Shape(41, 1)), new AxisSet(1), y);
                Assert.True(float.IsNaN(y.Span[0]));
            }

            twins.Arena.Reset();
        }
    }

    [Fact]
    public void Infinities_are_numbers_like_others()
    {
        Tensor x = twins.Of([float.NegativeInfinity, 2, float.PositiveInfinity, -1], 4), y = twins.Random(1);
        twins.Processor.Reduce(ReduceOperation.Max, x, new AxisSet(1), y);
        Assert.Equal(float.PositiveInfinity, y.Item());
        twins.Processor.Reduce(ReduceOperation.Min, x, new AxisSet(1), y);
        Assert.Equal(float.NegativeInfinity, y.Item());
    }

    [Fact]
    public void A_mean_keeps_its_digits_at_a_large_offset()
    {
        Tensor x = twins.RandomIn(9_999, 10_001, 100_000), y = twins.Random(1);
        twins.Processor.Reduce(ReduceOperation.Mean, x, new AxisSet(1), y);
        Assert.Equal(x.Span.ToArray().Average(value => (double)value), y.Item(), 1e-3);
    }

    [Fact]
    public void A_result_of_the_wrong_size_is_refused()
    {
        Tensor x = twins.Random(3, 4), y = twins.Random(4);
        ArgumentException error = Assert.Throws<ArgumentException>(() => twins.Processor.Reduce(ReduceOperation.Sum, x, new AxisSet(2), y));
        Assert.Contains("x [3, 4]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[4] has 4", error.Message, StringComparison.Ordinal);
    }
}
