namespace Orrery.Planning.Guardrails;

/// <summary>An action that is about to be executed, and what is known of where.</summary>
/// <param name="action">[A] in physical units.</param>
/// <param name="previousAction">[A], the action executed last, or empty when there was none.</param>
/// <param name="observation">[O], what is measured now in physical units, or empty when nothing was.</param>
/// <param name="latent">[D], where the system was when last looked at, or empty when nobody looked.</param>
/// <param name="expectedLatent">[D], where the last plan said that it would be then, or empty when there was none.</param>
/// <param name="step">Environment steps since the beginning.</param>
public readonly ref struct ActionProposal(
    ReadOnlySpan<float> action, ReadOnlySpan<float> previousAction, ReadOnlySpan<float> observation = default, ReadOnlySpan<float> latent = default,
    ReadOnlySpan<float> expectedLatent = default, long step = 0)
{
    /// <summary>[A] in physical units.</summary>
    public ReadOnlySpan<float> Action { get; } = action;

    /// <summary>[A], the action executed last, or empty.</summary>
    public ReadOnlySpan<float> PreviousAction { get; } = previousAction;

    /// <summary>[O], what is measured now in physical units, or empty.</summary>
    public ReadOnlySpan<float> Observation { get; } = observation;

    /// <summary>[D], where the system was when last looked at, or empty.</summary>
    public ReadOnlySpan<float> Latent { get; } = latent;

    /// <summary>[D], where the last plan said that it would be then, or empty.</summary>
    public ReadOnlySpan<float> ExpectedLatent { get; } = expectedLatent;

    /// <summary>Environment steps since the beginning.</summary>
    public long Step { get; } = step;

    /// <summary>Whether the same decision was put before the guardrail already, and this is what others have made of its answer.</summary>
    public bool IsAskedAgain { get; private init; }

    internal ActionProposal With(ReadOnlySpan<float> action, bool isAskedAgain = false) =>
        new(action, PreviousAction, Observation, Latent, ExpectedLatent, Step) { IsAskedAgain = isAskedAgain };
}
