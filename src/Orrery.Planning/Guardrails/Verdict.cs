namespace Orrery.Planning.Guardrails;

/// <summary>A guardrail's answer.</summary>
public enum VerdictKind
{
    /// <summary>The action may be executed.</summary>
    Allow,

    /// <summary>Another action must be executed in its place.</summary>
    Replace,

    /// <summary>Nothing but the fallback may be executed until a person has looked.</summary>
    Stop,
}

/// <summary>A guardrail's answer to one proposed action.</summary>
public sealed record Verdict
{
    private Verdict(VerdictKind kind, string reason, ReadOnlyMemory<float> replacement)
    {
        Kind = kind;
        Reason = reason;
        Replacement = replacement;
    }

    /// <summary>The action may be executed.</summary>
    public static Verdict Allow { get; } = new(VerdictKind.Allow, "", default);

    /// <summary>What is to happen.</summary>
    public VerdictKind Kind { get; }

    /// <summary>Why, as a sentence for a person; empty when allowed.</summary>
    public string Reason { get; }

    /// <summary>[A], the action to execute instead, in physical units; empty unless replaced.</summary>
    public ReadOnlyMemory<float> Replacement { get; }

    /// <summary>Another action must be executed.</summary>
    /// <param name="action">[A], in physical units; copied.</param>
    /// <param name="reason">Why, as a sentence for a person.</param>
    public static Verdict Replace(ReadOnlySpan<float> action, string reason) => new(VerdictKind.Replace, reason, action.ToArray());

    /// <summary>Nothing but the fallback may be executed.</summary>
    /// <param name="reason">Why, as a sentence for a person.</param>
    public static Verdict Stop(string reason) => new(VerdictKind.Stop, reason, default);
}

/// <summary>A verdict and who gave it.</summary>
/// <param name="Guardrail">The guardrail's name.</param>
/// <param name="Verdict">Its verdict.</param>
public sealed record GuardrailVerdict(string Guardrail, Verdict Verdict);
