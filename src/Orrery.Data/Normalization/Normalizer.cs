using System.Text.Json.Serialization;

namespace Orrery.Data.Normalization;

/// <summary>
/// Maps physical units to zero mean and unit variance and back. Fit it on the training part only and store it with the
/// model. A constant dimension gets scale 1, so it maps to 0 and nothing is divided by zero.
/// </summary>
public sealed class Normalizer
{
    /// <summary>A dimension whose standard deviation is below this share of its magnitude counts as constant.</summary>
    private const double ConstantShare = 1e-7;

    private readonly float[] _mean;
    private readonly float[] _scale;
    private readonly float[] _inverse;

    /// <summary>Creates a normalizer from its numbers.</summary>
    /// <param name="mean">[size] in physical units.</param>
    /// <param name="scale">[size] in physical units, positive and finite.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a number is not finite, or a scale is not positive.</exception>
    [JsonConstructor]
    public Normalizer(IReadOnlyList<double> mean, IReadOnlyList<double> scale)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(scale);
        if (mean.Count != scale.Count)
            throw new ArgumentException($"Normalizer: {mean.Count} means but {scale.Count} scales; they must be equal.", nameof(scale));
        for (var i = 0; i < mean.Count; i++)
        {
            if (!double.IsFinite(mean[i]) || !double.IsFinite(scale[i]) || scale[i] <= 0)
            {
                throw new ArgumentException(
                    $"Normalizer: dimension {i} has mean {mean[i]} and scale {scale[i]}; both must be finite and the scale positive.", nameof(scale));
            }
        }

        Mean = [.. mean];
        Scale = [.. scale];
        _mean = [.. mean.Select(value => (float)value)];
        _scale = [.. scale.Select(value => (float)value)];
        _inverse = [.. scale.Select(value => (float)(1.0 / value))];
    }

    /// <summary>Mean per dimension, physical units.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>Standard deviation per dimension, physical units; 1 where the dimension is constant.</summary>
    public IReadOnlyList<double> Scale { get; }

    /// <summary>Numbers per row.</summary>
    [JsonIgnore]
    public int Size => _mean.Length;

    /// <summary>The normalizer that changes nothing.</summary>
    public static Normalizer Identity(int size) => new(new double[size], [.. Enumerable.Repeat(1.0, size)]);

    /// <summary>Fits mean and standard deviation.</summary>
    public static Normalizer Fit(ColumnStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        var scale = new double[statistics.Mean.Length];
        for (var i = 0; i < scale.Length; i++)
        {
            var deviation = statistics.StandardDeviation[i];
            var magnitude = Math.Max(Math.Abs(statistics.Minimum[i]), Math.Abs(statistics.Maximum[i]));
            scale[i] = deviation > ConstantShare * magnitude ? deviation : 1;
        }

        return new Normalizer(statistics.Mean, scale);
    }

    /// <summary>Physical units to normalised: y = (x - mean) / scale.</summary>
    /// <param name="physical">[n * size], whole rows.</param>
    /// <param name="normalized">[n * size]; may be the same memory.</param>
    public void Apply(ReadOnlySpan<float> physical, Span<float> normalized)
    {
        Check(physical.Length, normalized.Length);
        for (var row = 0; row < physical.Length; row += _mean.Length)
        {
            for (var i = 0; i < _mean.Length; i++)
                normalized[row + i] = (physical[row + i] - _mean[i]) * _inverse[i];
        }
    }

    /// <summary>Normalised to physical units: x = y * scale + mean.</summary>
    /// <param name="normalized">[n * size], whole rows.</param>
    /// <param name="physical">[n * size]; may be the same memory.</param>
    public void Invert(ReadOnlySpan<float> normalized, Span<float> physical)
    {
        Check(normalized.Length, physical.Length);
        for (var row = 0; row < normalized.Length; row += _mean.Length)
        {
            for (var i = 0; i < _mean.Length; i++)
                physical[row + i] = (normalized[row + i] * _scale[i]) + _mean[i];
        }
    }

    private void Check(int from, int to)
    {
        if (from != to || (_mean.Length == 0 ? from != 0 : from % _mean.Length != 0))
            throw new ArgumentException($"Normalizer: {from} numbers in and {to} out; both must be the same whole number of rows of {_mean.Length}.");
    }
}
