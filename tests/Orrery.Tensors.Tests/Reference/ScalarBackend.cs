using System.Runtime.InteropServices;

namespace Orrery.Tensors.Tests.Reference;

/// <summary>
/// Every primitive operation in the plainest way: one element at a time, in double precision. The twin that fast kernels are
/// compared with, and the way to tell a wrong rule from a wrong kernel.
/// </summary>
internal sealed partial class ScalarBackend : Backend
{
    public override string Name => "scalar";

    public override int Threads => 1;

    public override unsafe nint Allocate(long bytes) => (nint)NativeMemory.AlignedAlloc((nuint)bytes, 64);

    public override unsafe void Free(nint address) => NativeMemory.AlignedFree((void*)address);

    public override void Fill(Tensor y, float value) => y.Span.Fill(value);

    public override void Copy(Tensor x, Tensor y) => x.Span.CopyTo(y.Span);

    public override void Upload(ReadOnlySpan<float> values, Tensor y) => values.CopyTo(y.Span);

    public override void Upload(ReadOnlySpan<byte> values, Tensor y, float scale, float offset)
    {
        for (var index = 0; index < values.Length; index++) y.Span[index] = (scale * values[index]) + offset;
    }

    public override void Download(Tensor x, Span<float> values) => x.Span.CopyTo(values);

    public override void AddScaled(Tensor x, float scale, Tensor y)
    {
        for (var index = 0; index < x.Count; index++) y.Span[index] += scale * x.Span[index];
    }

    public override void ScaleInPlace(Tensor x, float factor)
    {
        foreach (ref var value in x.Span) value *= factor;
    }

    public override double SumOfSquares(Tensor x)
    {
        var sum = 0.0;
        foreach (var value in x.Span) sum += (double)value * value;
        return sum;
    }

    public override bool IsFinite(Tensor x)
    {
        foreach (var value in x.Span)
        {
            if (!float.IsFinite(value)) return false;
        }

        return true;
    }

    public override void Unary(UnaryOperation operation, Tensor x, Tensor y, float p0 = 0, float p1 = 0)
    {
        for (var index = 0; index < x.Count; index++) y.Span[index] = (float)ScalarFunctions.Value(operation, x.Span[index], p0, p1);
    }

    public override void UnaryGradient(UnaryOperation operation, Tensor x, Tensor y, Tensor dy, Tensor dx, float p0 = 0, float p1 = 0)
    {
        for (var index = 0; index < x.Count; index++)
            dx.Span[index] += (float)(dy.Span[index] * ScalarFunctions.Slope(operation, x.Span[index], p0, p1));
    }

    public override void Binary(BinaryOperation operation, Tensor a, Tensor b, Tensor y)
    {
        for (var index = 0; index < y.Count; index++)
        {
            double left = a.Span[Source(index, y.Shape, a.Shape)], right = b.Span[Source(index, y.Shape, b.Shape)];
            y.Span[index] = (float)(operation switch
            {
                BinaryOperation.Add => left + right,
                BinaryOperation.Subtract => left - right,
                BinaryOperation.Multiply => left * right,
                _ => left / right,
            });
        }
    }

    public override void BinaryGradient(BinaryOperation operation, Tensor a, Tensor b, Tensor dy, Tensor da, Tensor db)
    {
        var sumA = new double[da.IsNull ? 0 : da.Count];
        var sumB = new double[db.IsNull ? 0 : db.Count];
        for (var index = 0; index < dy.Count; index++)
        {
            int atA = Source(index, dy.Shape, a.Shape), atB = Source(index, dy.Shape, b.Shape);
            double left = a.Span[atA], right = b.Span[atB], up = dy.Span[index];
            if (sumA.Length > 0) sumA[atA] += operation switch { BinaryOperation.Multiply => up * right, BinaryOperation.Divide => up / right, _ => up };
            if (sumB.Length > 0)
            {
                sumB[atB] += operation switch
                {
                    BinaryOperation.Add => up,
                    BinaryOperation.Subtract => -up,
                    BinaryOperation.Multiply => up * left,
                    _ => -up * left / (right * right),
                };
            }
        }

        AddTo(da, sumA);
        AddTo(db, sumB);
    }

    public override void Reduce(ReduceOperation operation, Tensor x, AxisSet axes, Tensor y)
    {
        var kept = axes.Reduce(x.Shape, keepDimensions: true);
        var result = new double[kept.Count];
        result.AsSpan().Fill(operation switch { ReduceOperation.Max => double.NegativeInfinity, ReduceOperation.Min => double.PositiveInfinity, _ => 0 });
        for (var index = 0; index < x.Count; index++)
        {
            ref var target = ref result[Source(index, x.Shape, kept)];
            var value = x.Span[index];
            target = operation switch { ReduceOperation.Max => Math.Max(target, value), ReduceOperation.Min => Math.Min(target, value), _ => target + value };
        }

        var factor = operation == ReduceOperation.Mean ? (double)kept.Count / x.Count : 1;
        for (var index = 0; index < result.Length; index++) y.Span[index] = (float)(result[index] * factor);
    }

    public override void ReduceGradient(ReduceOperation operation, Tensor x, Tensor y, AxisSet axes, Tensor dy, Tensor dx)
    {
        var kept = axes.Reduce(x.Shape, keepDimensions: true);
        var taken = new bool[kept.Count];
        for (var index = 0; index < x.Count; index++)
        {
            var source = Source(index, x.Shape, kept);
            if (operation is ReduceOperation.Max or ReduceOperation.Min)
            {
                if (taken[source] || x.Span[index] != y.Span[source]) continue;
                taken[source] = true;
                dx.Span[index] += dy.Span[source];
            }
            else
            {
                dx.Span[index] += (float)(operation == ReduceOperation.Mean ? (double)dy.Span[source] * kept.Count / x.Count : dy.Span[source]);
            }
        }
    }

    public override int PackedCount(int rows, int columns) => rows * columns;

    public override void Pack(Tensor b, bool transposeB, PackedMatrix packed)
    {
        packed.CheckSource(b, transposeB);
        if (transposeB)
            Permute(b, [1, 0], packed.Numbers.Reshape(new Shape(packed.Rows, packed.Columns)));
        else
            Copy(b, packed.Numbers);
    }

    public override void MatMulPacked(
        Tensor a, PackedMatrix b, Tensor y, bool accumulate = false, Tensor bias = default, Activation activation = Activation.Identity)
    {
        b.CheckProduct(a, y, bias, activation != Activation.Identity, accumulate);
        int rows = a.Shape.CountOf(0, a.Shape.Rank - 1);
        MatMul(
            a.Reshape(new Shape(rows, b.Rows)), false, b.Numbers.Reshape(new Shape(b.Rows, b.Columns)), false,
            y.Reshape(new Shape(rows, b.Columns)), accumulate, bias, activation);
    }

    public override void MatMul(
        Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor y, bool accumulate = false, Tensor bias = default, Activation activation = Activation.Identity)
    {
        int m = y.Shape[-2], n = y.Shape[-1], k = transposeA ? a.Shape[-2] : a.Shape[-1];
        Shape batchA = Leading(a.Shape), batchB = Leading(b.Shape), batchY = Leading(y.Shape);
        var batch = LeadingBroadcast(batchA, batchB);
        var result = new double[y.Count];
        for (var entry = 0; entry < batch.Count; entry++)
        {
            int offsetA = Source(entry, batch, batchA) * m * k, offsetB = Source(entry, batch, batchB) * k * n, offsetY = Source(entry, batch, batchY) * m * n;
            for (var row = 0; row < m; row++)
            {
                for (var column = 0; column < n; column++)
                {
                    var sum = 0.0;
                    for (var inner = 0; inner < k; inner++)
                    {
                        double left = a.Span[offsetA + (transposeA ? (inner * m) + row : (row * k) + inner)];
                        sum += left * b.Span[offsetB + (transposeB ? (column * k) + inner : (inner * n) + column)];
                    }

                    result[offsetY + (row * n) + column] += sum;
                }
            }
        }

        if (accumulate)
        {
            AddTo(y, result);
            return;
        }

        for (var index = 0; index < result.Length; index++)
            y.Span[index] = (float)ScalarFunctions.Activate(activation, result[index] + (bias.IsNull ? 0 : bias.Span[index % n]));
    }

    public override void Permute(Tensor x, ReadOnlySpan<int> permutation, Tensor y, bool accumulate = false)
    {
        var rank = x.Shape.Rank;
        for (var index = 0; index < y.Count; index++)
        {
            int rest = index, source = 0;
            for (var axis = rank - 1; axis >= 0; axis--)
            {
                source += rest % y.Shape[axis] * x.Shape.CountOf(permutation[axis] + 1, rank);
                rest /= y.Shape[axis];
            }

            y.Span[index] = x.Span[source] + (accumulate ? y.Span[index] : 0);
        }
    }

    public override void CopyAxis(Tensor x, int xStart, Tensor y, int yStart, int axis, int length, bool accumulate = false)
    {
        int outer = x.Shape.CountOf(0, axis), inner = x.Shape.CountOf(axis + 1, x.Shape.Rank);
        for (var before = 0; before < outer; before++)
        {
            for (var index = 0; index < length * inner; index++)
            {
                ref var target = ref y.Span[(((before * y.Shape[axis]) + yStart) * inner) + index];
                var source = x.Span[(((before * x.Shape[axis]) + xStart) * inner) + index];
                target = accumulate ? target + source : source;
            }
        }
    }

    public override void GatherRows(Tensor table, IntTensor rows, Tensor y)
    {
        var width = table.Count / table.Shape[0];
        for (var index = 0; index < rows.Shape.Count; index++) table.Span.Slice(rows.Span[index] * width, width).CopyTo(y.Span[(index * width)..]);
    }

    public override void ScatterAddRows(Tensor y, IntTensor rows, Tensor table)
    {
        var width = table.Count / table.Shape[0];
        for (var index = 0; index < rows.Shape.Count; index++)
        {
            for (var column = 0; column < width; column++) table.Span[(rows.Span[index] * width) + column] += y.Span[(index * width) + column];
        }
    }

    public override void AdamWStep(Tensor values, Tensor gradients, Tensor firstMoment, Tensor secondMoment, Tensor decayMask, in AdamWSettings settings)
    {
        for (var index = 0; index < values.Count; index++)
        {
            double gradient = gradients.Span[index];
            var first = firstMoment.Span[index] = (float)((settings.Beta1 * firstMoment.Span[index]) + ((1 - settings.Beta1) * gradient));
            var second = secondMoment.Span[index] = (float)((settings.Beta2 * secondMoment.Span[index]) + ((1 - settings.Beta2) * gradient * gradient));
            var decay = decayMask.IsNull || decayMask.Span[index] != 0 ? settings.WeightDecay : 0;
            var value = values.Span[index] * (1 - ((double)settings.LearningRate * decay));
            var root = Math.Sqrt(second / (1 - Math.Pow(settings.Beta2, settings.Step))) + settings.Epsilon;
            values.Span[index] = (float)(value - (settings.LearningRate * first / (1 - Math.Pow(settings.Beta1, settings.Step)) / root));
        }
    }

    private static void AddTo(Tensor target, double[] sums)
    {
        for (var index = 0; index < sums.Length; index++) target.Span[index] += (float)sums[index];
    }

    /// <summary>Where an element of a broadcast result comes from.</summary>
    private static int Source(int index, Shape whole, Shape part)
    {
        int source = 0, step = 1;
        for (var back = 1; back <= part.Rank; back++)
        {
            var place = index % whole[-back];
            index /= whole[-back];
            if (part[-back] != 1) source += place * step;
            step *= part[-back];
        }

        return source;
    }

    private static Shape Leading(Shape shape)
    {
        var dims = new int[shape.Rank - 2];
        for (var axis = 0; axis < dims.Length; axis++) dims[axis] = shape[axis];
        return new Shape(dims);
    }

    private static Shape LeadingBroadcast(Shape a, Shape b)
    {
        var dims = new int[Math.Max(a.Rank, b.Rank)];
        for (var back = 1; back <= dims.Length; back++) dims[^back] = Math.Max(back <= a.Rank ? a[-back] : 1, back <= b.Rank ? b[-back] : 1);
        return new Shape(dims);
    }
}
