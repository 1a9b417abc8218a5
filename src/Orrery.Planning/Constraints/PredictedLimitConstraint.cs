using System.Text.Json;
using Orrery.Models;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Constraints;

/// <summary>
/// Keeps one column of the predicted observation within bounds, a margin away from them. The violation is the excess beyond
/// the bounds in units of the column's scale, averaged over the horizon.
/// </summary>
public sealed class PredictedLimitConstraint : IConstraint, IDeclared
{
    private readonly IReadout _readout;
    private readonly int _column;
    private readonly double _low;
    private readonly double _high;
    private readonly double[] _margins;
    private readonly double _scale;
    private readonly LimitExpression _limit;
    private float[] _observations = [];

    /// <summary>Bounds a column.</summary>
    /// <param name="readout">Turns latents into physical units.</param>
    /// <param name="limit">The bounds, in physical units.</param>
    /// <param name="column">The column's place in the observation, from 0.</param>
    /// <param name="scale">What counts as one unit of excess, such as the column's standard deviation; positive.</param>
    /// <param name="margins">
    /// [H] how far the prediction must stay inside the bounds at each step, in physical units, not negative, such as
    /// <see cref="Surprise.HorizonCalibration"/> gives; later steps keep the last one's, and none is 0.
    /// </param>
    /// <exception cref="ArgumentException">The column does not exist, or a margin leaves nothing between the bounds.</exception>
    public PredictedLimitConstraint(IReadout readout, LimitExpression limit, int column, double scale = 1, ReadOnlySpan<double> margins = default)
    {
        ArgumentNullException.ThrowIfNull(readout);
        ArgumentNullException.ThrowIfNull(limit);
        if (column < 0 || column >= readout.ObservationSize)
            throw new ArgumentException($"PredictedLimitConstraint: '{limit.Name}' names column {column}; the readout has columns 0 .. {readout.ObservationSize - 1}.", nameof(column));
        if (!(scale > 0) || !double.IsFinite(scale))
            throw new ArgumentException($"PredictedLimitConstraint: '{limit.Name}' has scale {scale}; it must be positive and finite.", nameof(scale));
        _margins = margins.Length == 0 ? [0] : margins.ToArray();
        foreach (var margin in _margins)
        {
            if (!(margin >= 0) || !double.IsFinite(margin))
                throw new ArgumentException($"PredictedLimitConstraint: '{limit.Name}' has a margin of {margin}; margins must be finite and not negative.", nameof(margins));
            if (limit.Low + margin > limit.High - margin)
                throw new ArgumentException($"PredictedLimitConstraint: a margin of {margin} leaves nothing between the bounds of {limit}; use a smaller one.", nameof(margins));
        }

        _low = limit.Low;
        _high = limit.High;
        _readout = readout;
        _column = column;
        _scale = scale;
        _limit = limit;
        Name = limit.ToString();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "predicted-limit");
        json.WriteString("column"u8, _limit.Name);
        json.WriteNumber("place"u8, _column);
        json.Number("low"u8, _limit.Low);
        json.Number("high"u8, _limit.High);
        json.WriteNumber("scale"u8, _scale);
        json.WriteStartArray("margins"u8);
        foreach (var margin in _margins)
            json.WriteNumberValue(margin);
        json.WriteEndArray();
    }

    /// <inheritdoc/>
    public void Violation(in RolloutBatch batch, Span<float> violations)
    {
        batch.CheckCosts("PredictedLimitConstraint", violations.Length);
        var width = _readout.ObservationSize;
        var observations = Scratch.Ask(ref _observations, batch.Candidates * batch.Horizon * width);
        _readout.Read(batch.Latents, batch.Candidates * batch.Horizon, observations);
        for (var candidate = 0; candidate < batch.Candidates; candidate++)
        {
            double sum = 0;
            for (var step = 0; step < batch.Horizon; step++)
            {
                double value = observations[(((candidate * batch.Horizon) + step) * width) + _column];
                // Math.Max hands NaN on, so that an unreadable prediction never counts as satisfied.
                var margin = _margins[Math.Min(step, _margins.Length - 1)];
                sum += Math.Max(0, Math.Max(_low + margin - value, value + margin - _high));
            }

            violations[candidate] += (float)(sum / (_scale * batch.Horizon));
        }
    }
}
