using System.Text.Json;
using Orrery.Models;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Costs;

/// <summary>
/// Keep a column of the observation in a zone: nothing inside, outside the square of its distance from the zone in units of the scale,
/// averaged over the horizon. It is traded against other costs; what must hold is a limit.
/// </summary>
public sealed class ZoneCost : ICost, IDeclared
{
    private readonly IReadout _readout;
    private readonly ZoneGoal _zone;
    private readonly int _place;
    private readonly double _scale;
    private float[] _observations = [];

    /// <summary>Aims at a zone.</summary>
    /// <param name="readout">Turns latents into physical units.</param>
    /// <param name="zone">The column and its bounds in physical units; one may be infinite.</param>
    /// <param name="place">The column's place in the observation, from 0.</param>
    /// <param name="scale">What counts as one unit of distance, such as the column's standard deviation; positive, in physical units.</param>
    /// <param name="weight">Weight of the term.</param>
    /// <exception cref="ArgumentException">The column does not exist, the bounds leave nothing between them, or the scale is not positive.</exception>
    public ZoneCost(IReadout readout, ZoneGoal zone, int place, double scale, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(zone);
        CostMath.CheckColumn("ZoneCost", readout, zone.Name, place, scale);
        if (!(zone.Low <= zone.High))
            throw new ArgumentException($"ZoneCost: '{zone.Name}' has bounds {zone.Low} and {zone.High}; the lower must not be above the upper.", nameof(zone));
        _readout = readout;
        _zone = zone;
        _place = place;
        _scale = scale;
        Weight = weight;
    }

    /// <inheritdoc/>
    public string Name => _zone.ToString();

    /// <inheritdoc/>
    public double Weight { get; }

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "zone");
        json.WriteString("column"u8, _zone.Name);
        json.WriteNumber("place"u8, _place);
        json.Number("low"u8, _zone.Low);
        json.Number("high"u8, _zone.High);
        json.WriteNumber("scale"u8, _scale);
    }

    /// <inheritdoc/>
    public void Add(in RolloutBatch batch, Span<float> costs)
    {
        batch.CheckCosts("ZoneCost", costs.Length);
        var observations = CostMath.Read(_readout, batch, ref _observations);
        var width = _readout.ObservationSize;
        for (var candidate = 0; candidate < batch.Candidates; candidate++)
        {
            double sum = 0;
            for (var step = 0; step < batch.Horizon; step++)
            {
                double value = observations[(((candidate * batch.Horizon) + step) * width) + _place];
                // Math.Max hands NaN on, so that an unreadable prediction never counts as inside.
                var distance = Math.Max(0, Math.Max(_zone.Low - value, value - _zone.High)) / _scale;
                sum += distance * distance;
            }

            costs[candidate] += (float)(Weight * sum / batch.Horizon);
        }
    }
}
