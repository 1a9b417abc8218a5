namespace Orrery.Planning.Surprise;

/// <summary>
/// Turns a row of prediction errors into signals that are standard normal in normal operation: every error with its sign, what is
/// new in every output without it (large for too loud, small for too quiet), and per horizon the Mahalanobis distance of all
/// outputs together.
/// </summary>
internal sealed class SignalModel
{
    private const double Ridge = 0.01;
    private const int LargestOnStack = 1024;

    private readonly ResidualLayout _layout;
    private readonly EmpiricalScale[] _signed;
    private readonly EmpiricalScale[] _sizes;
    private readonly EmpiricalScale[] _joint;
    private readonly double[][] _whitening;
    private readonly SplitConformal[] _outputs;
    private readonly SplitConformal[] _jointScores;

    private SignalModel(ResidualLayout layout, EmpiricalScale[] signed)
    {
        int horizons = layout.Horizons.Count;
        _layout = layout;
        _signed = signed;
        _sizes = new EmpiricalScale[layout.Outputs.Count];
        _joint = new EmpiricalScale[horizons];
        _whitening = new double[horizons][];
        _outputs = new SplitConformal[layout.Outputs.Count];
        _jointScores = new SplitConformal[horizons];
    }

    /// <summary>Signals of a layout: C signed, O sizes, one joint per horizon.</summary>
    public static int Count(ResidualLayout layout) => layout.Size + layout.Outputs.Count + layout.Horizons.Count;

    public static SignalModel Fit(ResidualLayout layout, IReadOnlyList<float[]> rows)
    {
        int outputs = layout.Outputs.Count;
        EmpiricalScale[] signed = [.. Enumerable.Range(0, layout.Size).Select(channel => new EmpiricalScale(Column(rows, channel)))];
        SignalModel model = new(layout, signed);
        for (int output = 0; output < outputs; output++)
        {
            double median = signed[output].Median;
            List<double> sizes = [.. Column(rows, output).Select(error => Math.Abs(error - median))];
            model._sizes[output] = new EmpiricalScale(sizes);
            model._outputs[output] = new SplitConformal([.. sizes]);
        }

        for (int horizon = 0; horizon < layout.Horizons.Count; horizon++)
        {
            model._whitening[horizon] = model.Whitening(rows, horizon);
            var distances = new List<double>();
            foreach (float[] row in rows)
                if (model.Distance(row, horizon) is var distance && !double.IsNaN(distance))
                    distances.Add(distance);
            model._joint[horizon] = new EmpiricalScale(distances);
            model._jointScores[horizon] = new SplitConformal([.. distances]);
        }

        return model;
    }

    /// <summary>The signals of a row; NaN where an error is missing.</summary>
    public void Transform(ReadOnlySpan<float> errors, Span<double> signals)
    {
        int channels = _layout.Size, outputs = _layout.Outputs.Count;
        for (int channel = 0; channel < channels; channel++)
            signals[channel] = float.IsNaN(errors[channel]) ? double.NaN : _signed[channel].Score(errors[channel]);
        for (int output = 0; output < outputs; output++)
            signals[channels + output] = float.IsNaN(errors[output])
                ? double.NaN
                : _sizes[output].Score(Math.Abs(errors[output] - _signed[output].Median));
        for (int horizon = 0; horizon < _joint.Length; horizon++)
        {
            double distance = Distance(errors, horizon);
            signals[channels + outputs + horizon] = double.IsNaN(distance) ? double.NaN : _joint[horizon].Score(distance);
        }
    }

    /// <summary>The conformal p-value of what is new in an output's error; NaN when it is missing.</summary>
    public double PValue(ReadOnlySpan<float> errors, int output) => float.IsNaN(errors[output])
        ? double.NaN
        : _outputs[output].PValue(Math.Abs(errors[output] - _signed[output].Median));

    /// <summary>The conformal p-value of what is new in all outputs together; NaN when one is missing.</summary>
    public double JointPValue(ReadOnlySpan<float> errors) => Distance(errors, 0) is var distance && double.IsNaN(distance)
        ? double.NaN
        : _jointScores[0].PValue(distance);

    /// <summary>What is usual for an error.</summary>
    public (double Median, double Deviation) Usual(int channel) => (_signed[channel].Median, _signed[channel].Deviation);

    /// <summary>Squared Mahalanobis distance of the standardised errors of one horizon.</summary>
    private double Distance(ReadOnlySpan<float> errors, int horizon)
    {
        int outputs = _layout.Outputs.Count, first = horizon * outputs;
        double[] lower = _whitening[horizon];
        Span<double> scores = outputs <= LargestOnStack ? stackalloc double[outputs] : new double[outputs];
        double sum = 0;
        for (int output = 0; output < outputs; output++)
        {
            float error = errors[first + output];
            if (float.IsNaN(error))
                return double.NaN;
            EmpiricalScale scale = _signed[first + output];
            double value = (error - scale.Median) / Math.Max(scale.Deviation, 1e-300);
            for (int before = 0; before < output; before++)
                value -= lower[(output * outputs) + before] * scores[before];
            scores[output] = value / lower[(output * outputs) + output];
            sum += scores[output] * scores[output];
        }

        return sum;
    }

    /// <summary>The Cholesky factor of the errors' correlations, a little shrunk towards none.</summary>
    private double[] Whitening(IReadOnlyList<float[]> rows, int horizon)
    {
        int outputs = _layout.Outputs.Count, first = horizon * outputs, count = 0;
        double[] matrix = new double[outputs * outputs], values = new double[outputs];
        foreach (float[] row in rows)
        {
            bool whole = true;
            for (int output = 0; output < outputs; output++)
            {
                EmpiricalScale scale = _signed[first + output];
                values[output] = (row[first + output] - scale.Median) / Math.Max(scale.Deviation, 1e-300);
                whole &= !double.IsNaN(values[output]);
            }

            if (!whole)
                continue;
            count++;
            for (int i = 0; i < outputs; i++)
                for (int j = 0; j <= i; j++)
                    matrix[(i * outputs) + j] += values[i] * values[j];
        }

        // With few rows the correlations are mostly chance.
        double ridge = Ridge + (outputs / (outputs + (double)Math.Max(1, count)));
        for (int i = 0; i < outputs; i++)
            for (int j = 0; j <= i; j++)
                matrix[(i * outputs) + j] = (matrix[(i * outputs) + j] / Math.Max(1, count) * (1 - Math.Min(0.9, ridge))) + (i == j ? Math.Min(0.9, ridge) : 0);
        for (int i = 0; i < outputs; i++)
            for (int j = 0; j <= i; j++)
            {
                double sum = matrix[(i * outputs) + j];
                for (int k = 0; k < j; k++)
                    sum -= matrix[(i * outputs) + k] * matrix[(j * outputs) + k];
                matrix[(i * outputs) + j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-6)) : sum / matrix[(j * outputs) + j];
            }

        return matrix;
    }

    private static List<double> Column(IReadOnlyList<float[]> rows, int channel)
    {
        var values = new List<double>(rows.Count);
        foreach (float[] row in rows)
            if (!float.IsNaN(row[channel]))
                values.Add(row[channel]);
        return values;
    }
}
