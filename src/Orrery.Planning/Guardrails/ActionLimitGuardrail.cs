using System.Text.Json;
using Orrery.Planning.Audit;
using Orrery.Planning.Constraints;

namespace Orrery.Planning.Guardrails;

/// <summary>Replaces an action outside the limits by the nearest one inside, along each limit in turn.</summary>
public sealed class ActionLimitGuardrail : IGuardrail, IDeclared
{
    private readonly ActionLimits _limits;
    private readonly float[] _action;

    /// <summary>Guards limits.</summary>
    /// <param name="limits">The limits that every executed action obeys.</param>
    public ActionLimitGuardrail(ActionLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _limits = limits;
        _action = new float[limits.ActionSize];
    }

    /// <inheritdoc/>
    public string Name => "action limits";

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "action-limits");
        AuditDeclarations.WriteLimits(json, "limits"u8, _limits);
    }

    /// <inheritdoc/>
    public Verdict Inspect(in ActionProposal proposal)
    {
        if (proposal.Action.Length != _action.Length)
            return Verdict.Stop($"The action has {proposal.Action.Length} numbers; the limits are for {_action.Length}.");
        if (_limits.Contains(proposal.Action, proposal.PreviousAction))
            return Verdict.Allow;
        proposal.Action.CopyTo(_action);
        _limits.Project(_action, proposal.PreviousAction);
        // Where the box cannot be reached within the rate limit the box wins; projecting again would change nothing.
        return _action.AsSpan().SequenceEqual(proposal.Action)
            ? Verdict.Allow
            : Verdict.Narrow(_action, "The action was outside the limits; the nearest one inside takes its place.");
    }
}
