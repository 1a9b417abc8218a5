using System.Text.Json;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Costs;

/// <summary>
/// Stay smooth: the mean square of the change from one environment step to the next, each action in units of its scale. The
/// change from the action executed last counts when there was one.
/// </summary>
public sealed class ActionRateCost : IDifferentiableCost, IDeclared
{
    private readonly float[] _scale;
    private readonly float[] _columnWeights;

    /// <summary>Prices changes.</summary>
    /// <param name="scale">[A], what counts as one unit of each action in physical units, such as half of its range; positive.</param>
    /// <param name="weight">Weight of the term.</param>
    /// <param name="columnWeights">[A], how much each action's changes count beside the others', 0 or more; 1 when empty.</param>
    /// <exception cref="ArgumentException">A number is not allowed, or the lengths do not fit.</exception>
    public ActionRateCost(ReadOnlySpan<float> scale, double weight = 1, ReadOnlySpan<float> columnWeights = default)
    {
        CostMath.CheckScale("ActionRateCost", scale);
        if (columnWeights.Length != 0 && columnWeights.Length != scale.Length)
            throw new ArgumentException($"ActionRateCost: {columnWeights.Length} weights of columns came; {scale.Length} or none were needed.", nameof(columnWeights));
        foreach (var one in columnWeights)
        {
            if (!(one >= 0) || !float.IsFinite(one))
                throw new ArgumentException($"ActionRateCost: a column's weight is {one}; it must be finite and not negative.", nameof(columnWeights));
        }

        _scale = scale.ToArray();
        _columnWeights = columnWeights.ToArray();
        Weight = weight;
    }

    /// <inheritdoc/>
    public string Name => "rate";

    /// <inheritdoc/>
    public double Weight { get; }

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "rate");
        json.Numbers("scale"u8, _scale);
        if (_columnWeights.Length != 0)
            json.Numbers("columnWeights"u8, _columnWeights);
    }

    /// <inheritdoc/>
    public void Add(in RolloutBatch batch, Span<float> costs)
    {
        batch.CheckCosts("ActionRateCost", costs.Length);
        CheckActions(batch);
        var size = batch.ActionSize;
        for (var candidate = 0; candidate < batch.Candidates; candidate++)
        {
            var actions = batch.ActionsOf(candidate);
            var before = batch.PreviousAction;
            double sum = 0;
            for (var at = 0; at < actions.Length; at += size)
            {
                var action = actions.Slice(at, size);
                for (var column = 0; column < before.Length; column++)
                {
                    var change = ((double)action[column] - before[column]) / _scale[column];
                    sum += _columnWeights.Length == 0 ? change * change : _columnWeights[column] * change * change;
                }

                before = action;
            }

            costs[candidate] += (float)(Weight * sum / actions.Length);
        }
    }

    /// <inheritdoc/>
    public void AddGradient(in RolloutBatch batch, Span<float> latentGradients, Span<float> actionGradients)
    {
        batch.CheckGradients("ActionRateCost", latentGradients.Length, actionGradients.Length);
        CheckActions(batch);
        var size = batch.ActionSize;
        var length = batch.Actions.Length / batch.Candidates;
        for (var candidate = 0; candidate < batch.Candidates; candidate++)
        {
            var actions = batch.ActionsOf(candidate);
            var gradients = actionGradients.Slice(candidate * length, length);
            var before = batch.PreviousAction;
            for (var at = 0; at < length; at += size)
            {
                for (var column = 0; column < before.Length; column++)
                {
                    var weight = _columnWeights.Length == 0 ? 1 : _columnWeights[column];
                    var slope = (float)(2 * Weight * weight * ((double)actions[at + column] - before[column]) / ((double)_scale[column] * _scale[column] * length));
                    gradients[at + column] += slope;
                    if (at > 0)
                        gradients[at - size + column] -= slope;
                }

                before = actions.Slice(at, size);
            }
        }
    }

    private void CheckActions(in RolloutBatch batch)
    {
        if (batch.ActionSize != _scale.Length)
            throw new ArgumentException($"ActionRateCost: actions of {batch.ActionSize} numbers came; the scale has {_scale.Length}.", nameof(batch));
    }
}
