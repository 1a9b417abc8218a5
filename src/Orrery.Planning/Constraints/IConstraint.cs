namespace Orrery.Planning.Constraints;

/// <summary>
/// Something that a plan should satisfy before its cost matters: candidates that violate it rank after all that do not, by how
/// much they do. It shapes the search and is only as good as the model; what must hold is a guardrail's business. Not thread-safe.
/// </summary>
public interface IConstraint
{
    /// <summary>What a person calls it.</summary>
    string Name { get; }

    /// <summary>Adds each candidate's violation.</summary>
    /// <param name="batch">The candidates.</param>
    /// <param name="violations">[S], added to: 0 when satisfied, otherwise positive, in steps of a typical deviation or a similar scale.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    void Violation(in RolloutBatch batch, Span<float> violations);
}
