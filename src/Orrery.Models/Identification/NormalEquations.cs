using MathNet.Numerics.LinearAlgebra;

namespace Orrery.Models.Identification;

/// <summary>Least squares by sums: X'X and X'Y, added up row by row in double.</summary>
internal sealed class NormalEquations(int regressors, int targets)
{
    private readonly double[] _gram = new double[regressors * regressors];
    private readonly double[] _moment = new double[regressors * targets];

    public long Rows { get; private set; }

    public void Add(ReadOnlySpan<double> regressor, ReadOnlySpan<double> target)
    {
        for (int row = 0; row < regressors; row++)
        {
            double value = regressor[row];
            Span<double> gram = _gram.AsSpan(row * regressors, row + 1);
            for (int column = 0; column <= row; column++)
                gram[column] += value * regressor[column];
            Span<double> moment = _moment.AsSpan(row * targets, targets);
            for (int column = 0; column < targets; column++)
                moment[column] += value * target[column];
        }

        Rows++;
    }

    public Matrix<double> Gram() => Matrix<double>.Build.Dense(
        regressors, regressors, (row, column) => _gram[(Math.Max(row, column) * regressors) + Math.Min(row, column)]);

    public Matrix<double> Moment() => Matrix<double>.Build.Dense(regressors, targets, (row, column) => _moment[(row * targets) + column]);

    /// <summary>The least-squares solution, with just enough ridge that constant regressors do not break it.</summary>
    public Matrix<double> Solve()
    {
        Matrix<double> gram = Gram();
        double ridge = 1e-10 * Math.Max(1e-12, gram.Trace() / regressors);
        for (int index = 0; index < regressors; index++)
            gram[index, index] += ridge;
        return gram.Cholesky().Solve(Moment());
    }
}
