namespace Orrery.Models;

/// <summary>Dynamics that know which actions they were trained on, so that a search can be measured in units of them.</summary>
public interface IActionStatistics
{
    /// <summary>[A]: mean of the training's actions in physical units; empty where it is not known.</summary>
    IReadOnlyList<double> ActionMean { get; }

    /// <summary>[A]: standard deviation of the training's actions in physical units, positive; empty where it is not known.</summary>
    IReadOnlyList<double> ActionDeviation { get; }
}
