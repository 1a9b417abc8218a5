using Orrery.Evaluation.OpenLoop;

namespace Orrery.Evaluation.Baselines;

/// <summary>
/// A baseline that is told of the dead times that the model was told of: it sees each input when it acts, not when it was commanded.
/// </summary>
public sealed class DelayedInputs : IFreeRunModel
{
    private readonly IFreeRunModel _model;
    private readonly int[] _delays;
    private readonly int _longest;

    /// <summary>Wraps a model that was fitted on what <see cref="Shift"/> gave.</summary>
    /// <param name="model">The model.</param>
    /// <param name="delays">[A]: rows until each input acts, 0 or more.</param>
    public DelayedInputs(IFreeRunModel model, IReadOnlyList<int> delays)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(delays);
        _model = model;
        _delays = [.. delays];
        _longest = _delays.DefaultIfEmpty(0).Max();
    }

    /// <inheritdoc/>
    public string Name => _model.Name;

    /// <inheritdoc/>
    public int History => _model.History + _longest;

    /// <summary>A stretch with every input when it acts; its first rows, whose acting inputs are not all known, are left out.</summary>
    /// <param name="stretch">As it was recorded.</param>
    /// <param name="delays">[A]: rows until each input acts, 0 or more.</param>
    public static LogStretch Shift(LogStretch stretch, IReadOnlyList<int> delays)
    {
        ArgumentNullException.ThrowIfNull(stretch);
        ArgumentNullException.ThrowIfNull(delays);
        int longest = Math.Min(stretch.Rows, delays.DefaultIfEmpty(0).Max());
        return new LogStretch(
            stretch.Name, stretch.Observations(longest, stretch.Rows - longest).ToArray(), stretch.ObservationSize,
            Acting(stretch.Actions(0, stretch.Rows), delays, longest), stretch.ActionSize);
    }

    /// <inheritdoc/>
    public void FreeRun(ReadOnlySpan<double> observations, ReadOnlySpan<double> actions, Span<double> predictions)
    {
        int size = observations.Length / History;
        _model.FreeRun(observations[(_longest * size)..], Acting(actions, _delays, _longest), predictions);
    }

    private static double[] Acting(ReadOnlySpan<double> actions, IReadOnlyList<int> delays, int longest)
    {
        int size = delays.Count, rows = size == 0 ? 0 : actions.Length / size;
        double[] acting = new double[Math.Max(0, rows - longest) * size];
        for (int row = longest; row < rows; row++)
            for (int input = 0; input < size; input++)
                acting[((row - longest) * size) + input] = actions[((row - delays[input]) * size) + input];
        return acting;
    }
}
