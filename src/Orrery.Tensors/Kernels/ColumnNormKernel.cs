namespace Orrery.Tensors.Kernels;

/// <summary>Batch norm of x [B, C] on a few neighbouring columns: rows are read across, sums are kept in double precision.</summary>
internal static unsafe class ColumnNormKernel
{
    public static void Forward(
        float* x, int stride, int rows, int columns, float epsilon, float* gain, float* bias, float* y, float* mean, float* variance)
    {
        double* sums = stackalloc double[ChannelNormJob.ChannelChunk];
        float* scale = stackalloc float[2 * ChannelNormJob.ChannelChunk];
        float* rest = scale + ChannelNormJob.ChannelChunk;
        Sum(x, stride, rows, columns, sums);
        for (int column = 0; column < columns; column++)
            mean[column] = NormKernel.Split(sums[column] / rows, out rest[column]);
        new Span<double>(sums, columns).Clear();
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                float deviation = x[((long)row * stride) + column] - mean[column] - rest[column];
                sums[column] += (double)deviation * deviation;
            }
        }

        for (int column = 0; column < columns; column++)
        {
            variance[column] = (float)(sums[column] / rows);
            scale[column] = (gain == null ? 1 : gain[column]) / MathF.Sqrt(variance[column] + epsilon);
        }

        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                long place = ((long)row * stride) + column;
                y[place] = ((x[place] - mean[column] - rest[column]) * scale[column]) + (bias == null ? 0 : bias[column]);
            }
        }
    }

    public static void Backward(
        float* x, int stride, int rows, int columns, float epsilon, float* gain, float* mean, float* variance,
        float* dy, float* dx, float* dGain, float* dBias)
    {
        double* sums = stackalloc double[2 * ChannelNormJob.ChannelChunk];
        float* settings = stackalloc float[5 * ChannelNormJob.ChannelChunk];
        double* inners = sums + ChannelNormJob.ChannelChunk;
        float* inverse = settings, factor = settings + 16, meanSum = settings + 32, meanInner = settings + 48, rest = settings + 64;
        bool hasRest = false;
        for (int column = 0; column < columns; column++)
        {
            inverse[column] = 1 / MathF.Sqrt(variance[column] + epsilon);
            factor[column] = (gain == null ? 1 : gain[column]) * inverse[column];
            hasRest |= NormKernel.HasRest(mean[column], inverse[column]);
        }

        if (hasRest)
            Sum(x, stride, rows, columns, sums);
        for (int column = 0; column < columns; column++)
        {
            rest[column] = hasRest ? (float)((sums[column] / rows) - mean[column]) : 0;
            sums[column] = inners[column] = 0;
        }

        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                long place = ((long)row * stride) + column;
                sums[column] += dy[place];
                inners[column] += (double)dy[place] * ((x[place] - mean[column] - rest[column]) * inverse[column]);
            }
        }

        for (int column = 0; column < columns; column++)
        {
            if (dGain != null)
                dGain[column] += (float)inners[column];
            if (dBias != null)
                dBias[column] += (float)sums[column];
            meanSum[column] = (float)(sums[column] / rows);
            meanInner[column] = (float)(inners[column] / rows);
        }

        for (int row = 0; row < rows && dx != null; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                long place = ((long)row * stride) + column;
                float normal = (x[place] - mean[column] - rest[column]) * inverse[column];
                dx[place] += factor[column] * (dy[place] - meanSum[column] - (normal * meanInner[column]));
            }
        }
    }

    private static void Sum(float* x, int stride, int rows, int columns, double* sums)
    {
        new Span<double>(sums, columns).Clear();
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                sums[column] += x[((long)row * stride) + column];
    }
}
