namespace Orrery.Planning.Surprise;

/// <summary>
/// Conformal bounds for a stream that drifts: after every score the level moves by gamma (alpha - missed), so that the share of
/// scores above the bound comes back to alpha whatever the stream does. Over T scores that share differs from alpha by at most
/// (max(alpha, 1 - alpha) + gamma) / (gamma T). The scores that the bound is taken from are the last ones seen.
/// </summary>
/// <remarks>Gibbs and Candès, Adaptive Conformal Inference Under Distribution Shift, 2021. Allocates nothing after construction.</remarks>
public sealed class AdaptiveConformal
{
    private readonly double[] _sorted;
    private readonly double[] _recent;
    private readonly decimal _gamma;
    private int _oldest;

    /// <summary>Begins with scores of normal operation.</summary>
    /// <param name="scores">[n] scores, at least 1, the newest last; n of them are kept from then on.</param>
    /// <param name="alpha">The share of scores above the bound that is aimed at, above 0 and below 1.</param>
    /// <param name="gamma">How fast the level moves, above 0; 0.005 is the paper's.</param>
    public AdaptiveConformal(ReadOnlySpan<double> scores, decimal alpha, decimal gamma = 0.005m)
    {
        SplitConformal.CheckLevel(alpha);
        if (gamma <= 0m || gamma > 1m)
            throw new ArgumentOutOfRangeException(nameof(gamma), gamma, "AdaptiveConformal: gamma must be above 0 and at most 1.");
        if (scores.IsEmpty)
            throw new ArgumentException("AdaptiveConformal: no score came; at least one is needed to begin with.", nameof(scores));
        _sorted = new SplitConformal(scores).Scores.ToArray();
        _recent = scores.ToArray();
        _gamma = gamma;
        Target = alpha;
        Level = alpha;
    }

    /// <summary>The share of scores above the bound that is aimed at.</summary>
    public decimal Target { get; }

    /// <summary>The level in use; below 0 the bound is +inf, above 1 it is -inf.</summary>
    public decimal Level { get; private set; }

    /// <summary>Scores that came.</summary>
    public long Count { get; private set; }

    /// <summary>Scores that lay above their bound.</summary>
    public long Missed { get; private set; }

    /// <summary>The bound for the next score.</summary>
    public double Bound
    {
        get
        {
            if (Level <= 0m)
                return double.PositiveInfinity;
            if (Level >= 1m)
                return double.NegativeInfinity;
            long rank = SplitConformal.Rank(_sorted.Length, Level);
            return rank > _sorted.Length ? double.PositiveInfinity : _sorted[rank - 1];
        }
    }

    /// <summary>Takes the next score; returns whether it lay above its bound.</summary>
    /// <param name="score">The score; NaN counts as above every bound and is not kept.</param>
    public bool Update(double score)
    {
        bool missed = !(score <= Bound);
        Count++;
        Missed += missed ? 1 : 0;
        Level += _gamma * (Target - (missed ? 1m : 0m));
        if (!double.IsNaN(score))
            Replace(score);
        return missed;
    }

    /// <summary>Puts the score where the oldest was, and keeps the sorted copy sorted.</summary>
    private void Replace(double score)
    {
        int place = Array.BinarySearch(_sorted, _recent[_oldest]);
        _recent[_oldest] = score;
        _oldest = (_oldest + 1) % _recent.Length;
        while (place > 0 && _sorted[place - 1] > score)
        {
            _sorted[place] = _sorted[place - 1];
            place--;
        }

        while (place < _sorted.Length - 1 && _sorted[place + 1] < score)
        {
            _sorted[place] = _sorted[place + 1];
            place++;
        }

        _sorted[place] = score;
    }
}
