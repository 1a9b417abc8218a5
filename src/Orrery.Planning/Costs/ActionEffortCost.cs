using System.Text.Json;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Costs;

/// <summary>Spend little: the mean square of the actions, each in units of its scale, over all environment steps.</summary>
public sealed class ActionEffortCost : IDifferentiableCost, IDeclared
{
    private readonly float[] _scale;
    private readonly float[] _rest;

    /// <summary>Prices actions.</summary>
    /// <param name="scale">[A], what counts as one unit of each action in physical units, such as half of its range; positive.</param>
    /// <param name="weight">Weight of the term.</param>
    /// <param name="rest">[A], the action that costs nothing, in physical units; 0 when empty.</param>
    /// <exception cref="ArgumentException">Sizes do not fit or a number is not allowed.</exception>
    public ActionEffortCost(ReadOnlySpan<float> scale, double weight = 1, ReadOnlySpan<float> rest = default)
    {
        CostMath.CheckScale("ActionEffortCost", scale);
        if (rest.Length != 0)
        {
            CostMath.CheckFinite("ActionEffortCost", "the rest action", rest);
            if (rest.Length != scale.Length)
                throw new ArgumentException($"ActionEffortCost: a rest action of {rest.Length} numbers came; {scale.Length} or none were needed.", nameof(rest));
        }

        _scale = scale.ToArray();
        _rest = rest.Length == 0 ? new float[scale.Length] : rest.ToArray();
        Weight = weight;
    }

    /// <inheritdoc/>
    public string Name => "effort";

    /// <inheritdoc/>
    public double Weight { get; }

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "effort");
        json.Numbers("scale"u8, _scale);
        json.Numbers("rest"u8, _rest);
    }

    /// <inheritdoc/>
    public void Add(in RolloutBatch batch, Span<float> costs)
    {
        batch.CheckCosts("ActionEffortCost", costs.Length);
        CheckActions(batch);
        for (var candidate = 0; candidate < batch.Candidates; candidate++)
        {
            var actions = batch.ActionsOf(candidate);
            double sum = 0;
            var column = 0;
            foreach (var action in actions)
            {
                var effort = ((double)action - _rest[column]) / _scale[column];
                sum += effort * effort;
                column = column + 1 == _scale.Length ? 0 : column + 1;
            }

            costs[candidate] += (float)(Weight * sum / actions.Length);
        }
    }

    /// <inheritdoc/>
    public void AddGradient(in RolloutBatch batch, Span<float> latentGradients, Span<float> actionGradients)
    {
        batch.CheckGradients("ActionEffortCost", latentGradients.Length, actionGradients.Length);
        CheckActions(batch);
        var factor = 2 * Weight * batch.Candidates / batch.Actions.Length;
        for (var i = 0; i < actionGradients.Length; i++)
        {
            double scale = _scale[i % _scale.Length];
            actionGradients[i] += (float)(factor * ((double)batch.Actions[i] - _rest[i % _scale.Length]) / (scale * scale));
        }
    }

    private void CheckActions(in RolloutBatch batch)
    {
        if (batch.ActionSize != _scale.Length)
            throw new ArgumentException($"ActionEffortCost: actions of {batch.ActionSize} numbers came; the scale has {_scale.Length}.", nameof(batch));
    }
}
