namespace Orrery.Data.Logs.Inspection.Roles;

/// <summary>Sums the normal equations of a least-squares problem row by row, and solves them.</summary>
/// <param name="weights">How many weights to find.</param>
internal sealed class LeastSquares(int weights)
{
    /// <summary>Keeps the equations solvable where columns repeat each other, as the lags of smooth signals nearly do.</summary>
    private const double Ridge = 1e-12;

    private readonly double[,] _normal = new double[weights, weights];
    private readonly double[] _right = new double[weights];

    /// <summary>Rows that were added.</summary>
    public long Rows { get; private set; }

    /// <summary>Sum of the squared targets.</summary>
    public double Squares { get; private set; }

    /// <summary>Adds an equation.</summary>
    /// <param name="row">What the target is predicted from, of about unit variance.</param>
    /// <param name="target">The target.</param>
    public void Add(ReadOnlySpan<double> row, double target)
    {
        Rows++;
        Squares += target * target;
        for (var i = 0; i < row.Length; i++)
        {
            _right[i] += row[i] * target;
            for (var j = 0; j <= i; j++)
                _normal[i, j] += row[i] * row[j];
        }
    }

    /// <summary>How much of <see cref="Squares"/> each weight explains beyond those before it.</summary>
    public double[] Explained()
    {
        var factor = Factor();
        var parts = (double[])_right.Clone();
        for (var i = 0; i < weights; i++)
        {
            for (var k = 0; k < i; k++)
                parts[i] -= factor[i, k] * parts[k];
            parts[i] /= factor[i, i];
        }

        return Array.ConvertAll(parts, part => part * part);
    }

    /// <summary>Solves for the weights by Cholesky's method.</summary>
    public double[] Solve()
    {
        var factor = Factor();
        var solution = (double[])_right.Clone();
        for (var i = 0; i < weights; i++)
        {
            for (var k = 0; k < i; k++)
                solution[i] -= factor[i, k] * solution[k];
            solution[i] /= factor[i, i];
        }

        for (var i = weights - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < weights; k++)
                solution[i] -= factor[k, i] * solution[k];
            solution[i] /= factor[i, i];
        }

        return solution;
    }

    /// <summary>Whether none of the values is missing.</summary>
    public static bool IsComplete(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
                return false;
        }

        return true;
    }

    private double[,] Factor()
    {
        var factor = (double[,])_normal.Clone();
        for (var j = 0; j < weights; j++)
        {
            factor[j, j] += Ridge * Math.Max(1, Rows);
            for (var i = j; i < weights; i++)
            {
                var sum = factor[i, j];
                for (var k = 0; k < j; k++)
                    sum -= factor[i, k] * factor[j, k];
                factor[i, j] = i == j ? Math.Sqrt(Math.Max(sum, double.Epsilon)) : sum / factor[j, j];
            }
        }

        return factor;
    }
}
