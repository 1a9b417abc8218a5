namespace Orrery.Evaluation.Intervals;

/// <summary>
/// How many independent scores as much evidence are as scores that follow each other in time: n / (1 + 2 sum of their
/// autocorrelations), summed up to the first that is not positive (Geyer, Practical Markov Chain Monte Carlo, 1992).
/// </summary>
internal static class EffectiveCount
{
    // A quotient of decimals is rounded; the largest score must still be the bound.
    private const decimal Rounding = 1e-20m;

    /// <summary>n effective, from 1 to n.</summary>
    /// <param name="scores">In the order of time.</param>
    public static double Of(ReadOnlySpan<double> scores)
    {
        double mean = 0, variance = 0, sum = 0;
        foreach (double score in scores)
            mean += score / scores.Length;
        foreach (double score in scores)
            variance += (score - mean) * (score - mean);
        if (!(variance > 0))
            return scores.Length;
        for (int lag = 1; lag < scores.Length; lag++)
        {
            double product = 0;
            for (int place = lag; place < scores.Length; place++)
                product += (scores[place] - mean) * (scores[place - lag] - mean);
            if (product <= 0)
                break;
            sum += product / variance;
        }

        return Math.Max(1, scores.Length / (1 + (2 * sum)));
    }

    /// <summary>
    /// The level at which the scores' own quantile must be taken, so that a new score lies above it with chance alpha: the (n + 1)(1 - alpha)-th
    /// of n independent scores, at the share of the scores where that is. At least such that the largest score bounds.
    /// </summary>
    /// <param name="alpha">Above 0 and below 1.</param>
    /// <param name="scores">In the order of time, at least 1.</param>
    public static decimal Correct(decimal alpha, ReadOnlySpan<double> scores)
    {
        decimal least = (1m / (scores.Length + 1m)) + Rounding, effective = (decimal)Of(scores);
        return Math.Max(least, alpha - ((1m - alpha) / effective));
    }
}
