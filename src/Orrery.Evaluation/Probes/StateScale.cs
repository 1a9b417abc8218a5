namespace Orrery.Evaluation.Probes;

/// <summary>Mean and deviation of each state column over the fitted rows; a column that does not move keeps its unit.</summary>
internal sealed class StateScale
{
    private readonly double[] _mean;
    private readonly double[] _deviation;

    private StateScale(double[] mean, double[] deviation) => (_mean, _deviation) = (mean, deviation);

    public static StateScale Of(ProbeRows rows)
    {
        var mean = new double[rows.StateSize];
        var deviation = new double[rows.StateSize];
        for (int column = 0; column < rows.StateSize; column++)
        {
            double[] values = [.. Enumerable.Range(0, rows.Rows).Select(row => (double)rows.States[(row * rows.StateSize) + column])];
            mean[column] = values.Average();
            double spread = Math.Sqrt(values.Average(value => (value - mean[column]) * (value - mean[column])));
            deviation[column] = spread > 1e-9 ? spread : 1;
        }

        return new StateScale(mean, deviation);
    }

    public double Mean(int column) => _mean[column];

    public void Fill(ProbeRows rows, int row, Span<float> scaled)
    {
        for (int column = 0; column < scaled.Length; column++)
            scaled[column] = (float)((rows.States[(row * rows.StateSize) + column] - _mean[column]) / _deviation[column]);
    }

    public void Restore(ReadOnlySpan<float> scaled, Span<float> states)
    {
        for (int i = 0; i < states.Length; i++)
            states[i] = (float)((scaled[i] * _deviation[i % _mean.Length]) + _mean[i % _mean.Length]);
    }
}
