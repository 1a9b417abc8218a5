using Orrery.Planning.Surprise;

namespace Orrery.Evaluation.Intervals;

/// <param name="First">Place of the first predicted row.</param>
/// <param name="Score">How far off the prediction was.</param>
internal readonly record struct ScoredWindow(int First, double Score);

/// <summary>Counts what lies inside its interval.</summary>
internal sealed class CoverageTally
{
    /// <summary>
    /// How fast an adaptive level moves. Four times that of Gibbs and Candès, whose streams have thousands of outcomes: held-out
    /// parts of logs have hundreds.
    /// </summary>
    public const decimal Speed = 0.02m;

    private long _inside;
    private long _count;
    private long _bounded;
    private double _widths;

    /// <summary>Share inside; not a number when nothing was measured.</summary>
    public double Coverage => _count == 0 ? double.NaN : (double)_inside / _count;

    /// <summary>Mean width of the intervals that end; not a number when none does.</summary>
    public double Width => _bounded == 0 ? double.NaN : _widths / _bounded;

    /// <summary>Share of the intervals that do not end.</summary>
    public double Unbounded => _count == 0 ? 0 : 1 - ((double)_bounded / _count);

    /// <summary>Calibrates on some windows and counts others.</summary>
    /// <param name="calibrating">In the order of time.</param>
    /// <param name="measured">In the order of time.</param>
    /// <param name="alpha">Share that may lie outside.</param>
    /// <param name="method">Whether the interval adapts.</param>
    /// <param name="steps">Rows until the outcome of a window is known.</param>
    public void Measure(ScoredWindow[] calibrating, ScoredWindow[] measured, decimal alpha, IntervalMethod method, int steps)
    {
        double[] scores = [.. calibrating.Select(window => window.Score)];
        if (scores.Length == 0)
            return;
        decimal corrected = EffectiveCount.Correct(alpha, scores);
        if (method != IntervalMethod.Adaptive)
        {
            double bound = new SplitConformal(scores).Bound(corrected);
            foreach (ScoredWindow window in measured)
                Count(window.Score, bound);
            return;
        }

        AdaptiveConformal adaptive = new(scores, corrected, Speed);
        int known = 0;
        foreach (ScoredWindow window in measured)
        {
            for (; measured[known].First + steps <= window.First; known++)
                adaptive.Update(measured[known].Score);
            Count(window.Score, adaptive.Bound);
        }
    }

    /// <summary>Adds what another has counted.</summary>
    public void Add(CoverageTally other)
    {
        _inside += other._inside;
        _count += other._count;
        _bounded += other._bounded;
        _widths += other._widths;
    }

    private void Count(double score, double bound)
    {
        _count++;
        _inside += score <= bound ? 1 : 0;
        if (!double.IsFinite(bound))
            return;
        _bounded++;
        _widths += 2 * bound;
    }
}
