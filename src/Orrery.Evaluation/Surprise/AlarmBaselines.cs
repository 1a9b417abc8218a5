using MathNet.Numerics.LinearAlgebra;

namespace Orrery.Evaluation.Surprise;

/// <summary>A number per row that grows with strangeness: what an alarm method thresholds.</summary>
public interface IAlarmScore
{
    /// <summary>What it is called in tables.</summary>
    string Name { get; }

    /// <summary>Forgets the rows before.</summary>
    void Restart();

    /// <summary>The next row's score; NaN while it has seen too few.</summary>
    /// <param name="observation">[O].</param>
    /// <param name="action">[A].</param>
    /// <param name="errors">The model's errors, one row ahead first; NaN where there are none.</param>
    double Next(ReadOnlySpan<float> observation, ReadOnlySpan<float> action, ReadOnlySpan<float> errors);
}

/// <summary>The model's one-row error in standard deviations, the largest of the outputs: a Shewhart chart of residuals.</summary>
/// <param name="means">[O], of normal operation.</param>
/// <param name="deviations">[O].</param>
public sealed class ResidualScore(double[] means, double[] deviations) : IAlarmScore
{
    /// <inheritdoc/>
    public string Name => "residual z-score";

    /// <inheritdoc/>
    public void Restart()
    {
    }

    /// <inheritdoc/>
    public double Next(ReadOnlySpan<float> observation, ReadOnlySpan<float> action, ReadOnlySpan<float> errors)
    {
        double most = double.NaN;
        for (int output = 0; output < means.Length; output++)
            if (!float.IsNaN(errors[output]))
                most = Math.Max(double.IsNaN(most) ? 0 : most, Math.Abs(errors[output] - means[output]) / deviations[output]);
        return most;
    }
}

/// <summary>The change from the row before in standard deviations, the largest of the outputs: what needs no model.</summary>
/// <param name="deviations">[O], of the changes in normal operation.</param>
public sealed class PersistenceScore(double[] deviations) : IAlarmScore
{
    private readonly float[] _last = new float[deviations.Length];
    private bool _any;

    /// <inheritdoc/>
    public string Name => "persistence residual";

    /// <inheritdoc/>
    public void Restart() => _any = false;

    /// <inheritdoc/>
    public double Next(ReadOnlySpan<float> observation, ReadOnlySpan<float> action, ReadOnlySpan<float> errors)
    {
        double most = double.NaN;
        if (_any)
        {
            most = 0;
            for (int output = 0; output < deviations.Length; output++)
                most = Math.Max(most, Math.Abs(observation[output] - _last[output]) / deviations[output]);
        }

        observation.CopyTo(_last);
        _any = true;
        return most;
    }
}

/// <summary>
/// Principal components of the columns of a row and of a few rows before (dynamic PCA, Ku, Storer and Georgakis 1995): Hotelling's T² in
/// the components that hold 95 % of the variance, and the squared distance from them (SPE), each over its mean; the larger counts.
/// </summary>
public sealed class PrincipalComponentScore : IAlarmScore
{
    private const double Kept = 0.95;

    private readonly int _lags;
    private readonly int _width;
    private readonly double[] _means;
    private readonly double[] _deviations;
    private readonly Matrix<double> _directions;
    private readonly double[] _variances;
    private readonly double _residualMean;
    private readonly double[] _window;
    private int _seen;

    /// <summary>Fits the components.</summary>
    /// <param name="rows">Rows of normal operation, observation then action.</param>
    /// <param name="lags">Rows before that are looked at too; 0 for plain PCA.</param>
    public PrincipalComponentScore(IReadOnlyList<float[]> rows, int lags)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _lags = lags;
        _width = rows[0].Length;
        int size = _width * (lags + 1), count = rows.Count - lags;
        Matrix<double> data = Matrix<double>.Build.Dense(count, size, (row, column) => rows[row + (column / _width)][column % _width]);
        _means = [.. data.ColumnSums().Select(sum => sum / count)];
        _deviations = new double[size];
        for (int column = 0; column < size; column++)
        {
            double sum = 0;
            for (int row = 0; row < count; row++)
                sum += (data[row, column] - _means[column]) * (data[row, column] - _means[column]);
            _deviations[column] = Math.Max(Math.Sqrt(sum / count), 1e-12);
            for (int row = 0; row < count; row++)
                data[row, column] = (data[row, column] - _means[column]) / _deviations[column];
        }

        var eigen = (data.TransposeThisAndMultiply(data) / count).Evd(Symmetricity.Symmetric);
        double[] values = [.. eigen.EigenValues.Select(value => value.Real)];
        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(place => values[place])];
        double total = values.Sum(), held = 0;
        int components = 0;
        while (components < size - 1 && held < Kept * total)
            held += values[order[components++]];
        _directions = Matrix<double>.Build.Dense(size, components, (row, column) => eigen.EigenVectors[row, order[column]]);
        _variances = [.. order.Take(components).Select(place => Math.Max(values[place], 1e-12))];
        _residualMean = Math.Max(total - held, 1e-12);
        _window = new double[size];
    }

    /// <inheritdoc/>
    public string Name => _lags == 0 ? "PCA T² and SPE" : $"PCA T² and SPE, {_lags} lags";

    /// <inheritdoc/>
    public void Restart() => _seen = 0;

    /// <inheritdoc/>
    public double Next(ReadOnlySpan<float> observation, ReadOnlySpan<float> action, ReadOnlySpan<float> errors)
    {
        _window.AsSpan(_width).CopyTo(_window);
        for (int column = 0; column < _width; column++)
            _window[_window.Length - _width + column] = column < observation.Length ? observation[column] : action[column - observation.Length];
        if (++_seen <= _lags)
            return double.NaN;
        Vector<double> row = Vector<double>.Build.Dense(_window.Length, place => (_window[place] - _means[place]) / _deviations[place]);
        Vector<double> scores = _directions.TransposeThisAndMultiply(row);
        double squared = 0, hotelling = 0;
        for (int component = 0; component < scores.Count; component++)
        {
            squared += scores[component] * scores[component];
            hotelling += scores[component] * scores[component] / _variances[component];
        }

        double outside = Math.Max(0, row.DotProduct(row) - squared);
        return Math.Max(hotelling / scores.Count, outside / _residualMean);
    }
}
