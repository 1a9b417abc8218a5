using Orrery.Data.Normalization;
using Orrery.Evaluation.OpenLoop;
using Orrery.Models.Identification;

namespace Orrery.Evaluation.Baselines;

/// <summary>Identifies <see cref="LinearStateSpaceModel"/>, and chooses how many states it has.</summary>
public static class LinearStateSpaceFit
{
    /// <summary>Rows of the future that the state must explain, as where the deep model starts from.</summary>
    public const int Future = 20;

    /// <summary>
    /// Identifies with each number of states on the training stretches, keeps the number with the least free-run error on the
    /// validation stretches (the criterion of <see cref="ArxFit.FitBestOrder"/>), and identifies again on both.
    /// </summary>
    /// <param name="training">Stretches to identify on.</param>
    /// <param name="validation">Stretches to choose on.</param>
    /// <param name="both">The stretches before they were divided.</param>
    /// <param name="observation">Normaliser of the observations.</param>
    /// <param name="action">Normaliser of the actions.</param>
    /// <param name="history">n: rows that the state is read from.</param>
    /// <param name="mostStates">The most states to try.</param>
    /// <returns>The model; null when there are too few rows to identify one.</returns>
    public static LinearStateSpaceModel? FitBestSize(
        IReadOnlyList<LogStretch> training, IReadOnlyList<LogStretch> validation, IReadOnlyList<LogStretch> both,
        Normalizer observation, Normalizer action, int history, int mostStates)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(both);
        int best = mostStates;
        double least = double.PositiveInfinity;
        foreach (int states in Enumerable.Range(1, mostStates))
        {
            if (Fit(training, observation, action, history, states) is not { } candidate || candidate.States < states)
                continue;
            double error = ArxFit.FreeRunNrmse(candidate, validation);
            if (error < least)
                (best, least) = (states, error);
        }

        return Fit(both, observation, action, history, best);
    }

    /// <summary>Identifies with at most so many states; null when there are too few rows.</summary>
    /// <param name="training">Stretches to identify on.</param>
    /// <param name="observation">Normaliser of the observations.</param>
    /// <param name="action">Normaliser of the actions.</param>
    /// <param name="history">n: rows that the state is read from.</param>
    /// <param name="states">The most states to keep.</param>
    public static LinearStateSpaceModel? Fit(
        IReadOnlyList<LogStretch> training, Normalizer observation, Normalizer action, int history, int states)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(action);
        NormalizedStretch[] rows = [.. training.Select(stretch => new NormalizedStretch(
            Normalized(stretch.Observations(0, stretch.Rows), observation), Normalized(stretch.Actions(0, stretch.Rows), action)))];
        return SubspaceIdentification.Identify(rows, observation.Size, action.Size, history, Future, states) is { } system
            ? new LinearStateSpaceModel(system, observation, action, history)
            : null;
    }

    private static float[] Normalized(ReadOnlySpan<double> values, Normalizer normalizer)
    {
        float[] rows = new float[values.Length];
        for (int index = 0; index < rows.Length; index++)
            rows[index] = (float)values[index];
        normalizer.Apply(rows, rows);
        return rows;
    }
}
