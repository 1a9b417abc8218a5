namespace Orrery.Planning.Guardrails;

/// <summary>An action that is about to be executed.</summary>
public readonly ref struct ActionProposal
{
    /// <summary>Joins the parts.</summary>
    /// <param name="action">[A] in physical units.</param>
    /// <param name="previousAction">[A], the action executed last, or empty when there was none.</param>
    /// <param name="latent">[D], where the system was when last looked at, or empty when nobody looked.</param>
    /// <param name="step">Environment steps since the beginning.</param>
    public ActionProposal(ReadOnlySpan<float> action, ReadOnlySpan<float> previousAction, ReadOnlySpan<float> latent, long step)
    {
        Action = action;
        PreviousAction = previousAction;
        Latent = latent;
        Step = step;
    }

    /// <summary>[A] in physical units.</summary>
    public ReadOnlySpan<float> Action { get; }

    /// <summary>[A], the action executed last, or empty.</summary>
    public ReadOnlySpan<float> PreviousAction { get; }

    /// <summary>[D], where the system was when last looked at, or empty.</summary>
    public ReadOnlySpan<float> Latent { get; }

    /// <summary>Environment steps since the beginning.</summary>
    public long Step { get; }
}
