namespace Orrery.Data.Logs.Inspection.Roles;

/// <summary>
/// What a column's own past does not tell: the errors of the least-squares prediction of each value from the values before it and a trend.
/// Trends, slow drifts and held values vanish, so that two columns that merely drift together do not look related.
/// </summary>
internal sealed class Whitening
{
    /// <summary>Long enough for smooth, band-limited signals with noise; fewer when there are few rows.</summary>
    private const int MostLags = 30;

    private const int RowsPerLag = 30;

    /// <summary>A constant, a slope and a bend over the whole log.</summary>
    public const int TrendWeights = 3;

    private Whitening(IReadOnlyList<double[]> values, IReadOnlyList<double[]> errors, int lags, double share, long rows)
    {
        Values = values;
        Errors = errors;
        Lags = lags;
        Share = share;
        Rows = rows;
    }

    /// <summary>The numbers themselves, less their mean and over their standard deviation, one array per stretch.</summary>
    public IReadOnlyList<double[]> Values { get; }

    /// <summary>How many values before it each was predicted from.</summary>
    public int Lags { get; }

    /// <summary>One array per stretch, as long as it; NaN where the past is not complete.</summary>
    public IReadOnlyList<double[]> Errors { get; }

    /// <summary>The errors' share of the column's variance.</summary>
    public double Share { get; }

    /// <summary>Rows with an error.</summary>
    public long Rows { get; }

    /// <summary>Where a row is between the log's beginning, 0, and its end, 1.</summary>
    public static double Place(IReadOnlyList<double[]> stretches, int stretch, int t) => (stretch + (t / (double)stretches[stretch].Length)) / stretches.Count;

    /// <summary>Fits and predicts.</summary>
    /// <param name="stretches">The column's numbers; NaN where one is missing.</param>
    public static Whitening Of(IReadOnlyList<double[]> stretches)
    {
        var values = stretches.SelectMany(stretch => stretch).Where(double.IsFinite).ToArray();
        var lags = Math.Clamp(values.Length / RowsPerLag, 1, MostLags);
        var mean = values.Length > 0 ? values.Average() : 0;
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Length));
        if (deviation == 0)
            return new Whitening(stretches, [.. stretches.Select(stretch => stretch.Select(_ => double.NaN).ToArray())], lags, 0, 0);
        double[][] scaled = [.. stretches.Select(stretch => Array.ConvertAll(stretch, value => (value - mean) / deviation))];
        var weights = Fit(scaled, lags);
        double[][] errors = [.. scaled.Select((_, stretch) => Predict(scaled, stretch, lags, weights))];
        var finite = errors.SelectMany(error => error).Where(double.IsFinite).ToArray();
        return new Whitening(scaled, errors, lags, finite.Length == 0 ? 0 : finite.Sum(error => error * error) / finite.Length, finite.Length);
    }

    /// <summary>Fills in the values before <paramref name="t"/> and the trend; false when one of them, or the value itself, is missing.</summary>
    public static bool Fill(Span<double> row, double[] stretch, int t, int lags, double place)
    {
        for (var i = 0; i < lags; i++)
            row[i] = stretch[t - 1 - i];
        (row[lags], row[lags + 1], row[lags + 2]) = (1, place, place * place);
        return LeastSquares.IsComplete(row[..lags]) && double.IsFinite(stretch[t]);
    }

    private static double[] Fit(double[][] stretches, int lags)
    {
        var equations = new LeastSquares(lags + TrendWeights);
        var row = new double[lags + TrendWeights];
        for (var stretch = 0; stretch < stretches.Length; stretch++)
        {
            var values = stretches[stretch];
            for (var t = lags; t < values.Length; t++)
            {
                if (Fill(row, values, t, lags, Place(stretches, stretch, t)))
                    equations.Add(row, values[t]);
            }
        }

        return equations.Solve();
    }

    private static double[] Predict(double[][] stretches, int stretch, int lags, double[] weights)
    {
        var values = stretches[stretch];
        var errors = new double[values.Length];
        Array.Fill(errors, double.NaN);
        var row = new double[weights.Length];
        for (var t = lags; t < values.Length; t++)
        {
            if (!Fill(row, values, t, lags, Place(stretches, stretch, t)))
                continue;
            errors[t] = values[t];
            for (var i = 0; i < weights.Length; i++)
                errors[t] -= weights[i] * row[i];
        }

        return errors;
    }
}
