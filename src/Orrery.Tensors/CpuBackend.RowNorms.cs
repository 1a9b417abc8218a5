using Orrery.Tensors.Kernels;

namespace Orrery.Tensors;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void LayerNorm(Tensor x, Tensor gain, Tensor bias, float epsilon, Tensor y, Tensor mean, Tensor inverseDeviation)
    {
        NormJob job = CreateNorm("LayerNorm", x, gain, mean, inverseDeviation);
        job.Y = y.For("LayerNorm", "y");
        Check.SameShape("LayerNorm", "x", x, "y", y);
        Check.Holds("LayerNorm", "bias", bias, job.Length, "one per number of a row");
        Check.Apart("LayerNorm", "y", y, x, gain, bias);
        Check.Apart("LayerNorm", "mean", mean, x, gain, bias, y);
        Check.Apart("LayerNorm", "inverseDeviation", inverseDeviation, x, gain, bias, y);
        Check.Apart("LayerNorm", "inverseDeviation", inverseDeviation, mean);
        job.Bias = bias.ForOptional("LayerNorm", "bias");
        job.Epsilon = epsilon;
        _pool.Run(&NormJob.Layer, &job, job.Chunks);
    }

    /// <inheritdoc/>
    public override void LayerNormGradient(
        Tensor x, Tensor gain, Tensor mean, Tensor inverseDeviation, Tensor dy, Tensor dx, Tensor dGain, Tensor dBias)
    {
        using Lock.Scope turn = _pool.TakeTurn();
        NormJob job = CreateNorm("LayerNormGradient", x, gain, mean, inverseDeviation);
        PrepareGradient("LayerNormGradient", ref job, x, gain, dy, dx, dGain, dBias);
        _pool.Run(&NormJob.LayerGradient, &job, job.Chunks);
        AddPartials(job);
    }

    /// <inheritdoc/>
    public override void RmsNorm(Tensor x, Tensor gain, float epsilon, Tensor y, Tensor inverseRoot)
    {
        NormJob job = CreateNorm("RmsNorm", x, gain, inverseRoot, inverseRoot);
        job.Y = y.For("RmsNorm", "y");
        Check.SameShape("RmsNorm", "x", x, "y", y);
        Check.Apart("RmsNorm", "y", y, x, gain);
        Check.Apart("RmsNorm", "inverseRoot", inverseRoot, x, gain, y);
        job.Epsilon = epsilon;
        _pool.Run(&NormJob.Rms, &job, job.Chunks);
    }

    /// <inheritdoc/>
    public override void RmsNormGradient(Tensor x, Tensor gain, Tensor inverseRoot, Tensor dy, Tensor dx, Tensor dGain)
    {
        using Lock.Scope turn = _pool.TakeTurn();
        NormJob job = CreateNorm("RmsNormGradient", x, gain, inverseRoot, inverseRoot);
        PrepareGradient("RmsNormGradient", ref job, x, gain, dy, dx, dGain, default);
        _pool.Run(&NormJob.RmsGradient, &job, job.Chunks);
        AddPartials(job);
    }

    private static NormJob CreateNorm(string operation, in Tensor x, in Tensor gain, in Tensor mean, in Tensor inverse)
    {
        NormJob job = new()
        {
            X = x.For(operation, "x"),
            Gain = gain.ForOptional(operation, "gain"),
            Mean = mean.For(operation, "the kept mean or deviation"),
            Inverse = inverse.For(operation, "the kept deviation"),
        };
        Check.That(x.Shape.Rank > 0, $"{operation}: x {x.Shape} has no axis to normalise.");
        int length = gain.IsNull ? x.Shape[-1] : gain.Count;
        Check.That(length > 0 && x.Count % length == 0, $"{operation}: x {x.Shape} does not fall into rows of {length} numbers.");
        int rows = x.Count / length;
        Check.Holds(operation, "the kept mean or deviation", mean, rows, "one per row");
        Check.Holds(operation, "the kept mean or deviation", inverse, rows, "one per row");
        job.Rows = rows;
        job.Length = length;
        job.Chunk = Partition.RowsPerChunk(rows, length, DearChunk);
        return job;
    }

    // Each chunk of rows sums the gradients of gain and bias into a piece of its own.
    private void PrepareGradient(
        string operation, ref NormJob job, in Tensor x, in Tensor gain, in Tensor dy, in Tensor dx, in Tensor dGain, in Tensor dBias)
    {
        job.DY = dy.For(operation, "dy");
        Check.SameShape(operation, "x", x, "dy", dy);
        Check.Holds(operation, "dx", dx, x.Count, "one per number of x");
        Check.Holds(operation, "dGain", dGain, job.Length, "one per number of a row");
        Check.Holds(operation, "dBias", dBias, job.Length, "one per number of a row");
        Check.Apart(operation, "dx", dx, x, gain, dy);
        Check.Apart(operation, "dGain", dGain, x, gain, dy);
        Check.Apart(operation, "dBias", dBias, x, gain, dy);
        job.DX = dx.ForOptional(operation, "dx");
        job.DGain = dGain.ForOptional(operation, "dGain");
        job.DBias = dBias.ForOptional(operation, "dBias");
        job.Chunk = Math.Max(job.Chunk, Partition.Chunks(job.Rows, MaximumPartials));
        if (job.DGain != null || job.DBias != null)
            job.Partials = _pool.Shared.Take(2L * job.Chunks * job.Length);
    }

    private static void AddPartials(in NormJob job)
    {
        for (int chunk = 0; chunk < job.Chunks; chunk++)
        {
            float* partial = job.Partials + (2L * chunk * job.Length);
            if (job.DGain != null)
                SumKernel.Add(partial, job.DGain, job.Length);
            if (job.DBias != null)
                SumKernel.Add(partial + job.Length, job.DBias, job.Length);
        }
    }

    private struct NormJob
    {
        public float* X;
        public float* Gain;
        public float* Bias;
        public float* Y;
        public float* Mean;
        public float* Inverse;
        public float* DY;
        public float* DX;
        public float* DGain;
        public float* DBias;
        public float* Partials;
        public int Rows;
        public int Length;
        public int Chunk;
        public float Epsilon;

        public readonly int Chunks => Partition.Chunks(Rows, Chunk);

        public static void Layer(void* data, int chunk, float* scratch)
        {
            NormJob* job = (NormJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Rows);
            for (int row = start; row < start + length; row++)
            {
                float* x = job->X + ((long)row * job->Length);
                float mean = NormKernel.Mean(x, job->Length, out float rest);
                float inverse = (float)(1 / Math.Sqrt(NormKernel.Variance(x, mean, rest, job->Length) + job->Epsilon));
                job->Mean[row] = mean;
                job->Inverse[row] = inverse;
                NormKernel.Apply(x, mean, rest, inverse, job->Gain, job->Bias, job->Y + ((long)row * job->Length), job->Length);
            }
        }

        public static void Rms(void* data, int chunk, float* scratch)
        {
            NormJob* job = (NormJob*)data;
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Rows);
            for (int row = start; row < start + length; row++)
            {
                float* x = job->X + ((long)row * job->Length);
                float inverse = (float)(1 / Math.Sqrt((SumKernel.SumOfSquares(x, job->Length) / job->Length) + job->Epsilon));
                job->Inverse[row] = inverse;
                NormKernel.Apply(x, 0, 0, inverse, job->Gain, null, job->Y + ((long)row * job->Length), job->Length);
            }
        }

        public static void LayerGradient(void* data, int chunk, float* scratch) => Gradient((NormJob*)data, chunk, centred: true);

        public static void RmsGradient(void* data, int chunk, float* scratch) => Gradient((NormJob*)data, chunk, centred: false);

        private static void Gradient(NormJob* job, int chunk, bool centred)
        {
            (int start, int length) = Partition.Range(chunk, job->Chunk, job->Rows);
            float* partial = job->Partials + (2L * chunk * job->Length);
            if (job->Partials != null)
                new Span<float>(partial, 2 * job->Length).Clear();
            float* dGain = job->DGain != null ? partial : null;
            float* dBias = job->DBias != null ? partial + job->Length : null;
            for (int row = start; row < start + length; row++)
            {
                long offset = (long)row * job->Length;
                float mean = centred ? job->Mean[row] : 0, inverse = job->Inverse[row];
                float rest = centred ? NormKernel.Rest(job->X + offset, mean, inverse, job->Length) : 0;
                NormKernel.GradientSums(
                    job->X + offset, mean, rest, inverse, job->Gain, job->DY + offset, dGain, dBias, job->Length, out float sum, out float inner);
                if (job->DX != null)
                    NormKernel.GradientApply(
                        job->X + offset, mean, rest, inverse, job->Gain, 1, job->DY + offset,
                        centred ? sum / job->Length : 0, inner / job->Length, job->DX + offset, job->Length);
            }
        }
    }
}
