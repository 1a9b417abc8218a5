using Orrery.Tensors.Kernels;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void Softmax(Tensor x, Tensor y)
    {
        RowsJob job = CreateRows("Softmax", "x", x, "y", y);
        _pool.Run(&RowsJob.Softmax, &job, job.Chunks);
    }

    /// <inheritdoc/>
    public override void SoftmaxGradient(Tensor y, Tensor dy, Tensor dx)
    {
        RowsJob job = CreateRows("SoftmaxGradient", "y", y, "dx", dx);
        job.DY = dy.For("SoftmaxGradient", "dy");
        Check.SameShape("SoftmaxGradient", "y", y, "dy", dy);
        Check.Apart("SoftmaxGradient", "dx", dx, dy);
        _pool.Run(&RowsJob.SoftmaxGradient, &job, job.Chunks);
    }

    /// <inheritdoc/>
    public override void LogSoftmax(Tensor x, Tensor y)
    {
        RowsJob job = CreateRows("LogSoftmax", "x", x, "y", y);
        _pool.Run(&RowsJob.LogSoftmax, &job, job.Chunks);
    }

    /// <inheritdoc/>
    public override void LogSoftmaxGradient(Tensor y, Tensor dy, Tensor dx)
    {
        RowsJob job = CreateRows("LogSoftmaxGradient", "y", y, "dx", dx);
        job.DY = dy.For("LogSoftmaxGradient", "dy");
        Check.SameShape("LogSoftmaxGradient", "y", y, "dy", dy);
        Check.Apart("LogSoftmaxGradient", "dx", dx, dy);
        _pool.Run(&RowsJob.LogSoftmaxGradient, &job, job.Chunks);
    }

    private static RowsJob CreateRows(string operation, string nameX, in Tensor x, string nameY, in Tensor y)
    {
        RowsJob job = new() { X = x.For(operation, nameX), Y = y.For(operation, nameY) };
        Check.SameShape(operation, nameX, x, nameY, y);
        Check.Apart(operation, nameY, y, x);
        Check.That(x.Shape.Rank > 0, $"{operation}: {nameX} {x.Shape} has no axis to work along.");
        int length = x.Shape[-1];
        int rows = length == 0 ? 0 : x.Count / length;
        job.Rows = rows;
        job.Length = length;
        job.Chunk = Partition.RowsPerChunk(rows, length, DearChunk);
        return job;
    }

    private struct RowsJob
    {
        public float* X;
        public float* Y;
        public float* DY;
        public int Rows;
        public int Length;
        public int Chunk;

        public readonly int Chunks => Partition.Chunks(Rows, Chunk);

        public static void Softmax(void* data, int chunk, float* scratch)
        {
            RowsJob* job = (RowsJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Rows);
            for (long row = start; row < start + length; row++)
                SoftmaxKernel.Softmax(job->X + (row * job->Length), job->Y + (row * job->Length), job->Length);
        }

        public static void LogSoftmax(void* data, int chunk, float* scratch)
        {
            RowsJob* job = (RowsJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Rows);
            for (long row = start; row < start + length; row++)
                SoftmaxKernel.LogSoftmax(job->X + (row * job->Length), job->Y + (row * job->Length), job->Length);
        }

        public static void SoftmaxGradient(void* data, int chunk, float* scratch)
        {
            RowsJob* job = (RowsJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Rows);
            for (long row = start; row < start + length; row++)
            {
                long offset = row * job->Length;
                SoftmaxKernel.SoftmaxGradient(job->X + offset, job->DY + offset, job->Y + offset, job->Length);
            }
        }

        public static void LogSoftmaxGradient(void* data, int chunk, float* scratch)
        {
            RowsJob* job = (RowsJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Rows);
            for (long row = start; row < start + length; row++)
            {
                long offset = row * job->Length;
                SoftmaxKernel.LogSoftmaxGradient(job->X + offset, job->DY + offset, job->Y + offset, job->Length);
            }
        }
    }
}
