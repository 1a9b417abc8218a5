namespace Orrery.Tensors.Tests.Kernels;

/// <summary>Logarithms of determinants and the inverses that come with them.</summary>
public sealed class DeterminantTests(Twins twins) : IClassFixture<Twins>
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 2)]
    [InlineData(3, 7)]
    [InlineData(2, 33)]
    [InlineData(1, 130)]
    [InlineData(0, 3)]
    public void They_equal_those_of_elimination(int count, int size)
    {
        Tensor a = Positive(count, size), y = twins.Random(count), inverse = twins.Random(count, size, size);
        twins.Agree("logarithm and inverse", 1e-5, 1e-6, backend => backend.LogDeterminant(a, y, inverse), y, inverse);
        twins.Agree("logarithm", 1e-5, 1e-6, backend => backend.LogDeterminant(a, y, default), y);
        twins.Arena.Reset();
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_is_named()
    {
        Tensor a = twins.Of([1, 0, 0, 1, 1, 2, 2, 1], 2, 2, 2), y = twins.Random(2);
        ArgumentException error = Assert.Throws<ArgumentException>(() => twins.Processor.LogDeterminant(a, y, default));
        Assert.Contains("matrix 1 of a [2, 2, 2] is not positive definite: its first 2 rows and columns", error.Message, StringComparison.Ordinal);
        a.Span[4] = 0;
        Assert.Contains("its first 1 rows", Assert.Throws<ArgumentException>(() => twins.Processor.LogDeterminant(a, y, default)).Message, StringComparison.Ordinal);
        Tensor wide = twins.Random(2, 3);
        Assert.Contains("[2, 3] must be square", Assert.Throws<ArgumentException>(() => twins.Processor.LogDeterminant(wide, y, default)).Message, StringComparison.Ordinal);
        twins.Arena.Reset();
    }

    [Fact]
    public void A_matrix_that_holds_no_numbers_gives_none()
    {
        Tensor a = twins.Of([1, 0, float.NaN, 1], 2, 2), y = twins.Random(1);
        twins.Processor.LogDeterminant(a, y, default);
        Assert.True(float.IsNaN(y.Span[0]));
        twins.Arena.Reset();
    }

    private Tensor Positive(int count, int size)
    {
        Tensor root = twins.Random(count, size, size), a = twins.Random(count, size, size);
        twins.Scalar.MatMul(root, false, root, true, a);
        for (int index = 0; index < count * size; index++)
            a.Span[(index * size) + (index % size)] += size;
        return a;
    }
}
