using Orrery.Tensors.Kernels;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    // Rows of the second matrix that one chunk of an integer product takes, so that they stay in the cache.
    private const int Int8Columns = 32;

    /// <inheritdoc/>
    public override void Quantize(Tensor x, Tensor scale, float low, float high, Tensor y)
    {
        float* numbers = x.For("Quantize", "x"), rounded = y.For("Quantize", "y");
        Check.SameShape("Quantize", "x", x, "y", y);
        Check.SameOrApart("Quantize", "y", y, x);
        Check.Apart("Quantize", "y", y, scale);
        RowJob job = CreateRows("Quantize", x.Shape, scale);
        job.X = numbers;
        job.Y = rounded;
        job.Low = low;
        job.High = high;
        _pool.Run(&RowJob.Round, &job, job.Chunks);
    }

    /// <inheritdoc/>
    public override void Quantize(Tensor x, Tensor scale, ByteTensor y)
    {
        float* numbers = x.For("Quantize", "x");
        byte* bytes = y.For("Quantize", "y");
        Check.That(x.Shape == y.Shape, $"Quantize: x {x.Shape} and y {y.Shape} must have the same shape.");
        RowJob job = CreateRows("Quantize", x.Shape, scale);
        job.X = numbers;
        job.Bytes = (sbyte*)bytes;
        _pool.Run(&RowJob.Pack, &job, job.Chunks);
    }

    /// <inheritdoc/>
    public override void Dequantize(ByteTensor x, Tensor scale, Tensor y)
    {
        byte* bytes = x.For("Dequantize", "x");
        float* numbers = y.For("Dequantize", "y");
        Check.That(x.Shape == y.Shape, $"Dequantize: x {x.Shape} and y {y.Shape} must have the same shape.");
        Check.Apart("Dequantize", "y", y, scale);
        RowJob job = CreateRows("Dequantize", x.Shape, scale);
        job.Y = numbers;
        job.Bytes = (sbyte*)bytes;
        _pool.Run(&RowJob.Unpack, &job, job.Chunks);
    }

    /// <inheritdoc/>
    public override void MatMulInt8(ByteTensor a, Tensor scaleA, ByteTensor b, Tensor scaleB, Tensor bias, Tensor y)
    {
        byte* left = a.For("MatMulInt8", "a"), right = b.For("MatMulInt8", "b");
        float* result = y.For("MatMulInt8", "y");
        Check.Rank("MatMulInt8", "a", a.Shape, 2, "[M, K]");
        Check.Rank("MatMulInt8", "b", b.Shape, 2, "[N, K]");
        int rows = a.Shape[0], columns = b.Shape[0], length = a.Shape[1];
        Check.That(b.Shape[1] == length, $"MatMulInt8: a {a.Shape} has rows of {length} but b {b.Shape} has rows of {b.Shape[1]}; they must be equal.");
        Check.That(length <= Int8Kernel.LongestRow, $"MatMulInt8: rows of {length} may overflow; at most {Int8Kernel.LongestRow} are possible.");
        Check.That(y.Shape == new Shape(rows, columns), $"MatMulInt8: a {a.Shape} times b {b.Shape} transposed is not y {y.Shape}.");
        Check.Holds("MatMulInt8", "scaleA", scaleA, rows, "one per row of a");
        Check.Holds("MatMulInt8", "scaleB", scaleB, columns, "one per row of b");
        Check.Holds("MatMulInt8", "bias", bias, columns, "one per row of b");
        Check.Apart("MatMulInt8", "y", y, scaleA, scaleB, bias);
        Int8Job job = new()
        {
            A = (sbyte*)left,
            B = (sbyte*)right,
            ScaleA = scaleA.For("MatMulInt8", "scaleA"),
            ScaleB = scaleB.For("MatMulInt8", "scaleB"),
            Bias = bias.ForOptional("MatMulInt8", "bias"),
            Y = result,
            Rows = rows,
            Columns = columns,
            Length = length,
        };
        _pool.Run(&Int8Job.Run, &job, Partition.Chunks(columns, Int8Columns));
    }

    private static RowJob CreateRows(string operation, Shape shape, in Tensor scale)
    {
        float* scales = scale.For(operation, "scale");
        int rows = scale.Count;
        Check.That(rows > 0 && shape.Count % rows == 0, $"{operation}: the {shape.Count} numbers of {shape} do not fall to the scales {scale.Shape} in equal parts.");
        int length = shape.Count / rows;
        return new RowJob { Scale = scales, Rows = rows, Length = length, Chunk = Partition.RowsPerChunk(rows, length, CheapChunk) };
    }

    private struct RowJob
    {
        public float* X;
        public float* Y;
        public sbyte* Bytes;
        public float* Scale;
        public int Rows;
        public int Length;
        public int Chunk;
        public float Low;
        public float High;

        public readonly int Chunks => Partition.Chunks(Rows, Chunk);

        public static void Round(void* data, int chunk, float* scratch)
        {
            RowJob* job = (RowJob*)data;
            (int start, int count) = Partition.Range(chunk, job->Chunk, job->Rows);
            for (long row = start; row < start + count; row++)
                Int8Kernel.Round(job->X + (row * job->Length), job->Scale[row], job->Low, job->High, job->Y + (row * job->Length), job->Length);
        }

        public static void Pack(void* data, int chunk, float* scratch)
        {
            RowJob* job = (RowJob*)data;
            (int start, int count) = Partition.Range(chunk, job->Chunk, job->Rows);
            for (long row = start; row < start + count; row++)
                Int8Kernel.Pack(job->X + (row * job->Length), job->Scale[row], job->Bytes + (row * job->Length), job->Length);
        }

        public static void Unpack(void* data, int chunk, float* scratch)
        {
            RowJob* job = (RowJob*)data;
            (int start, int count) = Partition.Range(chunk, job->Chunk, job->Rows);
            for (long row = start; row < start + count; row++)
                Int8Kernel.Unpack(job->Bytes + (row * job->Length), job->Scale[row], job->Y + (row * job->Length), job->Length);
        }
    }

    private struct Int8Job
    {
        public sbyte* A;
        public sbyte* B;
        public float* ScaleA;
        public float* ScaleB;
        public float* Bias;
        public float* Y;
        public int Rows;
        public int Columns;
        public int Length;

        public static void Run(void* data, int chunk, float* scratch)
        {
            Int8Job* job = (Int8Job*)data;
            (int start, int count) = Partition.Range(chunk, Int8Columns, job->Columns);
            for (int row = 0; row < job->Rows; row++)
            {
                for (int column = start; column < start + count; column += 2)
                {
                    // The last column of an odd number is computed twice.
                    int next = Math.Min(column + 1, start + count - 1);
                    Int8Kernel.Dot(
                        job->A + ((long)row * job->Length), job->B + ((long)column * job->Length), job->B + ((long)next * job->Length), job->Length,
                        out int first, out int second);
                    Store(job, row, column, first);
                    Store(job, row, next, second);
                }
            }
        }

        private static void Store(Int8Job* job, int row, int column, int sum) =>
            job->Y[((long)row * job->Columns) + column] =
                (sum * job->ScaleA[row] * job->ScaleB[column]) + (job->Bias == null ? 0 : job->Bias[column]);
    }
}
