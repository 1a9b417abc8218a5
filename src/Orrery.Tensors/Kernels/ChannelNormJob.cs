namespace Orrery.Tensors.Kernels;

/// <summary>Norms whose gain and bias belong to channels of x [B, C, ...]: per sample and group, or per channel over the batch.</summary>
internal unsafe struct ChannelNormJob
{
    /// <summary>Channels of a batch norm that one chunk computes: a vector's worth, for x [B, C] is read across.</summary>
    public const int ChannelChunk = 16;

    public float* X;
    public float* Gain;
    public float* Bias;
    public float* Y;
    public float* Mean;

    /// <summary>1 / deviation for group norms, the variance for batch norms.</summary>
    public float* Inverse;
    public float* DY;
    public float* DX;
    public float* DGain;
    public float* DBias;
    public float* Partials;
    public int Batch;
    public int Channels;
    public int Groups;
    public int Inner;
    public int Chunk;
    public float Epsilon;

    public readonly int Chunks => Partition.Chunks(Batch, Chunk);

    public static void Group(void* data, int chunk, float* scratch)
    {
        ChannelNormJob* job = (ChannelNormJob*)data;
        int perGroup = job->Channels / job->Groups, count = perGroup * job->Inner;
        (int start, int length) = Partition.Range(chunk, job->Chunk, job->Batch);
        for (int row = start * job->Groups; row < (start + length) * job->Groups; row++)
        {
            float* x = job->X + ((long)row * count);
            float mean = NormKernel.Mean(x, count, out float rest);
            float inverse = (float)(1 / Math.Sqrt(NormKernel.Variance(x, mean, rest, count) + job->Epsilon));
            job->Mean[row] = mean;
            job->Inverse[row] = inverse;
            for (int index = 0; index < perGroup; index++)
            {
                int channel = (row % job->Groups * perGroup) + index;
                NormKernel.ApplyScalar(
                    x + ((long)index * job->Inner), mean, rest, inverse * GainOf(job, channel), job->Bias == null ? 0 : job->Bias[channel],
                    job->Y + ((long)row * count) + ((long)index * job->Inner), job->Inner);
            }
        }
    }

    public static void GroupGradient(void* data, int chunk, float* scratch)
    {
        ChannelNormJob* job = (ChannelNormJob*)data;
        float* dGain = job->Partials + (2L * chunk * job->Channels);
        float* dBias = dGain + job->Channels;
        new Span<float>(dGain, 2 * job->Channels).Clear();
        int perGroup = job->Channels / job->Groups, count = perGroup * job->Inner;
        (int start, int length) = Partition.Range(chunk, job->Chunk, job->Batch);
        for (int row = start * job->Groups; row < (start + length) * job->Groups; row++)
        {
            float mean = job->Mean[row], inverse = job->Inverse[row];
            float rest = NormKernel.Rest(job->X + ((long)row * count), mean, inverse, count);
            float total = 0, totalInner = 0;
            for (int index = 0; index < perGroup; index++)
            {
                int channel = (row % job->Groups * perGroup) + index;
                long offset = ((long)row * count) + ((long)index * job->Inner);
                NormKernel.GradientSums(
                    job->X + offset, mean, rest, inverse, null, job->DY + offset, null, null, job->Inner, out float sum, out float inner);
                dGain[channel] += inner;
                dBias[channel] += sum;
                total += sum * GainOf(job, channel);
                totalInner += inner * GainOf(job, channel);
            }

            for (int index = 0; index < perGroup && job->DX != null; index++)
            {
                long offset = ((long)row * count) + ((long)index * job->Inner);
                NormKernel.GradientApply(
                    job->X + offset, mean, rest, inverse, null, GainOf(job, (row % job->Groups * perGroup) + index), job->DY + offset,
                    total / count, totalInner / count, job->DX + offset, job->Inner);
            }
        }
    }

    public static void BatchForward(void* data, int chunk, float* scratch)
    {
        ChannelNormJob* job = (ChannelNormJob*)data;
        (int start, int length) = Partition.Range(chunk, ChannelChunk, job->Channels);
        if (job->Inner == 1)
        {
            ColumnNormKernel.Forward(
                job->X + start, job->Channels, job->Batch, length, job->Epsilon, job->Gain == null ? null : job->Gain + start,
                job->Bias == null ? null : job->Bias + start, job->Y + start, job->Mean + start, job->Inverse + start);
            return;
        }

        for (int channel = start; channel < start + length; channel++)
            Forward(job, channel);
    }

    public static void BatchBackward(void* data, int chunk, float* scratch)
    {
        ChannelNormJob* job = (ChannelNormJob*)data;
        (int start, int length) = Partition.Range(chunk, ChannelChunk, job->Channels);
        if (job->Inner == 1)
        {
            ColumnNormKernel.Backward(
                job->X + start, job->Channels, job->Batch, length, job->Epsilon, job->Gain == null ? null : job->Gain + start,
                job->Mean + start, job->Inverse + start, job->DY + start, job->DX == null ? null : job->DX + start,
                job->DGain == null ? null : job->DGain + start, job->DBias == null ? null : job->DBias + start);
            return;
        }

        for (int channel = start; channel < start + length; channel++)
            Backward(job, channel);
    }

    private static void Forward(ChannelNormJob* job, int channel)
    {
        long count = (long)job->Batch * job->Inner;
        double sum = 0;
        for (int sample = 0; sample < job->Batch; sample++)
            sum += SumKernel.Sum(job->X + Offset(job, sample, channel), job->Inner);
        float rough = (float)(sum / count);
        float mean = NormKernel.Split(rough + (Deviations(job, channel, rough) / count), out float rest);
        double squares = 0;
        for (int sample = 0; sample < job->Batch; sample++)
            squares += SumKernel.SumOfSquaredDeviations(job->X + Offset(job, sample, channel), mean, job->Inner);
        float variance = (float)((squares / count) - ((double)rest * rest));
        job->Mean[channel] = mean;
        job->Inverse[channel] = variance;
        float scale = GainOf(job, channel) / MathF.Sqrt(variance + job->Epsilon);
        for (int sample = 0; sample < job->Batch; sample++)
            NormKernel.ApplyScalar(
                job->X + Offset(job, sample, channel), mean, rest, scale, job->Bias == null ? 0 : job->Bias[channel],
                job->Y + Offset(job, sample, channel), job->Inner);
    }

    private static void Backward(ChannelNormJob* job, int channel)
    {
        long count = (long)job->Batch * job->Inner;
        float mean = job->Mean[channel], inverse = 1 / MathF.Sqrt(job->Inverse[channel] + job->Epsilon), factor = GainOf(job, channel);
        float rest = NormKernel.HasRest(mean, inverse) ? (float)(Deviations(job, channel, mean) / count) : 0;
        double total = 0, totalInner = 0;
        for (int sample = 0; sample < job->Batch; sample++)
        {
            long offset = Offset(job, sample, channel);
            NormKernel.GradientSums(
                job->X + offset, mean, rest, inverse, null, job->DY + offset, null, null, job->Inner, out float sum, out float inner);
            total += sum;
            totalInner += inner;
        }

        if (job->DGain != null)
            job->DGain[channel] += (float)totalInner;
        if (job->DBias != null)
            job->DBias[channel] += (float)total;
        for (int sample = 0; sample < job->Batch && job->DX != null; sample++)
        {
            long offset = Offset(job, sample, channel);
            NormKernel.GradientApply(
                job->X + offset, mean, rest, inverse, null, factor, job->DY + offset,
                (float)(total * factor / count), (float)(totalInner * factor / count), job->DX + offset, job->Inner);
        }
    }

    private static double Deviations(ChannelNormJob* job, int channel, float center)
    {
        double sum = 0;
        for (int sample = 0; sample < job->Batch; sample++)
            sum += SumKernel.SumOfDeviations(job->X + Offset(job, sample, channel), center, job->Inner);
        return sum;
    }

    private static long Offset(ChannelNormJob* job, int sample, int channel) => (((long)sample * job->Channels) + channel) * job->Inner;

    private static float GainOf(ChannelNormJob* job, int channel) => job->Gain == null ? 1 : job->Gain[channel];
}
