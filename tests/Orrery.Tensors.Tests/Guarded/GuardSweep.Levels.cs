namespace Orrery.Tensors.Tests.Guarded;

/// <content>Signed bytes and determinants.</content>
internal sealed unsafe partial class GuardSweep
{
    private void Quantize() => EachRow((rows, length) =>
    {
        Tensor x = RandomIn(-200, 200, rows, length), scale = RandomIn(0.5f, 2, rows), y = Random(rows, length), unpacked = Random(rows, length);
        ByteTensor bytes = Bytes(rows, length);
        Case("Quantize", backend =>
        {
            backend.Quantize(x, scale, -100, 100, y);
            backend.Quantize(x, scale, bytes);
            Unpack(bytes, unpacked);
        });
    });

    private void Dequantize() => EachRow((rows, length) =>
    {
        Tensor scale = Random(rows), y = Random(rows, length);
        ByteTensor x = Bytes(rows, length);
        Case("Dequantize", backend => backend.Dequantize(x, scale, y));
    });

    private void MatMulInt8()
    {
        for (int length = 1; length <= 140; length++)
        {
            int rows = 1 + (length % 3), columns = 1 + (length % 35);
            ByteTensor a = Bytes(rows, length), b = Bytes(columns, length);
            Tensor scaleA = Random(rows), scaleB = Random(columns), bias = Maybe(columns), y = Random(rows, columns);
            Case("MatMulInt8", backend => backend.MatMulInt8(a, scaleA, b, scaleB, bias, y));
        }
    }

    private void LogDeterminant()
    {
        for (int size = 1; size <= 40; size++)
        {
            int count = 1 + (size % 3);
            Tensor a = Random(count, size, size), y = Random(count), inverse = Maybe(count, size, size);
            for (int row = 0; row < count * size; row++)
                a.Span[(row * size) + (row % size)] += size;
            Case("LogDeterminant", backend => backend.LogDeterminant(a, y, inverse));
        }
    }

    private ByteTensor Bytes(int rows, int length)
    {
        ByteTensor tensor = new(_arena, (byte*)Place((long)rows * length), _serial, new Shape(rows, length));
        foreach (ref byte number in tensor.Span)
            number = (byte)Next(0, 255);
        return tensor;
    }

    private static void Unpack(ByteTensor bytes, Tensor numbers)
    {
        for (int index = 0; index < numbers.Count; index++)
            numbers.Span[index] = bytes.Span[index];
    }
}
