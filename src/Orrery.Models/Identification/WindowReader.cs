namespace Orrery.Models.Identification;

/// <summary>Reads the past and the future of a row. Past: n observations, oldest first, then n actions, oldest first, the row included.</summary>
internal sealed class WindowReader(int observationSize, int actionSize, int history, int future)
{
    public int ObservationSize => observationSize;

    public int ActionSize => actionSize;

    public int History => history;

    public int Future => future;

    public int WindowSize => history * (observationSize + actionSize);

    public int RegressorSize => WindowSize + (future * actionSize);

    public int FutureObservations => future * observationSize;

    public void ReadWindow(NormalizedStretch stretch, int row, Span<double> window)
    {
        int first = row - history + 1;
        Widen(stretch.Observations.AsSpan(first * observationSize, history * observationSize), window);
        Widen(stretch.Actions.AsSpan(first * actionSize, history * actionSize), window[(history * observationSize)..]);
    }

    public void ReadFutureActions(NormalizedStretch stretch, int row, Span<double> actions) =>
        Widen(stretch.Actions.AsSpan((row + 1) * actionSize, future * actionSize), actions);

    public void ReadFutureObservations(NormalizedStretch stretch, int row, Span<double> observations) =>
        Widen(stretch.Observations.AsSpan((row + 1) * observationSize, future * observationSize), observations);

    public void ReadObservation(NormalizedStretch stretch, int row, Span<double> observation) =>
        Widen(stretch.Observations.AsSpan(row * observationSize, observationSize), observation);

    public void ReadAction(NormalizedStretch stretch, int row, Span<double> action) =>
        Widen(stretch.Actions.AsSpan(row * actionSize, actionSize), action);

    private static void Widen(ReadOnlySpan<float> values, Span<double> into)
    {
        for (int index = 0; index < values.Length; index++)
            into[index] = values[index];
    }
}
