using MathNet.Numerics;

namespace Orrery.Planning.Surprise;

/// <summary>What a detector listens to: a signal, and how large a shift it bets on.</summary>
/// <param name="Signal">Place among the signals.</param>
/// <param name="Tilt">The shift in standard deviations that it is best at; its sign is the direction. Infinite: it looks at one row alone.</param>
internal readonly record struct Detector(int Signal, double Tilt)
{
    private const double OneRow = double.PositiveInfinity;

    // Each error is watched for slow, medium and sudden shifts of either sign; sizes for silence and for noise; distances for what is large.
    private static readonly double[] Signed = [0.25, 0.75, 2, -0.25, -0.75, -2];
    private static readonly double[] Sizes = [-0.75, 0.5, OneRow];
    private static readonly double[] Joint = [0.4, 1, 3, OneRow];

    public static Detector[] Of(ResidualLayout layout)
    {
        var detectors = new List<Detector>();
        int signed = layout.Size, sizes = signed + layout.Outputs.Count;
        for (int signal = 0; signal < SignalModel.Count(layout); signal++)
        {
            double[] tilts = signal >= sizes ? Joint : layout.JointOnly ? [] : signal >= signed ? Sizes : Signed;
            detectors.AddRange(tilts.Select(tilt => new Detector(signal, tilt)));
        }

        return [.. detectors];
    }
}

/// <summary>
/// One cumulative sum per detector: the logarithm of a bet that pays exp(tilt z - tilt² / 2), begun anew whenever it falls below 1.
/// In normal operation the pay-off has expectation at most 1 for independent rows; what dependence does to it is measured, see
/// <see cref="ExcursionTail"/>. Where normal lies is itself known only to a tolerance; a shift within it pays nothing, or over many
/// rows the slow detectors would find that the calibration was finite.
/// </summary>
internal sealed class DetectorBank(Detector[] detectors, double[] tolerances)
{
    private readonly double[] _sums = new double[detectors.Length];
    private readonly long[] _onsets = new long[detectors.Length];

    public int Count => detectors.Length;

    public Detector this[int detector] => detectors[detector];

    public double Sum(int detector) => _sums[detector];

    /// <summary>The row after the sum was last 0: when what it has seen began.</summary>
    public long Onset(int detector) => _onsets[detector];

    public void Reset() => Array.Clear(_sums);

    public void Step(ReadOnlySpan<double> signals, long row)
    {
        for (int index = 0; index < detectors.Length; index++)
        {
            double signal = signals[detectors[index].Signal], tilt = detectors[index].Tilt;
            if (double.IsNaN(signal))
                continue;
            if (double.IsPositiveInfinity(tilt))
            {
                // No sum: how unlikely this row is by itself.
                _onsets[index] = row;
                _sums[index] = signal > 0 ? -Math.Log(SpecialFunctions.Erfc(signal / Constants.Sqrt2) / 2) : 0;
                continue;
            }

            if (_sums[index] == 0)
                _onsets[index] = row;
            _sums[index] = Math.Max(0, _sums[index] + (tilt * signal) - (tilt * tilt / 2) - (Math.Abs(tilt) * tolerances[detectors[index].Signal]));
        }
    }

    public void Cap(int detector, double most) => _sums[detector] = Math.Min(_sums[detector], most);
}

/// <summary>
/// How often a detector's sum rises above a height in normal operation: measured up to the larger excursions, exponential beyond,
/// which is the law of a bet's logarithm (Ville) with the slope that these rows have.
/// </summary>
internal readonly record struct ExcursionTail(double Start, double Surprise, double MeanExcess)
{
    private const int MostPeaks = 60;
    private const int FewestPeaks = 4;

    /// <summary>Minus the logarithm of the rate per row of excursions that reach <paramref name="sum"/>.</summary>
    public double Level(double sum) => sum >= Start ? Surprise + ((sum - Start) / MeanExcess) : Surprise * sum / Start;

    /// <summary>The sum whose level is <paramref name="level"/>, at or beyond the tail's start.</summary>
    public double SumAt(double level) => Start + (Math.Max(0, level - Surprise) * MeanExcess);

    /// <param name="peaks">The largest sum of every excursion.</param>
    /// <param name="rows">Rows that they were seen in.</param>
    /// <param name="tilt">The detector's tilt.</param>
    public static ExcursionTail Fit(List<double> peaks, int rows, double tilt)
    {
        peaks.Sort();
        int count = Math.Min(MostPeaks, Math.Max(FewestPeaks, peaks.Count / 3));
        if (peaks.Count <= FewestPeaks)
            return new ExcursionTail(Math.Max(1, peaks.Count > 0 ? peaks[^1] : 1), Math.Log(rows), double.IsFinite(tilt) ? Math.Max(1, tilt * tilt) : 1);
        count = Math.Min(count, peaks.Count - 1);
        double start = Math.Max(peaks[^(count + 1)], 1e-6), excess = 0;
        for (int index = 1; index <= count; index++)
            excess += peaks[^index] - start;
        // The mean of few is known to one part in the root of them; the slope errs on the side of silence. Below 1 it would claim more
        // than a fair bet can.
        excess = excess / count * (1 + (1 / Math.Sqrt(count)));
        return new ExcursionTail(start, Math.Log((double)rows / count), Math.Max(excess, 0.7));
    }
}
