namespace Orrery.Planning.Guardrails;

/// <summary>A guardrail's answer.</summary>
public enum VerdictKind
{
    /// <summary>The action may be executed.</summary>
    Allow,

    /// <summary>Another action, one that is allowed, must be executed in its place.</summary>
    Narrow,

    /// <summary>The fallback must be executed in its place.</summary>
    Veto,
}

/// <summary>A guardrail's answer to one proposed action.</summary>
public sealed record Verdict
{
    private Verdict(VerdictKind kind, string reason, ReadOnlyMemory<float> replacement, bool stops = false)
    {
        Kind = kind;
        Reason = reason;
        Replacement = replacement;
        Stops = stops;
    }

    /// <summary>The action may be executed.</summary>
    public static Verdict Allow { get; } = new(VerdictKind.Allow, "", default);

    /// <summary>What is to happen.</summary>
    public VerdictKind Kind { get; }

    /// <summary>Why, as a sentence for a person; empty when allowed.</summary>
    public string Reason { get; }

    /// <summary>[A], the action to execute instead, in physical units; empty unless narrowed.</summary>
    public ReadOnlyMemory<float> Replacement { get; }

    /// <summary>Whether a veto holds from now on, until a person has looked.</summary>
    public bool Stops { get; }

    /// <summary>Another action must be executed.</summary>
    /// <param name="action">[A], in physical units; copied.</param>
    /// <param name="reason">Why, as a sentence for a person.</param>
    public static Verdict Narrow(ReadOnlySpan<float> action, string reason) => new(VerdictKind.Narrow, reason, action.ToArray());

    /// <summary>The fallback must be executed at this step.</summary>
    /// <param name="reason">Why, as a sentence for a person.</param>
    public static Verdict Veto(string reason) => new(VerdictKind.Veto, reason, default);

    /// <summary>The fallback must be executed from now on, until a person has looked.</summary>
    /// <param name="reason">Why, as a sentence for a person.</param>
    public static Verdict Stop(string reason) => new(VerdictKind.Veto, reason, default, stops: true);
}

/// <summary>A verdict and who gave it.</summary>
/// <param name="Guardrail">The guardrail's name.</param>
/// <param name="Verdict">Its verdict.</param>
public sealed record GuardrailVerdict(string Guardrail, Verdict Verdict);
