namespace Orrery.Planning.Guardrails;

/// <summary>
/// Has the last word on every action before it is executed, whoever proposed it: a planner, a policy or a person. It must not
/// depend on how the action came about.
/// </summary>
public interface IGuardrail
{
    /// <summary>What a person calls it.</summary>
    string Name { get; }

    /// <summary>Judges an action.</summary>
    /// <param name="proposal">The action and where it would be executed.</param>
    /// <returns>Whether it may be executed. A guardrail that throws counts as one that says stop.</returns>
    Verdict Inspect(in ActionProposal proposal);
}
