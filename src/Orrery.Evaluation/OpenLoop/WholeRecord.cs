using Orrery.Evaluation.Statistics;

namespace Orrery.Evaluation.OpenLoop;

/// <summary>Runs a model free over a whole stretch: it sees the first rows, then only the actions.</summary>
public static class WholeRecord
{
    /// <summary>
    /// The free run of the rows after <paramref name="start"/>, [T - start, O]; the model sees the n rows before them.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="stretch">The stretch; rows start - n to start - 1 initialise the model.</param>
    /// <param name="start">First predicted row, from the model's history n to T - 1.</param>
    /// <exception cref="ArgumentException">The stretch is too short.</exception>
    public static double[] Simulate(IFreeRunModel model, LogStretch stretch, int start)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stretch);
        if (start < model.History || start >= stretch.Rows)
            throw new ArgumentException(
                $"Free run of {model.Name}: the first predicted row {start} of stretch '{stretch.Name}' must lie from "
                + $"{model.History} (the rows that the model needs first) to {stretch.Rows - 1}.", nameof(start));
        int first = start - model.History;
        int horizon = stretch.Rows - start;
        var predictions = new double[horizon * stretch.ObservationSize];
        model.FreeRun(stretch.Observations(first, model.History), stretch.Actions(first, model.History + horizon), predictions);
        return predictions;
    }

    /// <summary>The error per output of the free run of the rows after <paramref name="start"/>, [O].</summary>
    /// <inheritdoc cref="Simulate"/>
    public static PredictionError[] Errors(IFreeRunModel model, LogStretch stretch, int start)
    {
        double[] predictions = Simulate(model, stretch, start);
        return Errors(predictions, stretch, start);
    }

    /// <summary>The error per output of given predictions of the rows after <paramref name="start"/>, [O].</summary>
    /// <param name="predictions">[T - start, O], physical units.</param>
    /// <param name="stretch">The stretch.</param>
    /// <param name="start">First predicted row.</param>
    public static PredictionError[] Errors(ReadOnlySpan<double> predictions, LogStretch stretch, int start)
    {
        ArgumentNullException.ThrowIfNull(stretch);
        int size = stretch.ObservationSize;
        ReadOnlySpan<double> truth = stretch.Observations(start, predictions.Length / size);
        var errors = new PredictionError[size];
        for (int output = 0; output < size; output++)
            errors[output] = new PredictionError();
        for (int i = 0; i < predictions.Length; i++)
            errors[i % size].Add(predictions[i], truth[i]);
        return errors;
    }
}
