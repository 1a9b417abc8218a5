namespace Orrery.Planning.Costs;

/// <summary>A cost that knows its slope, for planners that follow it. Not thread-safe.</summary>
public interface IDifferentiableCost : ICost
{
    /// <summary>Adds the slope of each candidate's cost, weight included; where there is none (a corner), that of one side or 0.</summary>
    /// <param name="batch">The candidates.</param>
    /// <param name="latentGradients">[S, H, D], added to: d cost / d latent.</param>
    /// <param name="actionGradients">[S, H, K A], added to: d cost / d action, per physical unit, as far as it does not go through latents.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    void AddGradient(in RolloutBatch batch, Span<float> latentGradients, Span<float> actionGradients);
}
