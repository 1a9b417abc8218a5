namespace Orrery.Evaluation.Statistics;

/// <summary>Order statistics of unsorted values.</summary>
public static class Quantiles
{
    /// <summary>
    /// The quantile by linear interpolation between order statistics (Hyndman and Fan 1996, type 7). Values that are not
    /// numbers are left out; not a number when nothing is left.
    /// </summary>
    /// <param name="values">Values in any order.</param>
    /// <param name="probability">0 for the minimum, 0.5 for the median, 1 for the maximum.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1].</exception>
    public static double Of(IEnumerable<double> values, double probability)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!(probability >= 0 && probability <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability is from 0 to 1.");
        double[] sorted = [.. values.Where(value => !double.IsNaN(value)).Order()];
        if (sorted.Length == 0)
            return double.NaN;
        double position = probability * (sorted.Length - 1);
        int below = (int)position;
        if (below == sorted.Length - 1 || sorted[below] == sorted[below + 1])
            return sorted[below];
        return sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below]));
    }
}
