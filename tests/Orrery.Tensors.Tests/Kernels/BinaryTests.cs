namespace Orrery.Tensors.Tests.Kernels;

public sealed class BinaryTests(Twins twins) : IClassFixture<Twins>
{
    public static TheoryData<BinaryOperation> Operations() => new(Enum.GetValues<BinaryOperation>());

    public static TheoryData<int[], int[]> Pairs() => new()
    {
        { [], [] }, { [5], [] }, { [], [5] }, { [5], [5] }, { [1], [5] }, { [4, 5], [5] }, { [5], [4, 5] }, { [4, 1], [4, 5] },
        { [4, 5], [4, 1] }, { [4, 1], [1, 5] }, { [2, 3, 4], [3, 1] }, { [2, 1, 4], [3, 4] }, { [2, 3, 1, 5], [1, 3, 4, 1] },
        { [2, 3, 2, 2, 3, 2], [2, 1, 2, 1, 3, 1] }, { [1, 1, 1], [1] }, { [3, 0, 2], [1, 2] }, { [300, 700], [700] }, { [300, 700], [300, 1] },
        { [700, 300], [] }, { [90_000], [1] }, { [2, 64, 900], [64, 1] }, { [33, 17, 19], [33, 1, 19] },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void Every_length_equals_the_scalar_twin(BinaryOperation operation)
    {
        for (int length = 0; length <= 256; length++)
        {
            Tensor a = twins.Random(length), b = twins.RandomIn(0.5f, 2, length), y = twins.Random(length);
            Tensor da = twins.Random(length), db = twins.Random(length), dy = twins.Random(length);
            twins.Agree($"{operation} of {length}", 1e-6, 1e-6, backend => backend.Binary(operation, a, b, y), y);
            twins.Agree($"{operation}' of {length}", 1e-5, 1e-5, backend => backend.BinaryGradient(operation, a, b, dy, da, db), da, db);
            twins.Arena.Reset();
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Shapes_broadcast_from_the_right_and_gradients_are_summed_back(int[] shapeA, int[] shapeB)
    {
        int rank = Math.Max(shapeA.Length, shapeB.Length);
        int[] full = new int[rank];
        for (int back = 1; back <= rank; back++)
        {
            int lengthA = back <= shapeA.Length ? shapeA[^back] : 1, lengthB = back <= shapeB.Length ? shapeB[^back] : 1;
            full[^back] = lengthA == 1 ? lengthB : lengthA;
        }

        foreach (BinaryOperation operation in Enum.GetValues<BinaryOperation>())
        {
            Tensor a = twins.Random(shapeA), b = twins.RandomIn(0.5f, 2, shapeB), y = twins.Random(full), dy = twins.Random(full);
            Tensor da = twins.Random(shapeA), db = twins.Random(shapeB);
            double loose = 1e-6 * Math.Max(1, Math.Sqrt((double)y.Count / Math.Max(1, Math.Min(a.Count, b.Count)))) * 10;
            twins.Agree($"{operation}", 1e-6, 1e-6, backend => backend.Binary(operation, a, b, y), y);
            twins.Agree($"{operation}'", 1e-5, loose, backend => backend.BinaryGradient(operation, a, b, dy, da, db), da, db);
            twins.Agree($"{operation}' by a", 1e-5, loose, backend => backend.BinaryGradient(operation, a, b, dy, da, default), da);
            twins.Agree($"{operation}' by b", 1e-5, loose, backend => backend.BinaryGradient(operation, a, b, dy, default, db), db);
        }

        twins.Arena.Reset();
    }

    [Fact]
    public void NaN_and_infinities_come_through_at_every_place()
    {
        for (int place = 0; place < 37; place++)
        {
            foreach (float number in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 3e38f })
            {
                Tensor a = twins.Random(37), b = twins.Random(37), y = twins.Random(37);
                a.Span[place] = number;
                foreach (BinaryOperation operation in Enum.GetValues<BinaryOperation>())
                    twins.Agree($"{operation}", 1e-6, 1e-6, backend => backend.Binary(operation, a, b, y), y);
                twins.Arena.Reset();
            }
        }
    }

    [Fact]
    public void Shapes_that_do_not_broadcast_are_named()
    {
        Tensor a = twins.Random(3, 4), b = twins.Random(3), y = twins.Random(3, 4);
        ArgumentException error = Assert.Throws<ArgumentException>(() => twins.Processor.Binary(BinaryOperation.Add, a, b, y));
        Assert.Equal("Binary: [3] does not broadcast to [3, 4]: axis -1 must be 4 or 1.", error.Message);
    }
}
