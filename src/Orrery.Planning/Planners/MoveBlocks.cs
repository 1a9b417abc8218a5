namespace Orrery.Planning.Planners;

/// <summary>
/// Which planner steps share a decision. With fewer decisions than steps the first ones are short and the later ones longer and longer,
/// because what is decided for later is decided again before it is executed: decision m begins at m + (H - M) (m / M)^2, so that
/// their lengths grow linearly from about one step. Source: Cagienard et al., Move blocking strategies in receding horizon control, 2007.
/// </summary>
public static class MoveBlocks
{
    /// <summary>M: how many decisions there are.</summary>
    /// <param name="horizon">H: planner steps.</param>
    /// <param name="decisions">At most so many; 0 for one per planner step.</param>
    public static int Count(int horizon, int decisions) => decisions == 0 ? horizon : Math.Min(horizon, decisions);

    /// <summary>How many planner steps each decision lasts.</summary>
    /// <param name="horizon">H: planner steps, at least 1.</param>
    /// <param name="decisions">At most so many; 0 for one per planner step.</param>
    /// <returns>[M], each at least 1; they add up to H.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no step, or a negative number of decisions.</exception>
    public static int[] Lengths(int horizon, int decisions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(decisions);
        var lengths = new int[Count(horizon, decisions)];
        for (var move = 0; move < lengths.Length; move++)
            lengths[move] = Begin(move + 1, lengths.Length, horizon) - Begin(move, lengths.Length, horizon);
        return lengths;
    }

    /// <summary>[H K]: the decision that each environment step belongs to.</summary>
    internal static int[] MoveOfStep(PlanningProblemSizes sizes)
    {
        var steps = sizes.Horizon * sizes.ActionBlock;
        var moves = new int[steps];
        if (sizes.Moves > sizes.Horizon)
        {
            for (var step = 0; step < steps; step++)
                moves[step] = step;
            return moves;
        }

        var next = 0;
        var lengths = Lengths(sizes.Horizon, sizes.Moves);
        for (var move = 0; move < lengths.Length; move++)
        {
            for (var step = 0; step < lengths[move] * sizes.ActionBlock; step++)
                moves[next++] = move;
        }

        return moves;
    }

    /// <summary>[M]: the environment step that stands for each decision: the end of the planner step in its middle.</summary>
    internal static int[] StepOfMove(PlanningProblemSizes sizes)
    {
        if (sizes.Moves > sizes.Horizon)
            return [.. Enumerable.Range(0, sizes.Moves)];
        var lengths = Lengths(sizes.Horizon, sizes.Moves);
        var steps = new int[lengths.Length];
        var begin = 0;
        for (var move = 0; move < lengths.Length; begin += lengths[move++])
            steps[move] = ((begin + ((lengths[move] - 1) / 2) + 1) * sizes.ActionBlock) - 1;
        return steps;
    }

    /// <summary>[M]: how far the noise of each decision goes with that of the one before, so that it is the same in time however long they are.</summary>
    internal static double[] Correlations(PlanningProblemSizes sizes, double correlation)
    {
        var correlations = new double[sizes.Moves];
        correlations.AsSpan().Fill(correlation);
        if (sizes.Moves < sizes.Horizon)
        {
            var lengths = Lengths(sizes.Horizon, sizes.Moves);
            for (var move = 1; move < correlations.Length; move++)
                correlations[move] = Math.Pow(correlation, lengths[move - 1]);
        }

        return correlations;
    }

    private static int Begin(int move, int moves, int horizon) =>
        (int)(move + ((long)(horizon - moves) * move * move / ((long)moves * moves)));
}
