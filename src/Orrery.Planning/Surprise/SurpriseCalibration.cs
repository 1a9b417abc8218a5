namespace Orrery.Planning.Surprise;

/// <summary>How surprise is watched for.</summary>
/// <param name="AdaptOver">Rows over which the mean and spread of errors may drift without surprise; 0 takes no drift for normal.</param>
public sealed record SurpriseOptions(int AdaptOver = 0);

/// <summary>
/// What normal operation looks like to a model: the distribution of its prediction errors, how far every detector's evidence wanders
/// when nothing is wrong, and so the threshold for any rate of false alarms. The threshold comes from errors that the detectors were
/// not fitted on: the record is divided into four blocks, and each is run through detectors fitted on the other three.
/// </summary>
public sealed class SurpriseCalibration
{
    /// <summary>Rows with errors below which nothing is promised.</summary>
    public const int FewestRows = 60;

    /// <summary>Drift that a filter runs behind by up to so many standard deviations is no surprise.</summary>
    private const double DriftTolerance = 0.3;

    private const int MostClusters = 50;
    private const int FewestClusters = 3;
    private const int LevelSteps = 200;

    private readonly double[] _levels;
    private readonly List<double> _clusters;
    private readonly double _clusterStart;
    private readonly double _clusterExcess;

    private SurpriseCalibration(ResidualRecord record, SurpriseOptions options, DriftFilter? drift, ErrorWhitener whitener, FittedDetectors fitted, double[] levels)
    {
        Layout = record.Layout;
        Options = options;
        Drift = drift;
        Whitener = whitener;
        Watched = ErrorWhitener.Extended(Layout);
        Fitted = fitted;
        Rows = record.UsableRows;
        Hold = Math.Max(10, 2 * Layout.Horizons[^1]);
        _levels = levels;
        (_clusters, _clusterStart) = Clusters();
        double excess = _clusters.Count == 0 ? 1 : _clusters.Average() - _clusterStart;
        // The mean of few is known to one part in the root of them; beyond what was seen, err on the side of silence.
        _clusterExcess = Math.Max(1, excess * (1 + (2 / Math.Sqrt(Math.Max(1, _clusters.Count)))));
    }

    /// <summary>What the errors are.</summary>
    public ResidualLayout Layout { get; }

    /// <summary>How it watches.</summary>
    public SurpriseOptions Options { get; }

    /// <summary>Rows of normal operation that it rests on.</summary>
    public int Rows { get; }

    /// <summary>Rows that must be quiet before an alarm counts as over.</summary>
    public int Hold { get; }

    internal DriftFilter? Drift { get; }

    internal ErrorWhitener Whitener { get; }

    /// <summary>What the detectors listen to: news as horizon 0, then the errors.</summary>
    internal ResidualLayout Watched { get; }

    internal FittedDetectors Fitted { get; }

    /// <summary>Calibrates on normal operation that the model was not trained on.</summary>
    /// <param name="record">Its prediction errors.</param>
    /// <param name="options">How to watch.</param>
    /// <exception cref="ArgumentException">There are fewer than <see cref="FewestRows"/> rows with errors.</exception>
    public static SurpriseCalibration Fit(ResidualRecord record, SurpriseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        options ??= new SurpriseOptions();
        if (record.UsableRows < FewestRows)
            throw new ArgumentException(
                $"SurpriseCalibration.Fit: {record.UsableRows} rows of prediction errors came; at least {FewestRows} of normal operation are needed to say what is normal.",
                nameof(record));
        DriftFilter? drift = options.AdaptOver > 0 ? DriftFilter.Of(record, options.AdaptOver) : null;
        (float[][] rows, ErrorWhitener whitener) = Filtered(record, drift);
        ResidualLayout watched = ErrorWhitener.Extended(record.Layout);
        double[] levels = new double[rows.Length];
        FittedDetectors fitted = FittedDetectors.Fit(watched, rows, levels, options.AdaptOver > 0 ? DriftTolerance : 0);
        return new SurpriseCalibration(record, options, drift, whitener, fitted, levels);
    }

    /// <summary>
    /// The level at which an alarm is raised for a rate of false alarms per row. Where normal operation was long enough to have seen
    /// such a rate, the level is one that its own errors reached no more often; beyond, the exponential tail of the evidence is followed.
    /// </summary>
    /// <param name="ratePerRow">False alarms per row, above 0 and below 1.</param>
    public double Threshold(double ratePerRow)
    {
        if (!(ratePerRow > 0 && ratePerRow < 1))
            throw new ArgumentOutOfRangeException(nameof(ratePerRow), ratePerRow, "SurpriseCalibration: false alarms per row must be above 0 and below 1.");
        double tail = _clusters.Count < FewestClusters
            ? double.NegativeInfinity
            : _clusterStart + (_clusterExcess * Math.Log(_clusters.Count / (ratePerRow * Rows)));
        return Math.Max(tail, Seen(ratePerRow));
    }

    /// <summary>Whether normal operation was long enough to have seen this rate.</summary>
    public bool Supports(double ratePerRow) => ratePerRow * Rows >= 1;

    /// <summary>The lowest rate per row that the rows of normal operation can vouch for: one alarm in all of them.</summary>
    public double LowestSupportedRate => 1.0 / Rows;

    /// <summary>Rows of normal operation that a rate per row needs.</summary>
    public static long RowsNeeded(double ratePerRow) => (long)Math.Ceiling(1 / ratePerRow);

    /// <summary>False alarms per row of a level, for words about how strong an alarm is.</summary>
    public double RateOf(double level) => _clusters.Count / (double)Rows * Math.Exp(-(level - _clusterStart) / _clusterExcess);

    /// <summary>Starts to watch.</summary>
    /// <param name="ratePerRow">False alarms per row.</param>
    public SurpriseMonitor Monitor(double ratePerRow) => new(this, Threshold(ratePerRow));

    /// <summary>
    /// The lowest level that gives at most the rate in these rows, with one alarm kept in hand, as a new row may be the next one, and
    /// two standard deviations of the count, as other rows would have had another.
    /// </summary>
    private double Seen(double ratePerRow)
    {
        double allowed = Math.Floor(ratePerRow * Rows), high = MostSeen(), floor = UsualLevel();
        if (allowed < 1)
            return high;
        double step = high / LevelSteps, low = high;
        // From above, as under a low level alarms run into each other and there are few of them again.
        while (low - step > floor && Cautious(low - step) <= allowed)
            low -= step;
        high = low;
        low -= step;
        for (int halving = 0; halving < 20; halving++)
        {
            double middle = (low + high) / 2;
            if (Cautious(middle) > allowed)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    private double Cautious(double level)
    {
        int count = Peaks(level).Count;
        return count + 1 + (2 * Math.Sqrt(count));
    }

    private (List<double> Clusters, double Start) Clusters()
    {
        double most = MostSeen();
        int wanted = Math.Min(MostClusters, Math.Max(FewestClusters + 2, Rows / (4 * Hold)));
        (List<double> Clusters, double Start) best = ([], most);
        for (int step = 0; step < LevelSteps; step++)
        {
            double level = most * (LevelSteps - 1 - step) / LevelSteps;
            List<double> peaks = Peaks(level);
            if (peaks.Count > best.Clusters.Count)
                best = (peaks, level);
            if (peaks.Count >= wanted || peaks.Count < best.Clusters.Count / 2)
                break;
        }

        return best;
    }

    /// <summary>The level that nine rows in ten stay below: an alarm is never lower, or it would hardly ever end.</summary>
    private double UsualLevel()
    {
        double[] ordered = [.. _levels.Where(double.IsFinite).Order()];
        return ordered.Length == 0 ? 0 : ordered[(int)(0.9 * (ordered.Length - 1))];
    }

    private double MostSeen() => _levels.Where(double.IsFinite).DefaultIfEmpty(0).Max();

    /// <summary>The peak of every alarm that a level would have raised, counted as the monitor counts them.</summary>
    private List<double> Peaks(double level)
    {
        var peaks = new List<double>();
        int quiet = Hold;
        double held = 0;
        foreach (double value in _levels)
        {
            if (double.IsNaN(value))
            {
                quiet = Hold;
                continue;
            }

            if (quiet >= Hold)
                held = 0;
            else
                held = Math.Max(held, value - level - FittedDetectors.CapMargin);
            if (value - held < level)
            {
                quiet++;
                continue;
            }

            if (quiet >= Hold)
                peaks.Add(value);
            else
                peaks[^1] = Math.Max(peaks[^1], value);
            quiet = 0;
        }

        return peaks;
    }

    private static (float[][] Rows, ErrorWhitener Whitener) Filtered(ResidualRecord record, DriftFilter? drift)
    {
        float[][] errors = new float[record.Rows][], rows = new float[record.Rows][];
        DriftFilter? running = drift?.Fresh();
        for (int row = 0; row < errors.Length; row++)
        {
            errors[row] = record.Row(row).ToArray();
            running?.Apply(record.Row(row), errors[row], frozen: false);
        }

        ErrorWhitener whitener = ErrorWhitener.Fit(record.Layout, errors), used = whitener.Fresh();
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row] = new float[record.Layout.Size + record.Layout.Outputs.Count];
            used.Apply(errors[row], rows[row]);
        }

        return (rows, whitener);
    }
}
