using System.Text.Json;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Costs;

/// <summary>How the distances along a candidate become one number.</summary>
public enum GoalForm
{
    /// <summary>
    /// The smallest distance over the horizon plus a share of the mean one: get there at all, then soon. It is the form that
    /// takes detours: walking away from the goal in order to reach it costs little.
    /// </summary>
    Nearest,

    /// <summary>The distance at the horizon's end: indifferent to when the goal is reached.</summary>
    Terminal,

    /// <summary>The sum of the distances: prefers waiting in a dead end near the goal to a long way round.</summary>
    Sum,
}

/// <summary>What counts as distance between two latents.</summary>
public enum LatentDistance
{
    /// <summary>Euclidean norm of the difference.</summary>
    Euclidean,

    /// <summary>Its square.</summary>
    Squared,
}

/// <summary>The distance between the predicted latents and the latent of a goal.</summary>
public sealed class LatentGoalCost : IDifferentiableCost, IDeclared
{
    private readonly float[] _goal;
    private readonly LatentDistance _distance;

    /// <summary>Aims at a latent.</summary>
    /// <param name="goal">[D], the goal's latent; copied.</param>
    /// <param name="form">How the distances along a candidate become one number.</param>
    /// <param name="meanWeight">Weight of the mean distance beside the nearest one; used by <see cref="GoalForm.Nearest"/> alone.</param>
    /// <param name="distance">What counts as distance.</param>
    /// <param name="weight">Weight of the whole term.</param>
    /// <exception cref="ArgumentException">The goal is empty or not finite.</exception>
    public LatentGoalCost(
        ReadOnlySpan<float> goal,
        GoalForm form = GoalForm.Nearest,
        double meanWeight = 0.1,
        LatentDistance distance = LatentDistance.Euclidean,
        double weight = 1)
    {
        CostMath.CheckFinite("LatentGoalCost", "the goal's latent", goal);
        _goal = goal.ToArray();
        Form = form;
        MeanWeight = meanWeight;
        _distance = distance;
        Weight = weight;
    }

    /// <inheritdoc/>
    public string Name => "goal";

    /// <inheritdoc/>
    public double Weight { get; }

    /// <summary>How the distances along a candidate become one number.</summary>
    public GoalForm Form { get; }

    /// <summary>Weight of the mean distance beside the nearest one.</summary>
    public double MeanWeight { get; }

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "latent-goal");
        json.WriteString("form"u8, Form.ToString());
        json.WriteString("distance"u8, _distance.ToString());
        json.Number("meanWeight"u8, MeanWeight);
        json.Bits("goal"u8, _goal);
    }

    /// <inheritdoc/>
    public void Add(in RolloutBatch batch, Span<float> costs)
    {
        batch.CheckCosts("LatentGoalCost", costs.Length);
        CheckLatents(batch);
        for (var candidate = 0; candidate < batch.Candidates; candidate++)
        {
            double nearest = double.PositiveInfinity;
            double sum = 0;
            double last = 0;
            for (var step = 0; step < batch.Horizon; step++)
            {
                var squared = CostMath.SquaredDistance(batch.LatentOf(candidate, step), _goal);
                last = _distance == LatentDistance.Squared ? squared : Math.Sqrt(squared);
                nearest = Math.Min(nearest, last);
                sum += last;
            }

            var term = Form switch
            {
                GoalForm.Nearest => nearest + (MeanWeight * sum / batch.Horizon),
                GoalForm.Terminal => last,
                _ => sum,
            };
            costs[candidate] += (float)(Weight * term);
        }
    }

    /// <inheritdoc/>
    public void AddGradient(in RolloutBatch batch, Span<float> latentGradients, Span<float> actionGradients)
    {
        batch.CheckGradients("LatentGoalCost", latentGradients.Length, actionGradients.Length);
        CheckLatents(batch);
        for (var candidate = 0; candidate < batch.Candidates; candidate++)
        {
            var nearest = Form == GoalForm.Nearest ? Nearest(batch, candidate) : -1;
            for (var step = 0; step < batch.Horizon; step++)
            {
                var share = Form switch
                {
                    GoalForm.Nearest => (step == nearest ? 1 : 0) + (MeanWeight / batch.Horizon),
                    GoalForm.Terminal => step == batch.Horizon - 1 ? 1 : 0,
                    _ => 1.0,
                };
                if (share != 0)
                    AddSlope(batch.LatentOf(candidate, step), Weight * share, latentGradients.Slice(((candidate * batch.Horizon) + step) * _goal.Length, _goal.Length));
            }
        }
    }

    private void AddSlope(ReadOnlySpan<float> latent, double factor, Span<float> gradient)
    {
        var scale = 2 * factor;
        if (_distance == LatentDistance.Euclidean)
        {
            // At the goal itself there is no slope.
            var distance = Math.Sqrt(CostMath.SquaredDistance(latent, _goal));
            scale = distance > 0 ? factor / distance : 0;
        }

        for (var i = 0; i < latent.Length; i++)
            gradient[i] += (float)(scale * ((double)latent[i] - _goal[i]));
    }

    private int Nearest(in RolloutBatch batch, int candidate)
    {
        var nearest = 0;
        var least = double.PositiveInfinity;
        for (var step = 0; step < batch.Horizon; step++)
        {
            var squared = CostMath.SquaredDistance(batch.LatentOf(candidate, step), _goal);
            if (squared < least)
                (nearest, least) = (step, squared);
        }

        return nearest;
    }

    private void CheckLatents(in RolloutBatch batch)
    {
        if (batch.LatentSize != _goal.Length)
            throw new ArgumentException($"LatentGoalCost: latents of {batch.LatentSize} numbers came; the goal has {_goal.Length}.", nameof(batch));
    }
}
