namespace Orrery.Evaluation.Probes;

/// <summary>Mean and deviation of each latent dimension over the fitted rows; a dimension that does not move becomes 0.</summary>
internal sealed class LatentScale
{
    private readonly double[] _mean;
    private readonly double[] _factor;

    private LatentScale(double[] mean, double[] factor) => (_mean, _factor) = (mean, factor);

    public static LatentScale Of(ProbeRows rows)
    {
        var mean = new double[rows.LatentSize];
        var factor = new double[rows.LatentSize];
        for (int column = 0; column < rows.LatentSize; column++)
        {
            double sum = 0;
            for (int row = 0; row < rows.Rows; row++)
                sum += rows.Latents[(row * rows.LatentSize) + column];
            mean[column] = sum / rows.Rows;
            double squares = 0;
            for (int row = 0; row < rows.Rows; row++)
            {
                double rest = rows.Latents[(row * rows.LatentSize) + column] - mean[column];
                squares += rest * rest;
            }

            double deviation = Math.Sqrt(squares / rows.Rows);
            factor[column] = deviation > 1e-9 ? 1 / deviation : 0;
        }

        return new LatentScale(mean, factor);
    }

    public void Fill(ProbeRows rows, int row, Span<float> scaled)
    {
        for (int column = 0; column < scaled.Length; column++)
            scaled[column] = (float)Apply(rows, row, column);
    }

    public double Apply(ProbeRows rows, int row, int column) =>
        (rows.Latents[(row * rows.LatentSize) + column] - _mean[column]) * _factor[column];
}
