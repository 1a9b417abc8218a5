using System.Text.Json;
using Orrery.Models;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Costs;

/// <summary>
/// Have a column of the observation follow a trajectory: the square of (predicted - target) / scale, averaged over the horizon. It is
/// stated from the next environment step on; a controller that goes on step after step pursues <see cref="After"/> what has passed.
/// </summary>
public sealed class ReferenceCost : ICost, IDeclared
{
    private readonly IReadout _readout;
    private readonly string _column;
    private readonly int _place;
    private readonly float[] _targets;
    private readonly double _scale;
    private float[] _observations = [];

    /// <summary>Follows a trajectory.</summary>
    /// <param name="readout">Turns latents into physical units.</param>
    /// <param name="column">The column's name.</param>
    /// <param name="place">Its place in the observation, from 0.</param>
    /// <param name="targets">[R], where it should be in physical units, one per environment step from the next one on; the last one holds. Copied.</param>
    /// <param name="scale">What counts as one unit of error, such as the column's standard deviation; positive, in physical units.</param>
    /// <param name="weight">Weight of the term.</param>
    /// <exception cref="ArgumentException">The column does not exist, there is no target, or a number is not finite or the scale not positive.</exception>
    public ReferenceCost(IReadout readout, string column, int place, ReadOnlySpan<float> targets, double scale, double weight = 1)
    {
        CostMath.CheckColumn("ReferenceCost", readout, column, place, scale);
        CostMath.CheckFinite("ReferenceCost", $"the reference of '{column}'", targets);
        _readout = readout;
        _column = column;
        _place = place;
        _targets = targets.ToArray();
        _scale = scale;
        Name = $"{column} (reference)";
        Weight = weight;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double Weight { get; }

    /// <summary>What is left of it when some environment steps have passed; the last target is never dropped.</summary>
    /// <param name="steps">How many have passed, 0 or more.</param>
    public ReferenceCost After(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return new ReferenceCost(_readout, _column, _place, _targets.AsSpan(Math.Min(steps, _targets.Length - 1)), _scale, Weight);
    }

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "reference");
        json.WriteString("column"u8, _column);
        json.WriteNumber("place"u8, _place);
        json.WriteNumber("scale"u8, _scale);
        json.Numbers("targets"u8, (ReadOnlySpan<float>)_targets);
    }

    /// <inheritdoc/>
    public void Add(in RolloutBatch batch, Span<float> costs)
    {
        batch.CheckCosts("ReferenceCost", costs.Length);
        var observations = CostMath.Read(_readout, batch, ref _observations);
        var width = _readout.ObservationSize;
        for (var candidate = 0; candidate < batch.Candidates; candidate++)
        {
            double sum = 0;
            for (var step = 0; step < batch.Horizon; step++)
            {
                // A latent is where its planner step ends.
                var target = _targets[Math.Min(((step + 1) * batch.ActionBlock) - 1, _targets.Length - 1)];
                var error = ((double)observations[(((candidate * batch.Horizon) + step) * width) + _place] - target) / _scale;
                sum += error * error;
            }

            costs[candidate] += (float)(Weight * sum / batch.Horizon);
        }
    }
}
