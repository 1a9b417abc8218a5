using MathNet.Numerics.LinearAlgebra;
using Orrery.Data.Normalization;
using Orrery.Evaluation.OpenLoop;
using Orrery.Models.Identification;

namespace Orrery.Evaluation.Baselines;

/// <summary>
/// The linear state-space model x(t) = window(t) E, x(t+1) = x(t) A + a(t+1) B, o(t) = x(t) C that a subspace method identified on
/// normalised rows, run free from its own estimate of the state. It is what the deep model starts its training from.
/// </summary>
public sealed class LinearStateSpaceModel : IFreeRunModel
{
    /// <summary>How names of such models begin.</summary>
    public const string DisplayName = "Linear state space";

    private readonly LinearStateSpace _system;
    private readonly Normalizer _observation;
    private readonly Normalizer _action;

    /// <summary>Wraps an identified system.</summary>
    /// <param name="system">What was identified on normalised rows.</param>
    /// <param name="observation">Normaliser of the observations.</param>
    /// <param name="action">Normaliser of the actions.</param>
    /// <param name="history">n: rows that the state is read from.</param>
    /// <exception cref="ArgumentException">The system is not one of these sizes.</exception>
    public LinearStateSpaceModel(LinearStateSpace system, Normalizer observation, Normalizer action, int history)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(action);
        if (system.Encoder.RowCount != history * (observation.Size + action.Size))
            throw new ArgumentException(
                $"Linear state space: its state is read from {system.Encoder.RowCount} numbers, but {history} rows of {observation.Size} observations "
                + $"and {action.Size} actions hold {history * (observation.Size + action.Size)}; use what it was identified with.", nameof(history));
        (_system, _observation, _action, History) = (system, observation, action, history);
    }

    /// <inheritdoc/>
    public string Name => $"{DisplayName} ({States})";

    /// <summary>Numbers in the state.</summary>
    public int States => _system.Rank;

    /// <inheritdoc/>
    public int History { get; }

    /// <inheritdoc/>
    public void FreeRun(ReadOnlySpan<double> observations, ReadOnlySpan<double> actions, Span<double> predictions)
    {
        int horizon = predictions.Length / _observation.Size;
        double[] driven = Normalized(actions, _action);
        double[] window = [.. Normalized(observations, _observation), .. driven.AsSpan(0, History * _action.Size)];
        Vector<double> state = _system.Encoder.LeftMultiply(Vector<double>.Build.Dense(window));
        for (int step = 0; step < horizon; step++)
        {
            double[] action = driven.AsSpan((History + step) * _action.Size, _action.Size).ToArray();
            state = _system.Transition.LeftMultiply(state);
            if (action.Length > 0)
                state += _system.Input.LeftMultiply(Vector<double>.Build.Dense(action));
            Vector<double> output = _system.Output.LeftMultiply(state);
            for (int place = 0; place < _observation.Size; place++)
                predictions[(step * _observation.Size) + place] = _observation.Mean[place] + (output[place] * _observation.Scale[place]);
        }
    }

    private static double[] Normalized(ReadOnlySpan<double> values, Normalizer normalizer)
    {
        double[] result = new double[values.Length];
        for (int index = 0; index < values.Length; index++)
            result[index] = (values[index] - normalizer.Mean[index % normalizer.Size]) / normalizer.Scale[index % normalizer.Size];
        return result;
    }
}
