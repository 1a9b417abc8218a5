namespace Orrery.Planning.Guardrails;

/// <summary>
/// Asks guardrails in order until all of them allow one and the same action. A replacement is put before all of them again, so
/// that no guardrail can undo another's word; if they cannot agree, or one fails, the answer is stop.
/// </summary>
public sealed class GuardrailChain
{
    private readonly IGuardrail[] _guardrails;

    /// <summary>Lines guardrails up.</summary>
    /// <param name="guardrails">In the order in which they are asked.</param>
    public GuardrailChain(IEnumerable<IGuardrail> guardrails)
    {
        ArgumentNullException.ThrowIfNull(guardrails);
        _guardrails = [.. guardrails];
    }

    /// <summary>Judges an action.</summary>
    /// <param name="action">[A], the proposal; replaced in place by what may be executed.</param>
    /// <param name="previousAction">[A], the action executed last, or empty.</param>
    /// <param name="latent">[D], where the system is, or empty.</param>
    /// <param name="step">Environment steps since the beginning.</param>
    /// <param name="verdicts">Every verdict that was not to allow is added, in order.</param>
    /// <returns>Whether all allow what <paramref name="action"/> now holds; otherwise it must not be executed.</returns>
    public bool Inspect(Span<float> action, ReadOnlySpan<float> previousAction, ReadOnlySpan<float> latent, long step, ICollection<GuardrailVerdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        for (var round = 0; round <= _guardrails.Length; round++)
        {
            var replaced = false;
            foreach (var guardrail in _guardrails)
            {
                var verdict = Ask(guardrail, new ActionProposal(action, previousAction, latent, step));
                if (verdict.Kind == VerdictKind.Allow)
                    continue;
                verdicts.Add(new GuardrailVerdict(guardrail.Name, verdict));
                if (verdict.Kind == VerdictKind.Stop)
                    return false;
                verdict.Replacement.Span.CopyTo(action);
                replaced = true;
            }

            if (!replaced)
                return true;
        }

        verdicts.Add(new GuardrailVerdict("guardrails", Verdict.Stop("The guardrails could not agree on an action: each replacement was replaced again.")));
        return false;
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
        if (verdict.Kind != VerdictKind.Replace)
            return verdict;
        if (verdict.Replacement.Length != proposal.Action.Length)
            return Verdict.Stop($"The guardrail's replacement has {verdict.Replacement.Length} numbers; an action has {proposal.Action.Length}.");
        return verdict.Replacement.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue)
            ? Verdict.Stop("The guardrail's replacement holds a number that is not finite.")
            : verdict;
    }
}
