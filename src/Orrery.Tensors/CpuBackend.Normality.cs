using System.Numerics;
using Orrery.Tensors.Kernels;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void NormalityStatistic(Tensor x, Tensor y)
    {
        NormalityJob job = CreateNormality("NormalityStatistic", x, y);
        Check.Apart("NormalityStatistic", "y", y, x);
        _pool.Run(&NormalityJob.Forward, &job, job.Chunks, NormalityKernel.ScratchFloats);
    }

    /// <inheritdoc/>
    public override void NormalityStatisticGradient(Tensor x, Tensor dy, Tensor dx)
    {
        NormalityJob job = CreateNormality("NormalityStatisticGradient", x, dy);
        job.DX = dx.For("NormalityStatisticGradient", "dx");
        Check.SameShape("NormalityStatisticGradient", "x", x, "dx", dx);
        Check.Apart("NormalityStatisticGradient", "dx", dx, x, dy);
        _pool.Run(&NormalityJob.Backward, &job, job.Chunks, NormalityKernel.ScratchFloats);
    }

    private static NormalityJob CreateNormality(string operation, in Tensor x, in Tensor y)
    {
        NormalityJob job = new() { X = x.For(operation, "x"), Y = y.For(operation, "the statistic or its gradient") };
        Check.Rank(operation, "x", x.Shape, 3, "[T, B, M]");
        Check.That(
            y.Shape.Rank == 2 && y.Shape[0] == x.Shape[0] && y.Shape[1] == x.Shape[2],
            $"{operation}: x {x.Shape} gives [{x.Shape[0]}, {x.Shape[2]}] but the statistic is {y.Shape}.");
        Check.That(x.Shape[1] > 0 || y.Count == 0, $"{operation}: x {x.Shape} has no draws.");
        job.Times = x.Shape[0];
        job.Rows = x.Shape[1];
        job.Columns = x.Shape[2];
        return job;
    }

    private struct NormalityJob
    {
        public float* X;
        public float* Y;
        public float* DX;
        public int Times;
        public int Rows;
        public int Columns;

        public readonly int Chunks => Times * Blocks;

        private readonly int Blocks => Partition.Chunks(Columns, Vector<float>.Count);

        public static void Forward(void* data, int chunk, float* scratch)
        {
            NormalityJob* job = (NormalityJob*)data;
            int time = chunk / job->Blocks;
            (int start, int length) = Partition.Range(chunk % job->Blocks, Vector<float>.Count, job->Columns);
            NormalityKernel.Statistic(
                job->X + ((long)time * job->Rows * job->Columns) + start, job->Rows, job->Columns, length,
                job->Y + ((long)time * job->Columns) + start, scratch);
        }

        public static void Backward(void* data, int chunk, float* scratch)
        {
            NormalityJob* job = (NormalityJob*)data;
            int time = chunk / job->Blocks;
            (int start, int length) = Partition.Range(chunk % job->Blocks, Vector<float>.Count, job->Columns);
            long offset = ((long)time * job->Rows * job->Columns) + start;
            NormalityKernel.Gradient(
                job->X + offset, job->Rows, job->Columns, length, job->Y + ((long)time * job->Columns) + start, job->DX + offset, scratch);
        }
    }
}
