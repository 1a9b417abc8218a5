namespace Orrery.Planning.Surprise;

/// <summary>
/// For worlds that drift: takes the slow part out of prediction errors, their mean and their spread over the last rows, so that only
/// what is sudden against it surprises. What drifts as slowly as the filter follows is not seen any more: that is the price.
/// </summary>
internal sealed class DriftFilter
{
    /// <summary>A row moves the mean as if it were at most this many deviations away, so that a fault is not learned at once.</summary>
    private const double MostInfluence = 3;

    private readonly double _rate;
    private readonly double[] _startMeans;
    private readonly double[] _startDeviations;
    private readonly double[] _means;
    private readonly double[] _deviations;

    private DriftFilter(double rate, double[] means, double[] deviations)
    {
        _rate = rate;
        _startMeans = means;
        _startDeviations = deviations;
        _means = [.. means];
        _deviations = [.. deviations];
    }

    /// <summary>Begins with the mean and spread of normal operation.</summary>
    public static DriftFilter Of(ResidualRecord record, int rows)
    {
        int size = record.Layout.Size;
        double[] means = new double[size], deviations = new double[size];
        for (int channel = 0; channel < size; channel++)
        {
            double sum = 0, squares = 0;
            int count = 0;
            for (int row = 0; row < record.Rows; row++)
            {
                float error = record.Row(row)[channel];
                if (float.IsNaN(error))
                    continue;
                count++;
                double delta = error - sum;
                sum += delta / count;
                squares += delta * (error - sum);
            }

            means[channel] = sum;
            deviations[channel] = count > 1 ? Math.Sqrt(squares / (count - 1)) : 1;
        }

        return new DriftFilter(1.0 / rows, means, deviations);
    }

    public DriftFilter Fresh() => new(_rate, _startMeans, _startDeviations);

    /// <summary>Takes the slow part out of a row, and learns from it unless <paramref name="frozen"/>.</summary>
    public void Apply(ReadOnlySpan<float> errors, Span<float> filtered, bool frozen)
    {
        for (int channel = 0; channel < errors.Length; channel++)
        {
            if (float.IsNaN(errors[channel]))
            {
                filtered[channel] = float.NaN;
                continue;
            }

            double floor = Math.Max(_startDeviations[channel] * 0.05, 1e-30), deviation = Math.Max(_deviations[channel], floor);
            double away = (errors[channel] - _means[channel]) / deviation;
            // In units that the deviation of normal operation has, so that words about size stay true where nothing drifted.
            filtered[channel] = (float)(away * Math.Max(_startDeviations[channel], 1e-30));
            if (frozen)
                continue;
            double held = Math.Clamp(away, -MostInfluence, MostInfluence);
            _means[channel] += _rate * held * deviation;
            double variance = (_deviations[channel] * _deviations[channel]) + (_rate * ((held * held) - 1) * deviation * deviation);
            _deviations[channel] = Math.Sqrt(Math.Max(variance, floor * floor));
        }
    }
}
