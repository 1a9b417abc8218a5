namespace Orrery.Tensors.Tests.Guarded;

/// <content>Number by number, along axes, and moving numbers about.</content>
internal sealed partial class GuardSweep
{
    // Every length up to 256, and one that several threads share.
    private static IEnumerable<int> Lengths() => [.. Enumerable.Range(0, 257), 70_001];

    private void Fill()
    {
        foreach (int length in Lengths())
        {
            Tensor y = Random(length);
            Case("Fill", backend => backend.Fill(y, 3));
        }
    }

    private void Copy()
    {
        foreach (int length in Lengths())
        {
            Tensor x = Random(length), y = Random(length);
            Case("Copy", backend => backend.Copy(x, y));
        }
    }

    private void Upload()
    {
        foreach (int length in Lengths())
        {
            byte[] bytes = new byte[length];
            float[] numbers = new float[length];
            bytes.AsSpan().Fill(200);
            Tensor y = Random(length);
            Case("Upload of bytes", backend => backend.Upload(bytes, y, 0.5f, -1));
            Tensor z = Random(length);
            Case("Upload of numbers", backend => backend.Upload(numbers, z));
        }
    }

    private void Download()
    {
        foreach (int length in Lengths())
        {
            float[] numbers = new float[length];
            Tensor x = Random(length);
            Case("Download", backend => backend.Download(x, numbers));
        }
    }

    private void Unary()
    {
        foreach (UnaryOperation operation in Enum.GetValues<UnaryOperation>())
        {
            foreach (int length in Lengths())
            {
                Tensor x = RandomIn(-9, 9, length), y = Random(length);
                Case($"Unary {operation}", backend => backend.Unary(operation, x, y, 0.3f, 0.7f));
            }
        }
    }

    private void UnaryGradient()
    {
        foreach (UnaryOperation operation in Enum.GetValues<UnaryOperation>())
        {
            foreach (int length in Lengths())
            {
                Tensor x = RandomIn(0.1f, 2, length), y = Random(length), dy = Random(length), dx = Random(length);
                Case($"UnaryGradient {operation}", backend => backend.UnaryGradient(operation, x, y, dy, dx, 0.3f, 0.7f));
            }
        }
    }

    private void Binary() => EachPair(withGradient: false);

    private void BinaryGradient() => EachPair(withGradient: true);

    // Equal shapes, a number against all, a row against a matrix, a column against a matrix, and both at random.
    private void EachPair(bool withGradient)
    {
        foreach (BinaryOperation operation in Enum.GetValues<BinaryOperation>())
        {
            foreach (int length in Lengths())
            {
                Pair(operation, withGradient, [length], [length], [length]);
                Pair(operation, withGradient, [length], [], [length]);
                Pair(operation, withGradient, [], [length], [length]);
            }

            for (int round = 0; round < 300; round++)
            {
                int[] full = [Next(1, 5), Next(1, 9), Next(1, 4), Next(1, 37)];
                int[] a = [.. full.Select(length => Next(0, 2) == 0 ? 1 : length)], b = [.. full.Select(length => Next(0, 2) == 0 ? 1 : length)];
                Pair(operation, withGradient, a, b, [.. a.Zip(b, Math.Max)]);
            }

            Pair(operation, withGradient, [300, 1], [300, 700], [300, 700]);
            Pair(operation, withGradient, [300, 700], [700], [300, 700]);
        }
    }

    private void Pair(BinaryOperation operation, bool withGradient, int[] shapeA, int[] shapeB, int[] full)
    {
        Tensor a = Random(shapeA), b = RandomIn(0.5f, 2, shapeB), y = Random(full);
        if (!withGradient)
        {
            Case($"Binary {operation}", backend => backend.Binary(operation, a, b, y));
            return;
        }

        Tensor da = Maybe(shapeA), db = Maybe(shapeB);
        Case($"BinaryGradient {operation}", backend => backend.BinaryGradient(operation, a, b, y, da, db));
    }

    private void AddScaled()
    {
        foreach (int length in Lengths())
        {
            Tensor x = Random(length), y = Random(length);
            Case("AddScaled", backend => backend.AddScaled(x, 0.3f, y));
        }
    }

    private void ScaleInPlace()
    {
        foreach (int length in Lengths())
        {
            Tensor x = Random(length);
            Case("ScaleInPlace", backend => backend.ScaleInPlace(x, 0.3f));
        }
    }

    private void SumOfSquares()
    {
        foreach (int length in Lengths())
        {
            Tensor x = Random(length), y = Random(1);
            Case("SumOfSquares", backend => y.Span[0] = (float)backend.SumOfSquares(x));
        }
    }

    private void IsFinite()
    {
        foreach (int length in Lengths())
        {
            Tensor x = Random(length), y = Random(1);
            Case("IsFinite", backend => y.Span[0] = backend.IsFinite(x) ? 1 : 0);
        }
    }

    private void AdamWStep()
    {
        foreach (int length in Lengths())
        {
            Tensor values = Random(length), gradients = Random(length), first = Random(length), second = RandomIn(0, 1, length), mask = Maybe(length);
            AdamWSettings settings = new(0.01f, 0.9, 0.999, 1e-8f, 0.1f, 3);
            Case("AdamWStep", backend => backend.AdamWStep(values, gradients, first, second, mask, settings));
        }
    }

    private void Reduce() => EachReduction(withGradient: false);

    private void ReduceGradient() => EachReduction(withGradient: true);

    private void EachReduction(bool withGradient)
    {
        foreach (ReduceOperation operation in Enum.GetValues<ReduceOperation>())
        {
            for (int length = 1; length <= 256; length++)
            {
                Reduction(operation, withGradient, 1, length);
                Reduction(operation, withGradient, 2, length, 3);
                Reduction(operation, withGradient, 1, length, 3);
            }

            for (int round = 0; round < 300; round++)
                Reduction(operation, withGradient, (uint)Next(0, 15), Next(1, 5), Next(1, 9), Next(1, 4), Next(1, 37));
            Reduction(operation, withGradient, 1, 700, 300);
            Reduction(operation, withGradient, 2, 300, 700);
            Reduction(operation, withGradient, 5, 20, 70, 70);
        }
    }

    private void Reduction(ReduceOperation operation, bool withGradient, uint axes, params int[] lengths)
    {
        Tensor x = Random(lengths);
        AxisSet set = new(axes);
        Shape kept = set.Reduce(x.Shape, keepDimensions: true);
        int[] reduced = [.. Enumerable.Range(0, kept.Rank).Select(axis => kept[axis])];
        Tensor y = Random(reduced);
        Case($"Reduce {operation} over {axes}", backend => backend.Reduce(operation, x, set, y));
        if (!withGradient)
            return;
        Tensor again = Random(lengths), value = Random(reduced), dy = Random(reduced), dx = Random(lengths);
        _backend.Reduce(operation, again, set, value);
        Case($"ReduceGradient {operation} over {axes}", backend => backend.ReduceGradient(operation, again, value, set, dy, dx));
    }

    private void Permute()
    {
        int[][] orders = [[0, 1, 2, 3], [1, 0, 2, 3], [0, 2, 1, 3], [0, 1, 3, 2], [3, 2, 1, 0], [2, 3, 0, 1], [1, 2, 3, 0], [3, 0, 1, 2]];
        for (int round = 0; round < 800; round++)
        {
            int[] lengths = [Next(1, 6), Next(1, 40), Next(1, 20), Next(1, 40)];
            int[] order = orders[round % orders.Length];
            bool accumulate = Next(0, 1) == 0;
            Tensor x = Random(lengths), y = Random([.. order.Select(axis => lengths[axis])]);
            Case($"Permute {string.Join(' ', order)}", backend => backend.Permute(x, order, y, accumulate));
        }

        for (int round = 0; round < 1600; round++)
        {
            int rows = 1 + (round % 40), columns = 1 + (round / 40);
            Tensor x = Random(rows, columns), y = Random(columns, rows);
            Case("Permute 1 0", backend => backend.Permute(x, [1, 0], y, rows % 2 == 0));
        }
    }

    private void CopyAxis()
    {
        for (int round = 0; round < 2000; round++)
        {
            int axis = Next(0, 2), length = Next(0, 30), xStart = Next(0, 5), yStart = Next(0, 5);
            int[] from = [Next(1, 6), Next(1, 9), Next(1, 20)], to = [.. from];
            from[axis] = xStart + length + Next(0, 3);
            to[axis] = yStart + length + Next(0, 3);
            bool accumulate = Next(0, 1) == 0;
            Tensor x = Random(from), y = Random(to);
            Case("CopyAxis", backend => backend.CopyAxis(x, xStart, y, yStart, axis, length, accumulate));
        }
    }

    private void GatherRows()
    {
        for (int length = 0; length <= 70; length++)
        {
            IntTensor rows = Integers(5, 1 + (length % 9));
            Tensor table = Random(5, length), y = Random(rows.Shape[0], length);
            Case("GatherRows", backend => backend.GatherRows(table, rows, y));
        }
    }

    private void ScatterAddRows()
    {
        for (int length = 0; length <= 70; length++)
        {
            IntTensor rows = Integers(5, 1 + (length % 9));
            Tensor table = Random(5, length), y = Random(rows.Shape[0], length);
            Case("ScatterAddRows", backend => backend.ScatterAddRows(y, rows, table));
        }
    }
}
