namespace Orrery.Planning.Surprise;

/// <summary>
/// Puts in front of a row of errors what is new in them: the error at the shortest horizon less what the errors of the rows before
/// lead to expect (an autoregression of order 4 per output, fitted on normal operation). A model that was trained to run free may be
/// off for long, and by itself, one row ahead; what is new is nearly independent from row to row and shows what is sudden.
/// </summary>
internal sealed class ErrorWhitener
{
    private const int Order = 4;
    private const double Ridge = 1e-3;

    private readonly ResidualLayout _layout;
    private readonly double[] _means;
    private readonly double[] _coefficients;
    private readonly double[] _before;
    private int _seen;

    private ErrorWhitener(ResidualLayout layout, double[] means, double[] coefficients)
    {
        _layout = layout;
        _means = means;
        _coefficients = coefficients;
        _before = new double[layout.Outputs.Count * Order];
    }

    /// <summary>The layout of what comes out: news as horizon 0, then the errors as they were.</summary>
    public static ResidualLayout Extended(ResidualLayout layout) => layout with { Horizons = [0, .. layout.Horizons] };

    public static ErrorWhitener Fit(ResidualLayout layout, float[][] rows)
    {
        int outputs = layout.Outputs.Count;
        double[] means = new double[outputs], coefficients = new double[outputs * Order];
        for (int output = 0; output < outputs; output++)
        {
            double sum = 0;
            int count = 0;
            foreach (float[] row in rows)
                if (!float.IsNaN(row[output]))
                    (sum, count) = (sum + row[output], count + 1);
            means[output] = count == 0 ? 0 : sum / count;
            Regress(rows, output, means[output], coefficients.AsSpan(output * Order, Order));
        }

        return new ErrorWhitener(layout, means, coefficients);
    }

    public ErrorWhitener Fresh() => new(_layout, _means, _coefficients);

    public void Restart() => _seen = 0;

    /// <param name="errors">[C].</param>
    /// <param name="extended">Receives [O + C].</param>
    public void Apply(ReadOnlySpan<float> errors, Span<float> extended)
    {
        int outputs = _layout.Outputs.Count;
        errors.CopyTo(extended[outputs..]);
        bool whole = true;
        for (int output = 0; output < outputs; output++)
            whole &= !float.IsNaN(errors[output]);
        if (!whole)
        {
            Restart();
            extended[..outputs].Fill(float.NaN);
            return;
        }

        for (int output = 0; output < outputs; output++)
        {
            Span<double> before = _before.AsSpan(output * Order, Order);
            double value = errors[output] - _means[output], expected = 0;
            for (int lag = 0; lag < Order; lag++)
                expected += _coefficients[(output * Order) + lag] * before[lag];
            extended[output] = _seen < Order ? float.NaN : (float)(value - expected);
            before[..^1].CopyTo(before[1..]);
            before[0] = value;
        }

        _seen++;
    }

    /// <summary>Least squares of an output's error on its four errors before; a little shrunk.</summary>
    private static void Regress(float[][] rows, int output, double mean, Span<double> coefficients)
    {
        Span<double> matrix = stackalloc double[Order * Order], right = stackalloc double[Order], lags = stackalloc double[Order];
        matrix.Clear();
        right.Clear();
        double power = 0;
        for (int row = Order; row < rows.Length; row++)
        {
            double value = rows[row][output] - mean;
            for (int lag = 0; lag < Order; lag++)
                lags[lag] = rows[row - 1 - lag][output] - mean;
            double sum = value + lags[0] + lags[1] + lags[2] + lags[3];
            if (double.IsNaN(sum))
                continue;
            power += value * value;
            for (int i = 0; i < Order; i++)
            {
                right[i] += lags[i] * value;
                for (int j = 0; j < Order; j++)
                    matrix[(i * Order) + j] += lags[i] * lags[j];
            }
        }

        for (int i = 0; i < Order; i++)
            matrix[(i * Order) + i] += (Ridge * power) + 1e-30;
        for (int pivot = 0; pivot < Order; pivot++)
            for (int i = pivot + 1; i < Order; i++)
            {
                double factor = matrix[(i * Order) + pivot] / matrix[(pivot * Order) + pivot];
                for (int j = pivot; j < Order; j++)
                    matrix[(i * Order) + j] -= factor * matrix[(pivot * Order) + j];
                right[i] -= factor * right[pivot];
            }

        for (int i = Order - 1; i >= 0; i--)
        {
            double value = right[i];
            for (int j = i + 1; j < Order; j++)
                value -= matrix[(i * Order) + j] * coefficients[j];
            coefficients[i] = value / matrix[(i * Order) + i];
        }
    }
}
