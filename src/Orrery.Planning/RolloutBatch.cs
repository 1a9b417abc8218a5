namespace Orrery.Planning;

/// <summary>What a set of candidates does and where the model says that it leads: all that a cost or a constraint may judge.</summary>
public readonly ref struct RolloutBatch
{
    /// <summary>Joins the parts.</summary>
    /// <param name="candidates">S, at least 1.</param>
    /// <param name="horizon">H in planner steps, at least 1.</param>
    /// <param name="actionBlock">K: environment steps per planner step, at least 1.</param>
    /// <param name="actions">[S, H, K A] in physical units.</param>
    /// <param name="latents">[S, H, D], after each planner step.</param>
    /// <param name="startLatent">[D], where all candidates start.</param>
    /// <param name="previousAction">[A], the action executed last, or empty when there was none.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public RolloutBatch(
        int candidates,
        int horizon,
        int actionBlock,
        ReadOnlySpan<float> actions,
        ReadOnlySpan<float> latents,
        ReadOnlySpan<float> startLatent,
        ReadOnlySpan<float> previousAction)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(candidates, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(actionBlock, 1);
        var steps = candidates * horizon;
        if (latents.Length != steps * startLatent.Length)
        {
            throw new ArgumentException(
                $"RolloutBatch: {latents.Length} latent numbers came; S {candidates} x H {horizon} x D {startLatent.Length} = {steps * startLatent.Length} were needed.",
                nameof(latents));
        }

        if (actions.Length == 0 || actions.Length % (steps * actionBlock) != 0)
        {
            throw new ArgumentException(
                $"RolloutBatch: {actions.Length} action numbers came; a multiple of S {candidates} x H {horizon} x K {actionBlock} = {steps * actionBlock} was needed.",
                nameof(actions));
        }

        ActionSize = actions.Length / (steps * actionBlock);
        if (previousAction.Length != 0 && previousAction.Length != ActionSize)
            throw new ArgumentException($"RolloutBatch: a previous action of {previousAction.Length} numbers came; {ActionSize} or none were needed.", nameof(previousAction));
        Candidates = candidates;
        Horizon = horizon;
        ActionBlock = actionBlock;
        Actions = actions;
        Latents = latents;
        StartLatent = startLatent;
        PreviousAction = previousAction;
    }

    /// <summary>S.</summary>
    public int Candidates { get; }

    /// <summary>H, in planner steps.</summary>
    public int Horizon { get; }

    /// <summary>K: environment steps per planner step.</summary>
    public int ActionBlock { get; }

    /// <summary>A: numbers in the action of one environment step.</summary>
    public int ActionSize { get; }

    /// <summary>D: numbers in a latent.</summary>
    public int LatentSize => StartLatent.Length;

    /// <summary>[S, H, K A] in physical units.</summary>
    public ReadOnlySpan<float> Actions { get; }

    /// <summary>[S, H, D], after each planner step.</summary>
    public ReadOnlySpan<float> Latents { get; }

    /// <summary>[D], where all candidates start.</summary>
    public ReadOnlySpan<float> StartLatent { get; }

    /// <summary>[A], the action executed last, or empty.</summary>
    public ReadOnlySpan<float> PreviousAction { get; }

    /// <summary>One candidate's actions, [H K, A] in physical units.</summary>
    /// <param name="candidate">0 .. S - 1.</param>
    public ReadOnlySpan<float> ActionsOf(int candidate)
    {
        var size = Horizon * ActionBlock * ActionSize;
        return Actions.Slice(candidate * size, size);
    }

    /// <summary>One candidate's latent after one planner step, [D].</summary>
    /// <param name="candidate">0 .. S - 1.</param>
    /// <param name="step">0 .. H - 1.</param>
    public ReadOnlySpan<float> LatentOf(int candidate, int step) =>
        Latents.Slice(((candidate * Horizon) + step) * LatentSize, LatentSize);

    internal void CheckCosts(string operation, int length)
    {
        if (length != Candidates)
            throw new ArgumentException($"{operation}: {length} places for results came; one per candidate, {Candidates}, were needed.");
    }

    internal void CheckGradients(string operation, int latents, int actions)
    {
        if (latents != Latents.Length || actions != Actions.Length)
            throw new ArgumentException($"{operation}: places for {latents} latent and {actions} action slopes came; {Latents.Length} and {Actions.Length} were needed.");
    }
}
