namespace Orrery.Tensors.Tests.Reference;

internal sealed partial class ScalarBackend
{
    // Gauss-Jordan elimination, which also yields the inverse; the pivots of a positive definite matrix need no exchange.
    public override void LogDeterminant(Tensor a, Tensor y, Tensor inverse)
    {
        var size = a.Shape[-1];
        for (var matrix = 0; matrix < y.Count; matrix++)
        {
            var work = new double[size, 2 * size];
            for (var row = 0; row < size; row++)
            {
                for (var column = 0; column < size; column++) work[row, column] = a.Span[(((matrix * size) + Math.Max(row, column)) * size) + Math.Min(row, column)];
                work[row, size + row] = 1;
            }

            var logarithm = 0.0;
            for (var pivot = 0; pivot < size; pivot++)
            {
                var value = work[pivot, pivot];
                if (value <= 0) throw new ArgumentException($"LogDeterminant: matrix {matrix} of {a.Shape} is not positive definite.");
                logarithm += Math.Log(value);
                for (var column = 0; column < 2 * size; column++) work[pivot, column] /= value;
                for (var row = 0; row < size; row++)
                {
                    var factor = work[row, pivot];
                    for (var column = 0; row != pivot && column < 2 * size; column++) work[row, column] -= factor * work[pivot, column];
                }
            }

            y.Span[matrix] = (float)logarithm;
            for (var index = 0; !inverse.IsNull && index < size * size; index++)
                inverse.Span[(matrix * size * size) + index] = (float)work[index / size, size + (index % size)];
        }
    }

    public override void Quantize(Tensor x, Tensor scale, float low, float high, Tensor y)
    {
        var length = x.Count / scale.Count;
        for (var index = 0; index < x.Count; index++)
            y.Span[index] = Math.Min(Math.Max(MathF.Round(x.Span[index] / scale.Span[index / length]), low), high);
    }

    public override void Quantize(Tensor x, Tensor scale, ByteTensor y)
    {
        var length = x.Count / scale.Count;
        for (var index = 0; index < x.Count; index++)
        {
            var level = MathF.Round(x.Span[index] / scale.Span[index / length]);
            y.Span[index] = float.IsNaN(level) ? (byte)0 : (byte)(sbyte)Math.Clamp(level, -128, 127);
        }
    }

    public override void Dequantize(ByteTensor x, Tensor scale, Tensor y)
    {
        var length = y.Count / scale.Count;
        for (var index = 0; index < y.Count; index++) y.Span[index] = (sbyte)x.Span[index] * scale.Span[index / length];
    }

    public override void MatMulInt8(ByteTensor a, Tensor scaleA, ByteTensor b, Tensor scaleB, Tensor bias, Tensor y)
    {
        var (columns, length) = (b.Shape[0], a.Shape[1]);
        for (var index = 0; index < y.Count; index++)
        {
            var (row, column) = (index / columns, index % columns);
            long sum = 0;
            for (var inner = 0; inner < length; inner++) sum += (sbyte)a.Span[(row * length) + inner] * (sbyte)b.Span[(column * length) + inner];
            y.Span[index] = (float)(((double)sum * scaleA.Span[row] * scaleB.Span[column]) + (bias.IsNull ? 0 : bias.Span[column]));
        }
    }
}
