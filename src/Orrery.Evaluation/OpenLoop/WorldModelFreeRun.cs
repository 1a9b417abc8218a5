using Orrery.Models;

namespace Orrery.Evaluation.OpenLoop;

/// <summary>
/// A world model of a log as a free-running predictor. Its latent of row t already holds the action of row t, and the action of
/// row t + 1 leads to row t + 1, so it uses the rows' own actions, the last one included.
/// </summary>
public sealed class WorldModelFreeRun : IFreeRunModel
{
    private readonly WorldModel _model;

    /// <summary>Wraps a model, which is not disposed of here.</summary>
    /// <exception cref="ArgumentException">The model does not read logs.</exception>
    public WorldModelFreeRun(WorldModel model, string name = "world model")
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.ReadsPixels || !model.HasReadout)
            throw new ArgumentException("A free run needs a model of a log, with a readout; this one reads pictures.", nameof(model));
        _model = model;
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int History => _model.History;

    /// <inheritdoc/>
    public void FreeRun(ReadOnlySpan<double> observations, ReadOnlySpan<double> actions, Span<double> predictions)
    {
        int horizon = predictions.Length / _model.ObservationSize;
        float[] latent = new float[_model.LatentSize];
        float[] known = Narrow(actions[..(History * _model.ActionSize)]);
        _model.Encode(Narrow(observations), known, latent);
        float[] latents = new float[horizon * _model.LatentSize];
        _model.Rollout(latent, Narrow(actions[(History * _model.ActionSize)..]), 1, horizon, latents);
        float[] read = new float[horizon * _model.ObservationSize];
        _model.Read(latents, horizon, read);
        for (int index = 0; index < read.Length; index++)
            predictions[index] = read[index];
    }

    private static float[] Narrow(ReadOnlySpan<double> values)
    {
        float[] narrow = new float[values.Length];
        for (int index = 0; index < values.Length; index++)
            narrow[index] = (float)values[index];
        return narrow;
    }
}
