using System.Text.Json;
using Orrery.Models;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Costs;

/// <summary>Where one column of the observation should be.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Column">Its place in the observation, from 0.</param>
/// <param name="Target">Where it should be, in physical units; finite.</param>
/// <param name="Scale">What counts as one unit of error, such as the column's standard deviation; positive, in physical units.</param>
public sealed record SetPoint(string Name, int Column, double Target, double Scale);

/// <summary>
/// Hold columns of the observation at set-points: the square of (predicted - target) / scale, summed over the set-points and
/// averaged over the horizon. Predicted means what the readout makes of the predicted latents.
/// </summary>
public sealed class SetPointCost : ICost, IDeclared
{
    private readonly IReadout _readout;
    private readonly SetPoint[] _setPoints;
    private float[] _observations = [];

    /// <summary>Aims at set-points.</summary>
    /// <param name="readout">Turns latents into physical units.</param>
    /// <param name="setPoints">At least one.</param>
    /// <param name="weight">Weight of the term.</param>
    /// <exception cref="ArgumentException">A set-point is outside the observation, not finite or has no positive scale.</exception>
    public SetPointCost(IReadout readout, IReadOnlyList<SetPoint> setPoints, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(readout);
        ArgumentNullException.ThrowIfNull(setPoints);
        if (setPoints.Count == 0)
            throw new ArgumentException("SetPointCost: no set-point came; at least one is needed.", nameof(setPoints));
        foreach (var point in setPoints)
        {
            if (point.Column < 0 || point.Column >= readout.ObservationSize)
                throw new ArgumentException($"SetPointCost: '{point.Name}' names column {point.Column}; the readout has columns 0 .. {readout.ObservationSize - 1}.", nameof(setPoints));
            if (!double.IsFinite(point.Target) || !double.IsFinite(point.Scale) || point.Scale <= 0)
                throw new ArgumentException($"SetPointCost: '{point.Name}' has target {point.Target} and scale {point.Scale}; both must be finite and the scale positive.", nameof(setPoints));
        }

        _readout = readout;
        _setPoints = [.. setPoints];
        Name = string.Join(", ", _setPoints.Select(point => point.Name));
        Weight = weight;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double Weight { get; }

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "set-point");
        json.WriteStartArray("points"u8);
        foreach (var point in _setPoints)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, point.Name);
            json.WriteNumber("column"u8, point.Column);
            json.WriteNumber("target"u8, point.Target);
            json.WriteNumber("scale"u8, point.Scale);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <inheritdoc/>
    public void Add(in RolloutBatch batch, Span<float> costs)
    {
        batch.CheckCosts("SetPointCost", costs.Length);
        var width = _readout.ObservationSize;
        var observations = CostMath.Read(_readout, batch, ref _observations);
        for (var candidate = 0; candidate < batch.Candidates; candidate++)
        {
            double sum = 0;
            for (var step = 0; step < batch.Horizon; step++)
            {
                var observation = observations.Slice(((candidate * batch.Horizon) + step) * width, width);
                foreach (var point in _setPoints)
                {
                    var error = (observation[point.Column] - point.Target) / point.Scale;
                    sum += error * error;
                }
            }

            costs[candidate] += (float)(Weight * sum / batch.Horizon);
        }
    }
}
