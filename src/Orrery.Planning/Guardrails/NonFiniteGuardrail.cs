using System.Text.Json;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Guardrails;

/// <summary>Replaces an action that holds NaN or infinity by a fallback.</summary>
public sealed class NonFiniteGuardrail : IGuardrail, IDeclared
{
    private readonly float[] _fallback;

    /// <summary>Guards against numbers that are none.</summary>
    /// <param name="fallback">[A], finite, in physical units; copied.</param>
    /// <exception cref="ArgumentException">The fallback is empty or not finite.</exception>
    public NonFiniteGuardrail(ReadOnlySpan<float> fallback)
    {
        if (fallback.Length == 0 || !Finite(fallback))
            throw new ArgumentException("NonFiniteGuardrail: the fallback action must hold at least one number, all of them finite.", nameof(fallback));
        _fallback = fallback.ToArray();
    }

    /// <inheritdoc/>
    public string Name => "finite numbers";

    /// <inheritdoc/>
    public void Declare(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "finite-numbers");
        json.Numbers("fallback"u8, _fallback);
    }

    /// <inheritdoc/>
    public Verdict Inspect(in ActionProposal proposal) => Finite(proposal.Action)
        ? Verdict.Allow
        : Verdict.Narrow(_fallback, "The action held a number that is not finite; the fallback takes its place.");

    private static bool Finite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }

        return true;
    }
}
