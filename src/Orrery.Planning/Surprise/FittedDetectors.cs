namespace Orrery.Planning.Surprise;

/// <summary>Signals, detectors, and how often each detector's evidence reaches a height in the rows that they were fitted on.</summary>
internal sealed class FittedDetectors
{
    private const int Folds = 4;
    private const int FewestBatches = 8;
    private const int ShortestBatch = 30;
    private const double StandardErrors = 3;
    public const double CapMargin = 3;

    private readonly ExcursionTail[] _tails;
    private readonly double[] _tolerances;

    private FittedDetectors(SignalModel signals, Detector[] detectors, double[] tolerances, ExcursionTail[] tails, int signalCount)
    {
        _tolerances = tolerances;
        Signals = signals;
        Detectors = detectors;
        _tails = tails;
        SignalCount = signalCount;
    }

    public SignalModel Signals { get; }

    public Detector[] Detectors { get; }

    public int SignalCount { get; }

    /// <summary>
    /// Fits signals and detectors on all rows, and how far their evidence wanders on rows that they were not fitted on: each of four
    /// blocks is run through what the other three give.
    /// </summary>
    /// <param name="layout">What the errors are.</param>
    /// <param name="rows">Rows of normal operation; one of NaN alone is a gap.</param>
    /// <param name="levels">Receives the highest level of any detector after every row, NaN for a gap.</param>
    /// <param name="leastTolerance">Shift that is no surprise, in standard deviations, however well normal is known.</param>
    public static FittedDetectors Fit(ResidualLayout layout, float[][] rows, double[] levels, double leastTolerance)
    {
        Detector[] detectors = Detector.Of(layout);
        int size = (rows.Length + Folds - 1) / Folds, usable = 0;
        var peaks = new List<double>[detectors.Length];
        for (int index = 0; index < peaks.Length; index++)
            peaks[index] = [];
        var folds = new List<(FittedDetectors Fitted, int First, int End)>();
        for (int first = 0; first < rows.Length; first += size)
        {
            int end = Math.Min(rows.Length, first + size);
            FittedDetectors others = FitSignals(layout, detectors, [rows[..first], rows[end..]], leastTolerance);
            usable += others.CollectPeaks(rows.AsSpan(first, end - first), peaks);
            folds.Add((others, first, end));
        }

        ExcursionTail[] tails = [.. peaks.Select((list, index) => ExcursionTail.Fit(list, Math.Max(1, usable), detectors[index].Tilt))];
        foreach ((FittedDetectors others, int first, int end) in folds)
            others.With(tails).Levels(rows.AsSpan(first, end - first), levels.AsSpan(first, end - first));
        return FitSignals(layout, detectors, [rows], leastTolerance).With(tails);
    }

    private static FittedDetectors FitSignals(ResidualLayout layout, Detector[] detectors, float[][][] blocks, double leastTolerance)
    {
        SignalModel model = SignalModel.Fit(layout, [.. blocks.SelectMany(block => block)]);
        int count = SignalModel.Count(layout);
        double[] tolerances = [.. Tolerances(model, blocks, count).Select(tolerance => Math.Max(tolerance, leastTolerance))];
        return new FittedDetectors(model, detectors, tolerances, [], count);
    }

    private FittedDetectors With(ExcursionTail[] tails) => new(Signals, Detectors, _tolerances, tails, SignalCount);

    /// <summary>Adds every detector's largest sum of every excursion; returns the rows that were no gap.</summary>
    private int CollectPeaks(ReadOnlySpan<float[]> rows, List<double>[] peaks)
    {
        double[] signals = new double[SignalCount], highest = new double[Detectors.Length];
        DetectorBank bank = NewBank();
        int usable = 0;
        foreach (float[] row in rows)
        {
            Signals.Transform(row, signals);
            if (Array.TrueForAll(signals, double.IsNaN))
            {
                bank.Reset();
            }
            else
            {
                usable++;
                bank.Step(signals, 0);
            }

            for (int index = 0; index < Detectors.Length; index++)
                Follow(bank.Sum(index), ref highest[index], peaks[index]);
        }

        for (int index = 0; index < Detectors.Length; index++)
            Follow(0, ref highest[index], peaks[index]);
        return usable;
    }

    /// <summary>Detectors that have seen nothing yet.</summary>
    public DetectorBank NewBank() => new(Detectors, _tolerances);

    /// <summary>The highest level that any detector is at, after every row; NaN for a gap.</summary>
    private void Levels(ReadOnlySpan<float[]> rows, Span<double> levels)
    {
        DetectorBank bank = NewBank();
        double[] signals = new double[SignalCount];
        for (int row = 0; row < rows.Length; row++)
        {
            Signals.Transform(rows[row], signals);
            if (Array.TrueForAll(signals, double.IsNaN))
            {
                bank.Reset();
                levels[row] = double.NaN;
                continue;
            }

            bank.Step(signals, row);
            levels[row] = Highest(bank).Level;
        }
    }

    public (int Detector, double Level) Highest(DetectorBank bank)
    {
        int best = 0;
        double level = double.NegativeInfinity;
        for (int index = 0; index < bank.Count; index++)
        {
            double own = _tails[index].Level(bank.Sum(index));
            if (own > level)
                (best, level) = (index, own);
        }

        return (best, level);
    }

    /// <summary>Keeps evidence near the threshold, so that an alarm ends soon after its cause.</summary>
    public void Cap(DetectorBank bank, double threshold)
    {
        for (int index = 0; index < bank.Count; index++)
            bank.Cap(index, _tails[index].SumAt(threshold + CapMargin));
    }

    /// <summary>Three standard errors of every signal's mean, from the means of batches, as rows that follow each other are no independent witnesses.</summary>
    private static double[] Tolerances(SignalModel model, float[][][] blocks, int count)
    {
        int rows = blocks.Sum(block => block.Length), batch = Math.Max(ShortestBatch, rows / (FewestBatches * 4));
        batch = Math.Min(batch, Math.Max(1, rows / FewestBatches));
        double[] signals = new double[count], sums = new double[count], means = new double[count], squares = new double[count];
        int[] seen = new int[count], batches = new int[count];
        int inBatch = 0;
        foreach (float[] row in blocks.SelectMany(block => block))
        {
            model.Transform(row, signals);
            for (int signal = 0; signal < count; signal++)
            {
                if (double.IsNaN(signals[signal]))
                    continue;
                sums[signal] += signals[signal];
                seen[signal]++;
            }

            if (++inBatch < batch)
                continue;
            inBatch = 0;
            for (int signal = 0; signal < count; signal++)
            {
                if (2 * seen[signal] >= batch)
                {
                    double mean = sums[signal] / seen[signal];
                    means[signal] += mean;
                    squares[signal] += mean * mean;
                    batches[signal]++;
                }

                sums[signal] = 0;
                seen[signal] = 0;
            }
        }

        double[] tolerances = new double[count];
        for (int signal = 0; signal < count; signal++)
        {
            int n = batches[signal];
            double variance = n < 2 ? 1 : Math.Max(0, (squares[signal] - (means[signal] * means[signal] / n)) / (n - 1));
            tolerances[signal] = StandardErrors * Math.Sqrt(variance / Math.Max(1, n));
        }

        return tolerances;
    }

    private static void Follow(double sum, ref double highest, List<double> peaks)
    {
        if (sum > 0)
        {
            highest = Math.Max(highest, sum);
        }
        else if (highest > 0)
        {
            peaks.Add(highest);
            highest = 0;
        }
    }
}
