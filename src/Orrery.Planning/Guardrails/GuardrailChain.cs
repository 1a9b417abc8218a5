namespace Orrery.Planning.Guardrails;

/// <summary>
/// Asks guardrails in order until all of them allow one and the same action. What one narrows is put before all of them again, so
/// that no guardrail can undo another's word; if they cannot agree, or one fails, the answer is stop. It needs no planner: put it
/// between a person or another controller and the plant, and tell it what was executed.
/// </summary>
public sealed class GuardrailChain
{
    private readonly IGuardrail[] _guardrails;
    private GuardrailVerdict? _lost;

    /// <summary>Lines guardrails up.</summary>
    /// <param name="guardrails">In the order in which they are asked.</param>
    public GuardrailChain(IEnumerable<IGuardrail> guardrails)
    {
        ArgumentNullException.ThrowIfNull(guardrails);
        _guardrails = [.. guardrails];
    }

    /// <summary>The guardrails, in the order in which they are asked.</summary>
    public IReadOnlyList<IGuardrail> Guardrails => _guardrails;

    /// <summary>Judges an action.</summary>
    /// <param name="action">[A], replaced in place by what may be executed.</param>
    /// <param name="proposal">What is known beside the action; its own action is not looked at.</param>
    /// <param name="verdicts">Every verdict that was not to allow is added, in order.</param>
    /// <param name="isFallback">Whether the action comes from a fallback, which only some guardrails judge.</param>
    /// <returns>Whether all allow what <paramref name="action"/> now holds; otherwise it must not be executed.</returns>
    public bool Inspect(Span<float> action, in ActionProposal proposal, ICollection<GuardrailVerdict> verdicts, bool isFallback = false)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        if (_lost is not null)
        {
            verdicts.Add(_lost);
            return false;
        }

        for (var round = 0; round <= _guardrails.Length; round++)
        {
            var narrowed = false;
            foreach (var guardrail in _guardrails)
            {
                if (isFallback && !guardrail.JudgesFallbacks)
                    continue;
                var verdict = Ask(guardrail, proposal.With(action, isAskedAgain: round > 0));
                if (verdict.Kind == VerdictKind.Allow)
                    continue;
                verdicts.Add(new GuardrailVerdict(guardrail.Name, verdict));
                if (verdict.Kind == VerdictKind.Veto)
                    return false;
                verdict.Replacement.Span.CopyTo(action);
                narrowed = true;
            }

            if (!narrowed)
                return true;
        }

        verdicts.Add(new GuardrailVerdict("guardrails", Verdict.Stop("The guardrails could not agree on an action: what one narrowed, another narrowed again.")));
        return false;
    }

    /// <summary>
    /// The last resort, when even the fallback is forbidden: narrows an action as far as guardrails that judge fallbacks and narrow ask,
    /// whatever the others forbid. Hard limits hold then too.
    /// </summary>
    /// <param name="action">[A], narrowed in place.</param>
    /// <param name="proposal">What is known beside the action; its own action is not looked at.</param>
    public void Enforce(Span<float> action, in ActionProposal proposal)
    {
        foreach (var guardrail in _guardrails)
        {
            // Who only doubts plans would undo here what a limit has just asked for.
            if (!guardrail.JudgesFallbacks)
                continue;
            var verdict = Ask(guardrail, proposal.With(action));
            if (verdict.Kind == VerdictKind.Narrow)
                verdict.Replacement.Span.CopyTo(action);
        }
    }

    /// <summary>Tells all guardrails what was executed. From one that fails at this on, the answer is stop: it has lost track of what it limits.</summary>
    /// <param name="action">[A] in physical units.</param>
    /// <param name="observation">[O], what was measured when it was decided on, or empty.</param>
    public void Executed(ReadOnlySpan<float> action, ReadOnlySpan<float> observation)
    {
        foreach (var guardrail in _guardrails)
        {
            try
            {
                guardrail.Executed(action, observation);
            }
            catch (Exception failure)
            {
                _lost ??= new GuardrailVerdict(guardrail.Name, Verdict.Stop($"The guardrail failed to take note of what was executed: {failure.Message}"));
            }
        }
    }

    /// <summary>Begins anew.</summary>
    /// <param name="previousAction">[A], the action that is being executed, or empty when there is none.</param>
    public void Reset(ReadOnlySpan<float> previousAction)
    {
        _lost = null;
        foreach (var guardrail in _guardrails)
            guardrail.Reset(previousAction);
    }

    private static Verdict Ask(IGuardrail guardrail, in ActionProposal proposal)
    {
        Verdict verdict;
        try
        {
            verdict = guardrail.Inspect(proposal);
        }
        catch (Exception failure)
        {
            return Verdict.Stop($"The guardrail failed and so cannot vouch for the action: {failure.Message}");
        }

        if (verdict is null)
            return Verdict.Stop("The guardrail gave no verdict.");
        if (verdict.Kind != VerdictKind.Narrow)
            return verdict;
        if (verdict.Replacement.Length != proposal.Action.Length)
            return Verdict.Stop($"The guardrail's replacement has {verdict.Replacement.Length} numbers; an action has {proposal.Action.Length}.");
        return verdict.Replacement.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue)
            ? Verdict.Stop("The guardrail's replacement holds a number that is not finite.")
            : verdict;
    }
}
