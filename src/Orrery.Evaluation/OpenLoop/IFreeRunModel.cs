namespace Orrery.Evaluation.OpenLoop;

/// <summary>
/// Something that predicts observations from the actions alone once it has seen a few rows: a world model, or a baseline.
/// </summary>
public interface IFreeRunModel
{
    /// <summary>What it is called in tables and legends.</summary>
    string Name { get; }

    /// <summary>n, the number of rows that it must see before it can run free; at least 1.</summary>
    int History { get; }

    /// <summary>
    /// Predicts the H observations after the n known rows t-n+1 ... t, feeding its own predictions back.
    /// </summary>
    /// <param name="observations">Known observations, [n, O], physical units, oldest first.</param>
    /// <param name="actions">
    /// Actions of the known and of the predicted rows, [n + H, A], physical units; row n - 1 is a(t), the first action that
    /// acts on a predicted observation. The last row, a(t + H), is for models with direct feed-through; others ignore it.
    /// </param>
    /// <param name="predictions">o(t + 1) ... o(t + H), [H, O], physical units.</param>
    void FreeRun(ReadOnlySpan<double> observations, ReadOnlySpan<double> actions, Span<double> predictions);
}
