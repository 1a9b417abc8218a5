namespace Orrery.Tensors.Tests.Kernels;

/// <summary>Permutations, slices and rows of tables.</summary>
public sealed class ShapeOperationTests(Twins twins) : IClassFixture<Twins>
{
    public static TheoryData<int[], int[]> Permutations() => new()
    {
        { [5], [0] }, { [3, 4], [1, 0] }, { [3, 4], [0, 1] }, { [2, 3, 4], [2, 0, 1] }, { [2, 3, 4], [1, 0, 2] }, { [2, 3, 4], [2, 1, 0] },
        { [2, 3, 4, 5], [0, 2, 1, 3] }, { [2, 3, 4, 5], [3, 1, 0, 2] }, { [2, 1, 4, 1], [3, 2, 1, 0] }, { [2, 3, 2, 3, 2, 3], [5, 3, 1, 4, 2, 0] },
        { [300, 200], [1, 0] }, { [8, 50, 4, 32], [0, 2, 1, 3] }, { [3, 0, 2], [2, 1, 0] }, { [1, 1], [1, 0] }, { [37, 19, 23], [0, 2, 1] },
    };

    [Theory]
    [MemberData(nameof(Permutations))]
    public void Permutations_equal_the_scalar_twin(int[] lengths, int[] permutation)
    {
        Tensor x = twins.Random(lengths), y = twins.Random([.. permutation.Select(axis => lengths[axis])]);
        twins.Agree("permute", 0, 0, backend => backend.Permute(x, permutation, y), y);
        twins.Agree("permute and add", 0, 0, backend => backend.Permute(x, permutation, y, accumulate: true), y);
        twins.Arena.Reset();
    }

    [Theory]
    [InlineData(new[] { 7 }, new[] { 9 }, 0, 2, 3, 4)]
    [InlineData(new[] { 3, 7 }, new[] { 3, 5 }, 1, 2, 0, 5)]
    [InlineData(new[] { 3, 7 }, new[] { 3, 5 }, 1, 0, 1, 3)]
    [InlineData(new[] { 6, 7 }, new[] { 5, 7 }, 0, 1, 0, 5)]
    [InlineData(new[] { 2, 5, 3, 4 }, new[] { 2, 9, 3, 4 }, 1, 0, 4, 5)]
    [InlineData(new[] { 200, 60, 9 }, new[] { 200, 61, 9 }, 1, 0, 1, 60)]
    [InlineData(new[] { 2, 5 }, new[] { 2, 5 }, 1, 5, 5, 0)]
    public void Runs_along_an_axis_equal_the_scalar_twin(int[] from, int[] to, int axis, int xStart, int yStart, int length)
    {
        Tensor x = twins.Random(from), y = twins.Random(to);
        twins.Agree("copy", 0, 0, backend => backend.CopyAxis(x, xStart, y, yStart, axis, length), y);
        twins.Agree("add", 0, 0, backend => backend.CopyAxis(x, xStart, y, yStart, axis, length, accumulate: true), y);
        twins.Arena.Reset();
    }

    [Fact]
    public void Rows_of_a_table_equal_the_scalar_twin_also_when_they_repeat()
    {
        Tensor table = twins.Random(6, 2, 5), y = twins.Random(30, 2, 5);
        IntTensor rows = twins.Integers(6, 30);
        twins.Agree("gather", 0, 0, backend => backend.GatherRows(table, rows, y), y);
        twins.Agree("scatter", 1e-6, 1e-6, backend => backend.ScatterAddRows(y, rows, table), table);
        rows.Span[3] = 6;
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => twins.Processor.GatherRows(table, rows, y));
        Assert.Equal("GatherRows: row 6 was asked for, but the table [6, 2, 5] has 6 rows.", error.Message);
        twins.Arena.Reset();
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Tensor x = twins.Random(3, 7), y = twins.Random(4, 7);
        Assert.Contains(
            "x [3, 7] and y [4, 7]", Assert.Throws<ArgumentException>(() => twins.Processor.CopyAxis(x, 0, y, 0, 1, 7)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "5 from 0 of x [3, 7]", Assert.Throws<ArgumentException>(() => twins.Processor.CopyAxis(x, 0, y, 0, 0, 5)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "axis 0 of y [4, 7]", Assert.Throws<ArgumentException>(() => twins.Processor.Permute(x, [1, 0], y)).Message, StringComparison.Ordinal);
    }
}
