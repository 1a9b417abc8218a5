namespace Orrery.Planning.Costs;

/// <summary>Something to make small. Costs are traded against each other: they add up. Not thread-safe.</summary>
public interface ICost
{
    /// <summary>What a person calls it, for the printed breakdown.</summary>
    string Name { get; }

    /// <summary>What its term is multiplied by.</summary>
    double Weight { get; }

    /// <summary>Adds weight times term to each candidate's cost. A candidate's cost must not depend on its place or on the others.</summary>
    /// <param name="batch">The candidates.</param>
    /// <param name="costs">[S], added to. A cost that is not finite ranks its candidate last.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    void Add(in RolloutBatch batch, Span<float> costs);
}
