namespace Orrery.Data.Logs.Inspection.Roles;

/// <summary>
/// Finds which columns move before others: the correlation, at every delay, of what the past of each column does not tell about
/// itself. Source: Haugh 1976 and Pierce and Haugh 1977, a test of Granger's causality; as there, the sum of the squared
/// correlations at positive delays is the gain, unless a regression finds more.
/// </summary>
internal static class InfluenceSearch
{
    /// <summary>Longest delay that is looked for, in rows.</summary>
    private const int LongestDelay = 100;

    private const int RowsPerDelay = 8;

    /// <summary>Chance that two unrelated columns of the whole log seem related.</summary>
    private const double FalseShare = 1e-3;

    /// <summary>A column whose own past leaves less than this of its variance open shows rounding, not news.</summary>
    private const double LeastNews = 1e-10;

    /// <summary>The delay is the first one with at least this share of the strongest correlation.</summary>
    private const double OnsetShare = 0.5;

    /// <summary>Multiplications per row of the regression.</summary>
    private const double ProductsPerRow = 900;

    /// <summary>Delays longer than this, both ways between two columns, are those of a programme that repeats.</summary>
    private const int ProgrammeDelay = 15;

    /// <summary>Multiplications that a search may cost, about two seconds; more columns get fewer delays.</summary>
    private const double MostProducts = 2e9;

    /// <summary>All influences, the strongest first.</summary>
    /// <param name="columns">Name and whitened numbers of each column.</param>
    public static List<Influence> Search(IReadOnlyList<(string Name, Whitening White)> columns)
    {
        var rows = columns.Count == 0 ? 0 : columns.Max(column => column.White.Rows);
        var delays = (int)Math.Min(LongestDelay, Math.Min(rows / RowsPerDelay, MostProducts / Math.Max(1, (double)columns.Count * columns.Count * rows)));
        var found = new List<Influence>();
        if (delays < 1)
            return found;
        var pairs = (double)columns.Count * columns.Count;
        var limit = Quantile(FalseShare / (pairs * delays));
        var every = (int)Math.Ceiling(Math.Max(1, pairs * rows * ProductsPerRow / MostProducts));
        foreach (var from in columns)
        {
            foreach (var to in columns)
            {
                if (from.Name != to.Name && from.White.Share > LeastNews && to.White.Share > LeastNews && Between(from, to, delays, limit, every) is { } influence)
                    found.Add(influence);
            }
        }

        // Two columns that tell each other only after many rows repeat a common programme of tests.
        found.RemoveAll(influence => influence.Delay > ProgrammeDelay
            && found.Exists(back => back.From == influence.To && back.To == influence.From && back.Delay > ProgrammeDelay));
        return [.. found.OrderByDescending(influence => influence.Gain)];
    }

    private static Influence? Between((string Name, Whitening White) from, (string Name, Whitening White) to, int delays, double limit, int every)
    {
        var correlations = new double[delays + 1];
        var gain = 0.0;
        var strongest = 0.0;
        var significant = new bool[delays + 1];
        for (var delay = 0; delay <= delays; delay++)
        {
            var (correlation, rows) = Correlate(from.White.Errors, to.White.Errors, delay);
            correlations[delay] = correlation;
            significant[delay] = rows > 0 && Math.Abs(correlation) * Math.Sqrt(rows) > limit;
            if (delay == 0 || !significant[delay])
                continue;
            gain += (correlation * correlation) - (1.0 / rows);
            strongest = Math.Max(strongest, Math.Abs(correlation));
        }

        var regressed = LaggedRegression.Gain(from.White, to.White, limit, every);
        if (strongest > 0)
        {
            var onset = Enumerable.Range(1, delays).First(delay => significant[delay] && Math.Abs(correlations[delay]) >= OnsetShare * strongest);
            return new Influence(from.Name, to.Name, Math.Max(gain, regressed), onset, correlations[onset]);
        }

        // A slow influence: no delay stands out by itself.
        if (regressed > 0)
            return new Influence(from.Name, to.Name, regressed, null, 0);

        // What happens within a row tells no direction: it is kept as such, and only when nothing else is there.
        return significant[0] ? new Influence(from.Name, to.Name, correlations[0] * correlations[0], 0, correlations[0]) : null;
    }

    private static (double Correlation, long Rows) Correlate(IReadOnlyList<double[]> from, IReadOnlyList<double[]> to, int delay)
    {
        double products = 0, fromSquares = 0, toSquares = 0;
        var rows = 0L;
        for (var stretch = 0; stretch < from.Count; stretch++)
        {
            var (early, late) = (from[stretch], to[stretch]);
            for (var t = delay; t < late.Length; t++)
            {
                var (x, y) = (early[t - delay], late[t]);
                if (double.IsNaN(x) || double.IsNaN(y))
                    continue;
                products += x * y;
                fromSquares += x * x;
                toSquares += y * y;
                rows++;
            }
        }

        return fromSquares > 0 && toSquares > 0 ? (products / Math.Sqrt(fromSquares * toSquares), rows) : (0, 0);
    }

    /// <summary>The size that a standard normal number exceeds, up or down, with chance <paramref name="chance"/>, a little on the safe side.</summary>
    private static double Quantile(double chance) => Math.Sqrt(-2 * Math.Log(chance / 2)); // Chernoff's bound.
}
