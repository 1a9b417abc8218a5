namespace Orrery.Evaluation.Statistics;

/// <summary>
/// Accumulates the error of predictions against the truth in double precision, for one column.
/// NRMSE is RMSE over the population standard deviation of the truth, so that 1 is what predicting the mean would give;
/// R² = 1 - NRMSE².
/// </summary>
public sealed class PredictionError
{
    private double _squared;
    private double _absolute;
    private double _truthMean;
    private double _truthSquares;

    /// <summary>Number of pairs added.</summary>
    public long Count { get; private set; }

    /// <summary>Root mean squared error, in the column's unit; not a number when nothing was added.</summary>
    public double Rmse => Count == 0 ? double.NaN : Math.Sqrt(_squared / Count);

    /// <summary>Mean absolute error, in the column's unit; not a number when nothing was added.</summary>
    public double MeanAbsolute => Count == 0 ? double.NaN : _absolute / Count;

    /// <summary>Population standard deviation of the truth, in the column's unit.</summary>
    public double TruthStandardDeviation => Count == 0 ? double.NaN : Math.Sqrt(Math.Max(0, _truthSquares / Count));

    /// <summary>
    /// RMSE over the truth's standard deviation. A truth that never moves gives 0 for perfect predictions and infinity otherwise.
    /// </summary>
    public double Nrmse => Ratio(Rmse, TruthStandardDeviation);

    /// <summary>The share of the truth's variance that is explained, 1 at best and below 0 when worse than the mean.</summary>
    public double RSquared => 1 - (Nrmse * Nrmse);

    /// <summary>RMSE over a standard deviation, where 0 over 0 counts as 0.</summary>
    /// <param name="rmse">The error.</param>
    /// <param name="standardDeviation">What the error is compared with.</param>
    public static double Ratio(double rmse, double standardDeviation) =>
        rmse == 0 && standardDeviation == 0 ? 0 : rmse / standardDeviation;

    /// <summary>Adds one pair. A truth that is not a number (a missing value) is left out.</summary>
    public void Add(double prediction, double truth)
    {
        if (double.IsNaN(truth))
            return;
        double error = prediction - truth;
        Count++;
        _squared += error * error;
        _absolute += Math.Abs(error);
        // Welford's update: exact enough where the mean is a thousand times the deviation, as in temperatures.
        double delta = truth - _truthMean;
        _truthMean += delta / Count;
        _truthSquares += delta * (truth - _truthMean);
    }

    /// <summary>Adds aligned pairs.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Add(ReadOnlySpan<double> predictions, ReadOnlySpan<double> truth)
    {
        if (predictions.Length != truth.Length)
            throw new ArgumentException(
                $"PredictionError.Add: {predictions.Length} predictions but {truth.Length} true values; they must be equal.",
                nameof(predictions));
        for (int i = 0; i < truth.Length; i++)
            Add(predictions[i], truth[i]);
    }
}
