using Orrery.Evaluation.OpenLoop;

namespace Orrery.Evaluation.Baselines;

/// <summary>Tomorrow will be as today: repeats the last known observation. Hard to beat over short horizons.</summary>
/// <param name="observationSize">O, numbers per observation.</param>
public sealed class PersistenceModel(int observationSize) : IFreeRunModel
{
    /// <summary>Its name in tables and legends.</summary>
    public const string DisplayName = "Persistence";

    /// <inheritdoc/>
    public string Name => DisplayName;

    /// <inheritdoc/>
    public int History => 1;

    /// <inheritdoc/>
    public void FreeRun(ReadOnlySpan<double> observations, ReadOnlySpan<double> actions, Span<double> predictions)
    {
        ReadOnlySpan<double> last = observations[^observationSize..];
        for (int start = 0; start < predictions.Length; start += observationSize)
            last.CopyTo(predictions[start..]);
    }
}
