namespace Orrery.Planning.Surprise;

/// <summary>Which errors of a prediction count.</summary>
public enum ErrorSide
{
    /// <summary>Both: an interval around the prediction.</summary>
    Both,

    /// <summary>The truth above the prediction: a margin for upper limits.</summary>
    Above,

    /// <summary>The truth below the prediction: a margin for lower limits.</summary>
    Below,
}

/// <summary>
/// How far predictions over a horizon are from the truth, at a declared level. The score of a window is its largest error over the
/// horizon, each step's error in units of that step's typical one; so one bound holds for the whole horizon at once: under
/// exchangeability a new window leaves its margins anywhere on the horizon with probability at most alpha.
/// </summary>
/// <remarks>
/// The typical errors come from windows of their own, so that they do not know the windows that are ranked. Windows should not
/// overlap; ones that do are no more evidence than the disjoint ones among them. Immutable and thread-safe.
/// </remarks>
public sealed class HorizonCalibration
{
    /// <summary>Windows below which a share of them is too few to say what a typical error is.</summary>
    private const int FewestForScale = 4;

    /// <summary>Steps within this factor ahead tell each other's typical error.</summary>
    private const double Neighbourhood = 1.5;

    private readonly double[] _scale;
    private readonly double[][] _errors;

    private HorizonCalibration(int horizon, int outputs, double[] scale, double[][] errors)
    {
        Horizon = horizon;
        Outputs = outputs;
        _scale = scale;
        _errors = errors;
    }

    /// <summary>H.</summary>
    public int Horizon { get; }

    /// <summary>O.</summary>
    public int Outputs { get; }

    /// <summary>Windows that are ranked, n.</summary>
    public int Windows => _errors.Length;

    /// <summary>Calibrates on windows that the model has not seen.</summary>
    /// <param name="predictions">[W, H, O] in physical units.</param>
    /// <param name="truths">[W, H, O]; a window with NaN is left out.</param>
    /// <param name="horizon">H.</param>
    /// <param name="outputs">O.</param>
    /// <param name="scaleShare">Share of the windows that tell the typical error of each step, evenly spread over all; the others are ranked.</param>
    /// <exception cref="ArgumentException">The spans do not hold the same number of whole windows, or fewer than 5 usable ones.</exception>
    public static HorizonCalibration From(
        ReadOnlySpan<float> predictions, ReadOnlySpan<float> truths, int horizon, int outputs, double scaleShare = 0.25)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        if (!(scaleShare > 0 && scaleShare < 1))
            throw new ArgumentOutOfRangeException(nameof(scaleShare), scaleShare, "HorizonCalibration: the share must be above 0 and below 1.");
        int size = horizon * outputs;
        if (predictions.Length != truths.Length || predictions.Length % size != 0)
            throw new ArgumentException(
                $"HorizonCalibration: {predictions.Length} predictions and {truths.Length} true values came; both must be the same number of windows of {horizon} x {outputs}.",
                nameof(truths));
        var errors = new List<double[]>();
        for (int start = 0; start < predictions.Length; start += size)
        {
            double[] window = new double[size];
            bool whole = true;
            for (int place = 0; place < size; place++)
            {
                window[place] = (double)truths[start + place] - predictions[start + place];
                whole &= double.IsFinite(window[place]);
            }

            if (whole)
                errors.Add(window);
        }

        int forScale = Math.Max(FewestForScale, (int)Math.Round(errors.Count * scaleShare));
        if (errors.Count <= forScale)
            throw new ArgumentException(
                $"HorizonCalibration: {errors.Count} usable windows came; at least {FewestForScale + 1} are needed. Use a longer record or a shorter horizon.", nameof(truths));
        (List<double[]> typical, List<double[]> ranked) = Divide(errors, forScale);
        return new HorizonCalibration(horizon, outputs, Scale(typical, horizon, outputs), [.. ranked]);
    }

    /// <summary>Whether there are windows enough for finite margins at this level.</summary>
    /// <param name="alpha">Above 0 and below 1.</param>
    public bool Supports(decimal alpha) => SplitConformal.Rank(Windows, alpha) <= Windows;

    /// <summary>Margins of one output that hold over the whole horizon at once.</summary>
    /// <param name="output">The output, from 0.</param>
    /// <param name="alpha">Chance that a new window leaves them somewhere, above 0 and below 1.</param>
    /// <param name="side">Which errors count.</param>
    /// <param name="margins">Receives [H] in the output's unit, 0 or more; +inf where <see cref="Supports"/> says no.</param>
    public void Margins(int output, decimal alpha, ErrorSide side, Span<double> margins)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(output);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(output, Outputs);
        if (margins.Length != Horizon)
            throw new ArgumentException($"HorizonCalibration: a span of {margins.Length} came; {Horizon} margins were needed.", nameof(margins));
        double bound = Math.Max(0, Scores(output, output + 1, side).Bound(alpha));
        for (int step = 0; step < Horizon; step++)
            margins[step] = bound * _scale[(step * Outputs) + output];
    }

    /// <summary>Margins of all outputs that hold over the whole horizon and all outputs at once.</summary>
    /// <param name="alpha">Chance that a new window leaves them anywhere, above 0 and below 1.</param>
    /// <param name="side">Which errors count.</param>
    /// <param name="margins">Receives [H, O] in physical units.</param>
    public void JointMargins(decimal alpha, ErrorSide side, Span<double> margins)
    {
        if (margins.Length != Horizon * Outputs)
            throw new ArgumentException($"HorizonCalibration: a span of {margins.Length} came; {Horizon * Outputs} margins were needed.", nameof(margins));
        double bound = Math.Max(0, Scores(0, Outputs, side).Bound(alpha));
        for (int place = 0; place < margins.Length; place++)
            margins[place] = bound * _scale[place];
    }

    /// <summary>The scores of the ranked windows for outputs from <paramref name="first"/> up to, not including, <paramref name="end"/>.</summary>
    private SplitConformal Scores(int first, int end, ErrorSide side)
    {
        double[] scores = new double[_errors.Length];
        for (int window = 0; window < scores.Length; window++)
        {
            double largest = double.NegativeInfinity;
            for (int step = 0; step < Horizon; step++)
                for (int output = first; output < end; output++)
                {
                    int place = (step * Outputs) + output;
                    double error = _errors[window][place] / _scale[place];
                    largest = Math.Max(largest, side switch { ErrorSide.Above => error, ErrorSide.Below => -error, _ => Math.Abs(error) });
                }

            scores[window] = largest;
        }

        return new SplitConformal(scores);
    }

    private static (List<double[]> Typical, List<double[]> Ranked) Divide(List<double[]> errors, int forScale)
    {
        var typical = new List<double[]>();
        var ranked = new List<double[]>();
        for (int window = 0; window < errors.Count; window++)
        {
            bool taken = (long)(window + 1) * forScale / errors.Count > (long)window * forScale / errors.Count;
            (taken ? typical : ranked).Add(errors[window]);
        }

        return (typical, ranked);
    }

    /// <summary>
    /// Root mean square error per step and output, over neighbouring steps too: few windows tell one step's error badly, and errors of
    /// steps that are about as far ahead are alike. Where all were exact there is a little, so that dividing is possible.
    /// </summary>
    private static double[] Scale(List<double[]> errors, int horizon, int outputs)
    {
        double[] scale = new double[horizon * outputs], sums = new double[horizon + 1];
        for (int output = 0; output < outputs; output++)
        {
            for (int step = 0; step < horizon; step++)
                sums[step + 1] = sums[step] + errors.Sum(window => window[(step * outputs) + output] * window[(step * outputs) + output]);
            for (int step = 0; step < horizon; step++)
            {
                int first = (int)((step + 1) / Neighbourhood) - 1, end = Math.Min(horizon, (int)Math.Ceiling((step + 1) * Neighbourhood));
                first = Math.Max(0, first);
                scale[(step * outputs) + output] = Math.Sqrt(Math.Max(0, sums[end] - sums[first]) / (errors.Count * (end - first)));
            }
        }

        double largest = scale.Max();
        double least = largest > 0 ? largest * 1e-9 : 1;
        for (int place = 0; place < scale.Length; place++)
            scale[place] = Math.Max(scale[place], least);
        return scale;
    }
}
