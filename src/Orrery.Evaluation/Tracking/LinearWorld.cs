using MathNet.Numerics.LinearAlgebra;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Trajectories;
using Orrery.Models;
using Orrery.Models.Identification;

namespace Orrery.Evaluation.Tracking;

/// <summary>A linear model of a log, as a model to predict with; what linear control is worth is measured with it.</summary>
internal sealed class LinearWorld : ILatentDynamics, IReadout
{
    private const int Future = 20;

    private readonly LinearStateSpace _model;
    private readonly float[] _normalized;

    private LinearWorld(LinearStateSpace model, Normalizer observation, Normalizer input, int history)
    {
        (_model, Observation, Input, History) = (model, observation, input, history);
        _normalized = new float[input.Size];
    }

    public Normalizer Observation { get; }

    public Normalizer Input { get; }

    /// <summary>x[t+1] = x[t] A + u[t+1] B, y[t] = x[t] C, in normalised units.</summary>
    public LinearStateSpace Model => _model;

    public int History { get; }

    public int LatentSize => _model.Rank;

    public int ActionSize => Input.Size;

    public int ActionBlock => 1;

    public int ObservationSize => Observation.Size;

    /// <summary>Identifies a model from all rows of a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="history">Rows that the state is read from.</param>
    /// <param name="latentSize">The most latent dimensions.</param>
    /// <exception cref="OrreryDataException">The log is too short to tell.</exception>
    public static LinearWorld Identify(Dataset log, int history, int latentSize)
    {
        DatasetStatistics statistics = log.Measure(log.Episodes);
        Normalizer observation = Normalizer.Fit(statistics.Observation!), input = Normalizer.Fit(statistics.Action);
        LinearStateSpace model = SubspaceIdentification.Identify(
            [.. log.Episodes.Select(episode => Stretch(log, episode, observation, input))], observation.Size, input.Size, history, Future, latentSize)
            ?? throw new OrreryDataException($"The log's {log.Rows} rows are too few to identify a linear model of {history} rows of history; collect more.");
        return new LinearWorld(model, observation, input, history);
    }

    /// <summary>Reads the state off the newest rows.</summary>
    public void Encode(TrackingRows rows, Span<float> latent)
    {
        ReadOnlySpan<float> observations = rows.LastObservations(History), inputs = rows.LastInputs(History);
        float[] window = new float[observations.Length + inputs.Length];
        Observation.Apply(observations, window.AsSpan(0, observations.Length));
        Input.Apply(inputs, window.AsSpan(observations.Length));
        Narrow(_model.Encoder.LeftMultiply(Vector<double>.Build.Dense(window.Length, index => window[index])), latent);
    }

    public void Rollout(ReadOnlySpan<float> latent, ReadOnlySpan<float> actions, int candidates, int horizon, Span<float> latents)
    {
        Vector<double> start = Widen(latent);
        for (int candidate = 0; candidate < candidates; candidate++)
        {
            Vector<double> state = start;
            for (int step = candidate * horizon; step < (candidate + 1) * horizon; step++)
            {
                Input.Apply(actions.Slice(step * ActionSize, ActionSize), _normalized);
                state = _model.Transition.LeftMultiply(state) + _model.Input.LeftMultiply(Widen(_normalized));
                Narrow(state, latents.Slice(step * LatentSize, LatentSize));
            }
        }
    }

    public void Read(ReadOnlySpan<float> latents, int count, Span<float> observations)
    {
        for (int row = 0; row < count; row++)
        {
            Span<float> observation = observations.Slice(row * ObservationSize, ObservationSize);
            Narrow(_model.Output.LeftMultiply(Widen(latents.Slice(row * LatentSize, LatentSize))), observation);
            Observation.Invert(observation, observation);
        }
    }

    private static NormalizedStretch Stretch(Dataset log, EpisodeRange episode, Normalizer observation, Normalizer input)
    {
        float[] observations = new float[episode.Length * observation.Size], inputs = new float[episode.Length * input.Size];
        observation.Apply(log.Observation(episode.Start, episode.Length), observations);
        input.Apply(log.Action(episode.Start, episode.Length), inputs);
        return new NormalizedStretch(observations, inputs);
    }

    private static Vector<double> Widen(ReadOnlySpan<float> values)
    {
        Vector<double> wide = Vector<double>.Build.Dense(values.Length);
        for (int index = 0; index < values.Length; index++)
            wide[index] = values[index];
        return wide;
    }

    private static void Narrow(Vector<double> values, Span<float> into)
    {
        for (int index = 0; index < into.Length; index++)
            into[index] = (float)values[index];
    }
}
