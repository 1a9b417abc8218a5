using System.Globalization;

namespace Orrery.Planning.Surprise;

/// <summary>
/// Split conformal prediction: what the scores of n rows of normal operation say about a new one. If the new score is
/// exchangeable with them, it exceeds <see cref="Bound(decimal)"/> at level alpha with probability at most alpha, whatever the
/// scores' distribution. Rows that follow each other are not quite exchangeable; where that matters (alarms over days) the
/// statistic itself is calibrated, which <c>orrery watch</c> does.
/// </summary>
/// <remarks>Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World (2005); Lei et al. 2018. Immutable and thread-safe.</remarks>
public sealed class SplitConformal
{
    private readonly double[] _sorted;

    /// <summary>Takes the scores; they are copied and sorted.</summary>
    /// <param name="scores">[n] scores of held-out normal operation, larger for stranger; +inf is allowed, NaN is not.</param>
    /// <exception cref="ArgumentException">A score is no number.</exception>
    public SplitConformal(ReadOnlySpan<double> scores)
    {
        _sorted = scores.ToArray();
        int bad = Array.FindIndex(_sorted, double.IsNaN);
        if (bad >= 0)
            throw new ArgumentException($"SplitConformal: score {bad} of {_sorted.Length} is NaN; leave rows without a prediction error out.", nameof(scores));
        Array.Sort(_sorted);
    }

    /// <summary>n.</summary>
    public int Count => _sorted.Length;

    /// <summary>The scores in ascending order.</summary>
    public ReadOnlySpan<double> Scores => _sorted;

    /// <summary>
    /// ceil((n + 1)(1 - alpha)) as an exact fraction of the decimal alpha: in binary 100 (1 - 0.44) would round up to 57. Rank
    /// n + 1 means that no score bounds a new one at this level.
    /// </summary>
    /// <param name="count">n, 0 or more.</param>
    /// <param name="alpha">Above 0 and below 1.</param>
    public static long Rank(int count, decimal alpha)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        CheckLevel(alpha);
        return (long)decimal.Ceiling((count + 1m) * (1m - alpha));
    }

    /// <summary>Scores that a finite bound needs: the least n with n >= 1 / alpha - 1.</summary>
    /// <param name="alpha">Above 0 and below 1.</param>
    public static long Needed(decimal alpha)
    {
        CheckLevel(alpha);
        decimal needed = decimal.Ceiling((1m / alpha) - 1m);
        // The quotient is rounded in its 28th digit; the product decides.
        if ((needed + 1m) * alpha < 1m)
            needed++;
        else if (needed >= 1m && needed * alpha >= 1m)
            needed--;
        return needed > long.MaxValue ? long.MaxValue : (long)needed;
    }

    /// <summary>The decimal that a binary number was written as: 0.44, not 0.440000000000000002.</summary>
    /// <param name="alpha">Above 0 and below 1.</param>
    public static decimal Level(double alpha)
    {
        if (!(alpha > 0 && alpha < 1))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "SplitConformal: a level must be above 0 and below 1, such as 0.05.");
        return decimal.Parse(alpha.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>Whether there are scores enough for a finite bound at this level.</summary>
    public bool Supports(decimal alpha) => Rank(Count, alpha) <= Count;

    /// <summary>The score of rank ceil((n + 1)(1 - alpha)), which a new one exceeds with probability at most alpha; +inf when there are too few.</summary>
    /// <param name="alpha">Above 0 and below 1.</param>
    public double Bound(decimal alpha)
    {
        long rank = Rank(Count, alpha);
        return rank <= Count ? _sorted[rank - 1] : double.PositiveInfinity;
    }

    /// <inheritdoc cref="Bound(decimal)"/>
    public double Bound(double alpha) => Bound(Level(alpha));

    /// <summary>
    /// (1 + scores as large or larger) / (n + 1): under exchangeability at most alpha with probability at most alpha, for every alpha.
    /// NaN counts as the strangest of all.
    /// </summary>
    public double PValue(double score)
    {
        if (double.IsNaN(score))
            return 1.0 / (Count + 1);
        return (1.0 + (Count - Below(score))) / (Count + 1);
    }

    /// <summary>
    /// (larger scores + u (1 + equal scores)) / (n + 1): exactly uniform under exchangeability when <paramref name="uniform"/> is.
    /// A uniform of 0.5 gives the mid-p-value, which needs no random number.
    /// </summary>
    /// <param name="score">The new score.</param>
    /// <param name="uniform">Breaks ties, 0 to 1.</param>
    public double SmoothedPValue(double score, double uniform)
    {
        if (!(uniform >= 0 && uniform <= 1))
            throw new ArgumentOutOfRangeException(nameof(uniform), uniform, "SplitConformal: the tie-breaking number must be from 0 to 1.");
        if (double.IsNaN(score))
            return uniform / (Count + 1);
        int below = Below(score), notAbove = NotAbove(score);
        return (Count - notAbove + (uniform * (1 + notAbove - below))) / (Count + 1);
    }

    /// <summary>Scores below <paramref name="score"/>.</summary>
    private int Below(double score)
    {
        int low = 0, high = _sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_sorted[middle] < score)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>Scores at or below <paramref name="score"/>.</summary>
    private int NotAbove(double score)
    {
        int low = 0, high = _sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_sorted[middle] <= score)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    internal static void CheckLevel(decimal alpha)
    {
        if (alpha <= 0m || alpha >= 1m)
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "SplitConformal: a level must be above 0 and below 1, such as 0.05.");
    }
}
