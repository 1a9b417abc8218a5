namespace Orrery.Evaluation.Statistics;

/// <summary>
/// A confidence interval for a success rate, after E. B. Wilson, "Probable inference, the law of succession, and
/// statistical inference", Journal of the American Statistical Association 22 (1927), pages 209 to 212.
/// Unlike the textbook interval it stays inside [0, 1] and does not shrink to nothing at 0 or n successes.
/// </summary>
/// <param name="Low">Lower end, in [0, 1].</param>
/// <param name="High">Upper end, in [0, 1].</param>
public readonly record struct WilsonInterval(double Low, double High)
{
    /// <summary>The normal quantile of a two-sided 95 % interval.</summary>
    public const double NinetyFivePercent = 1.959963984540054;

    /// <summary>The interval of <paramref name="successes"/> in <paramref name="trials"/>; [0, 1] when there were no trials.</summary>
    /// <param name="successes">How many trials succeeded, 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">How many trials were made, 0 or more.</param>
    /// <param name="quantile">The normal quantile; 1.96 for 95 %.</param>
    /// <exception cref="ArgumentOutOfRangeException">The counts do not fit together or the quantile is not positive.</exception>
    public static WilsonInterval Of(int successes, int trials, double quantile = NinetyFivePercent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quantile);
        if (trials == 0)
            return new WilsonInterval(0, 1);

        double n = trials;
        double rate = successes / n;
        double squared = quantile * quantile;
        double centre = (rate + (squared / (2 * n))) / (1 + (squared / n));
        double half = quantile / (1 + (squared / n))
            * Math.Sqrt((rate * (1 - rate) / n) + (squared / (4 * n * n)));
        // At the ends the exact bounds are 0 and 1; rounding would leave 1e-17 of dirt there.
        double low = successes == 0 ? 0 : Math.Max(0, centre - half);
        double high = successes == trials ? 1 : Math.Min(1, centre + half);
        return new WilsonInterval(low, high);
    }
}
