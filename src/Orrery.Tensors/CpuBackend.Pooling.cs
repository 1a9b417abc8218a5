using Orrery.Tensors.Kernels;
using Orrery.Tensors.Kernels.Convolution;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void MaxPool2d(Tensor x, PoolGeometry geometry, Tensor y, IntTensor indices)
    {
        PoolJob job = CreatePool("MaxPool2d", x, geometry, y);
        Check.Apart("MaxPool2d", "y", y, x);
        Check.That(indices.Shape.Count == y.Count, $"MaxPool2d: indices {indices.Shape} must have the shape of y {y.Shape}.");
        job.Indices = indices.For("MaxPool2d", "indices");
        _pool.Run(&PoolJob.Max, &job, Partition.Chunks(job.Planes, job.Chunk));
    }

    /// <inheritdoc/>
    public override void MaxPool2dGradient(Tensor dy, IntTensor indices, Tensor dx)
    {
        float* gradient = dy.For("MaxPool2dGradient", "dy"), target = dx.For("MaxPool2dGradient", "dx");
        int* places = indices.For("MaxPool2dGradient", "indices");
        Check.Rank("MaxPool2dGradient", "dy", dy.Shape, 4, "[B, C, H', W']");
        Check.Rank("MaxPool2dGradient", "dx", dx.Shape, 4, "[B, C, H, W]");
        Check.That(
            dy.Shape[0] == dx.Shape[0] && dy.Shape[1] == dx.Shape[1] && indices.Shape.Count == dy.Count,
            $"MaxPool2dGradient: dy {dy.Shape}, indices {indices.Shape} and dx {dx.Shape} do not belong together.");
        Check.Apart("MaxPool2dGradient", "dx", dx, dy);
        int cells = dx.Shape[2] * dx.Shape[3];
        Check.That(
            Check.AreBelow(places, indices.Shape.Count, cells, out int wrong),
            $"MaxPool2dGradient: one of the indices {indices.Shape} is {wrong}, but a plane of dx {dx.Shape} has {cells} cells.");
        PoolJob job = new()
        {
            X = target,
            Y = gradient,
            Indices = places,
            Planes = dy.Shape[0] * dy.Shape[1],
            Height = dx.Shape[2],
            Width = dx.Shape[3],
            OutputHeight = dy.Shape[2],
            OutputWidth = dy.Shape[3],
        };
        job.Chunk = Partition.RowsPerChunk(job.Planes, job.Height * job.Width, CheapChunk);
        _pool.Run(&PoolJob.MaxGradient, &job, Partition.Chunks(job.Planes, job.Chunk));
    }

    /// <inheritdoc/>
    public override void AveragePool2d(Tensor x, PoolGeometry geometry, Tensor y)
    {
        PoolJob job = CreatePool("AveragePool2d", x, geometry, y);
        Check.Apart("AveragePool2d", "y", y, x);
        _pool.Run(&PoolJob.Average, &job, Partition.Chunks(job.Planes, job.Chunk));
    }

    /// <inheritdoc/>
    public override void AveragePool2dGradient(Tensor dy, PoolGeometry geometry, Tensor dx)
    {
        PoolJob job = CreatePool("AveragePool2dGradient", dx, geometry, dy);
        Check.Apart("AveragePool2dGradient", "dx", dx, dy);
        _pool.Run(&PoolJob.AverageGradient, &job, Partition.Chunks(job.Planes, job.Chunk));
    }

    private static PoolJob CreatePool(string operation, in Tensor x, PoolGeometry geometry, in Tensor y)
    {
        float* source = x.For(operation, "x"), target = y.For(operation, "y");
        Check.Rank(operation, "x", x.Shape, 4, "[B, C, H, W]");
        Check.Rank(operation, "y", y.Shape, 4, "[B, C, H', W']");
        Check.That(
            geometry.KernelY > 0 && geometry.KernelX > 0 && geometry.StrideY > 0 && geometry.StrideX > 0
            && geometry.PaddingY >= 0 && geometry.PaddingX >= 0 && 2 * geometry.PaddingY <= geometry.KernelY && 2 * geometry.PaddingX <= geometry.KernelX,
            $"{operation}: kernel and stride must be at least 1 and padding at most half the kernel, but came as {geometry}.");
        int height = ConvolutionPlan.Positions(x.Shape[2], geometry.KernelY, geometry.StrideY, geometry.PaddingY);
        int width = ConvolutionPlan.Positions(x.Shape[3], geometry.KernelX, geometry.StrideX, geometry.PaddingX);
        Check.That(
            y.Shape[0] == x.Shape[0] && y.Shape[1] == x.Shape[1] && y.Shape[2] == height && y.Shape[3] == width,
            $"{operation}: x {x.Shape} with {geometry} gives [{x.Shape[0]}, {x.Shape[1]}, {height}, {width}] but y is {y.Shape}.");
        PoolJob job = new()
        {
            X = source,
            Y = target,
            Geometry = geometry,
            Planes = x.Shape[0] * x.Shape[1],
            Height = x.Shape[2],
            Width = x.Shape[3],
            OutputHeight = height,
            OutputWidth = width,
        };
        job.Chunk = Partition.RowsPerChunk(job.Planes, (long)height * width * geometry.KernelY * geometry.KernelX, CheapChunk);
        return job;
    }

    private struct PoolJob
    {
        public PoolGeometry Geometry;
        public float* X;
        public float* Y;
        public int* Indices;
        public int Planes;
        public int Height;
        public int Width;
        public int OutputHeight;
        public int OutputWidth;
        public int Chunk;

        private readonly int OutputCount => OutputHeight * OutputWidth;

        public static void Max(void* data, int chunk, float* scratch)
        {
            PoolJob* job = (PoolJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Planes);
            for (int plane = start; plane < start + length; plane++)
            {
                long output = (long)plane * job->OutputCount;
                PoolKernel.Max(
                    job->Geometry, job->X + ((long)plane * job->Height * job->Width), job->Height, job->Width,
                    job->Y + output, job->Indices + output, job->OutputHeight, job->OutputWidth);
            }
        }

        public static void MaxGradient(void* data, int chunk, float* scratch)
        {
            PoolJob* job = (PoolJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Planes);
            for (int plane = start; plane < start + length; plane++)
            {
                float* target = job->X + ((long)plane * job->Height * job->Width);
                long output = (long)plane * job->OutputCount;
                for (int place = 0; place < job->OutputCount; place++)
                    target[job->Indices[output + place]] += job->Y[output + place];
            }
        }

        public static void Average(void* data, int chunk, float* scratch)
        {
            PoolJob* job = (PoolJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Planes);
            for (int plane = start; plane < start + length; plane++)
                PoolKernel.Average(
                    job->Geometry, job->X + ((long)plane * job->Height * job->Width), job->Height, job->Width,
                    job->Y + ((long)plane * job->OutputCount), job->OutputHeight, job->OutputWidth, gradient: false);
        }

        public static void AverageGradient(void* data, int chunk, float* scratch)
        {
            PoolJob* job = (PoolJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Planes);
            for (int plane = start; plane < start + length; plane++)
                PoolKernel.Average(
                    job->Geometry, job->X + ((long)plane * job->Height * job->Width), job->Height, job->Width,
                    job->Y + ((long)plane * job->OutputCount), job->OutputHeight, job->OutputWidth, gradient: true);
        }
    }
}
