namespace Orrery.Data.Logs.Inspection.Roles;

/// <summary>
/// How much better a column is predicted from its own past and another's than from its own alone. Source: Granger 1969. Where
/// noise spreads a slow response over many delays, this sees it though no single correlation stands out.
/// </summary>
internal static class LaggedRegression
{
    /// <summary>Delays of the other column, in rows: dense where most plants answer, sparse further back.</summary>
    private static readonly int[] Delays = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

    /// <summary>Rows per weight, below which nothing is said.</summary>
    private const int RowsPerWeight = 8;

    /// <summary>When its own past explains all but this share over the rows that are used, these rows say nothing.</summary>
    private const double LeastOpen = 0.1;

    /// <summary>The gain, and whether chance does not explain it.</summary>
    /// <param name="from">The other column.</param>
    /// <param name="to">The column that is predicted.</param>
    /// <param name="limit">Size of a standard normal number that chance does not explain.</param>
    /// <param name="every">Uses every so many rows.</param>
    public static double Gain(Whitening from, Whitening to, double limit, int every)
    {
        var equations = Sum(from, to, every);
        if (equations.Rows < RowsPerWeight * (to.Lags + Delays.Length) || equations.Squares == 0)
            return 0;
        var parts = equations.Explained();
        var own = parts.Length - Delays.Length;

        // Over all rows its own past explains nothing of what that leaves open; over every few rows of a steady staircase it does.
        var open = equations.Squares - parts.Take(own).Sum();
        if (open <= LeastOpen * equations.Squares)
            return 0;
        var gain = Math.Clamp(parts.Skip(own).Sum() / open, 0, 1);

        // Without influence, rows times gain follows the chi-squared distribution with as many degrees as there are delays
        // (Wilson and Hilferty's approximation); the own lags hardly count, since the target holds nothing of them.
        double degrees = Delays.Length;
        var part = 2 / (9 * degrees);
        var chance = degrees * Math.Pow(1 - part + (limit * Math.Sqrt(part)), 3);
        return equations.Rows * gain > chance * (1 - gain) ? gain - (degrees / equations.Rows) : 0;
    }

    private static LeastSquares Sum(Whitening from, Whitening to, int every)
    {
        var own = to.Lags + Whitening.TrendWeights;
        var equations = new LeastSquares(own + Delays.Length);
        var row = new double[own + Delays.Length];
        for (var stretch = 0; stretch < to.Values.Count; stretch++)
        {
            var (values, other, errors) = (to.Values[stretch], from.Values[stretch], to.Errors[stretch]);
            for (var t = Math.Max(Delays[^1], to.Lags); t < values.Length; t += every)
            {
                if (!Whitening.Fill(row, values, t, to.Lags, Whitening.Place(to.Values, stretch, t)))
                    continue;
                for (var i = 0; i < Delays.Length; i++)
                    row[own + i] = other[t - Delays[i]];
                if (LeastSquares.IsComplete(row.AsSpan(own)))
                    equations.Add(row, errors[t]);
            }
        }

        return equations;
    }
}
