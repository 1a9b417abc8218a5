using Orrery.Tensors.Kernels;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void LogDeterminant(Tensor a, Tensor y, Tensor inverse)
    {
        float* matrices = a.For("LogDeterminant", "a"), results = y.For("LogDeterminant", "y"), inverses = inverse.ForOptional("LogDeterminant", "inverse");
        Check.That(a.Shape.Rank >= 2 && a.Shape[-1] == a.Shape[-2], $"LogDeterminant: a {a.Shape} must be square on its last two axes.");
        int size = a.Shape[-1], count = a.Shape.CountOf(0, a.Shape.Rank - 2);
        Check.Holds("LogDeterminant", "y", y, count, "one per matrix");
        Check.Holds("LogDeterminant", "inverse", inverse, a.Count, "one per number of a");
        Check.Apart("LogDeterminant", "y", y, a);
        Check.Apart("LogDeterminant", "inverse", inverse, a, y);
        DeterminantJob job = new()
        {
            A = matrices,
            Y = results,
            Inverse = inverses,
            Size = size,
            FirstFailure = long.MaxValue,
        };
        _pool.Run(&DeterminantJob.Run, &job, count, 4L * size * size);
        Check.That(
            job.FirstFailure == long.MaxValue,
            $"LogDeterminant: matrix {job.FirstFailure >> 32} of a {a.Shape} is not positive definite: its first {(int)job.FirstFailure + 1} rows and columns have no positive determinant. Add a multiple of the identity.");
    }

    private struct DeterminantJob
    {
        public float* A;
        public float* Y;
        public float* Inverse;
        public int Size;

        /// <summary>The number of the first matrix that failed in the upper half, the row where it did in the lower.</summary>
        public long FirstFailure;

        public static void Run(void* data, int chunk, float* scratch)
        {
            DeterminantJob* job = (DeterminantJob*)data;
            int size = job->Size;
            long offset = (long)chunk * size * size;
            double* factor = (double*)scratch;
            int failure = CholeskyKernel.Factor(job->A + offset, size, factor);
            if (failure >= 0)
            {
                Report(ref job->FirstFailure, ((long)chunk << 32) + failure);
                return;
            }

            job->Y[chunk] = (float)CholeskyKernel.LogDeterminant(factor, size);
            if (job->Inverse != null)
                CholeskyKernel.Invert(factor, size, factor + ((long)size * size), job->Inverse + offset);
        }

        private static void Report(ref long first, long failure)
        {
            long seen = Volatile.Read(ref first);
            while (failure < seen)
                seen = Interlocked.CompareExchange(ref first, failure, seen) is var found && found == seen ? failure : found;
        }
    }
}
