namespace Orrery.Tensors.Optim;

/// <summary>
/// A learning rate that rises in a line from the start rate to the base rate over the warm-up, then falls along half a cosine to
/// the minimum rate at the last step. Source: Loshchilov and Hutter, "SGDR", 2016, with a warm-up.
/// </summary>
/// <param name="BaseRate">The rate after the warm-up.</param>
/// <param name="WarmupSteps">How many steps the rate rises.</param>
/// <param name="TotalSteps">The step at which the rate reaches the minimum; it stays there.</param>
/// <param name="StartRate">The rate at step 0, if there is a warm-up.</param>
/// <param name="MinimumRate">The rate at the end.</param>
public sealed record WarmupCosineSchedule(float BaseRate, int WarmupSteps, int TotalSteps, float StartRate = 0, float MinimumRate = 0)
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <returns>The rate.</returns>
    public float At(long step)
    {
        if (step < WarmupSteps) return (float)(StartRate + ((BaseRate - (double)StartRate) * step / WarmupSteps));
        if (TotalSteps <= WarmupSteps) return BaseRate;
        var progress = Math.Min(1, (step - WarmupSteps) / (double)(TotalSteps - WarmupSteps));
        return (float)(MinimumRate + ((BaseRate - (double)MinimumRate) * (1 + Math.Cos(Math.PI * progress)) / 2));
    }
}
