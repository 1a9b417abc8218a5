namespace Orrery.Planning.Guardrails;

/// <summary>
/// Has the last word on every action before it is executed, whoever proposed it: a planner, a policy, another controller or a
/// person. It must not depend on how the action came about.
/// </summary>
public interface IGuardrail
{
    /// <summary>What a person calls it.</summary>
    string Name { get; }

    /// <summary>
    /// Whether it also judges what a fallback does. True for limits on the action itself; false for doubts about where a plan came
    /// from, which a fallback is the answer to.
    /// </summary>
    bool JudgesFallbacks => true;

    /// <summary>Judges an action.</summary>
    /// <param name="proposal">The action and where it would be executed.</param>
    /// <returns>Whether it may be executed. A guardrail that throws counts as one that says stop.</returns>
    Verdict Inspect(in ActionProposal proposal);

    /// <summary>Is told what was executed, for limits that look back.</summary>
    /// <param name="action">[A] in physical units.</param>
    /// <param name="observation">[O], what was measured when it was decided on, or empty.</param>
    void Executed(ReadOnlySpan<float> action, ReadOnlySpan<float> observation)
    {
    }

    /// <summary>Begins anew.</summary>
    /// <param name="previousAction">[A], the action that is being executed, or empty when there is none.</param>
    void Reset(ReadOnlySpan<float> previousAction)
    {
    }
}
