using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Trajectories;
using Orrery.Models.Identification;

namespace Orrery.Models.Training;

/// <summary>Rows of a log, normalised as they are read.</summary>
internal sealed class LogRows(Dataset dataset, Normalizer observation, Normalizer action)
{
    public int ObservationSize => observation.Size;

    public int ActionSize => action.Size;

    /// <summary>[O].</summary>
    public void ReadObservation(long row, Span<float> into) => observation.Apply(dataset.Observation(row), into);

    /// <summary>[A].</summary>
    public void ReadAction(long row, Span<float> into) => action.Apply(dataset.Action(row), into);

    /// <summary>The observations of n rows, oldest first, then their actions: [n (O + A)].</summary>
    public void ReadWindow(long first, int history, Span<float> into)
    {
        observation.Apply(dataset.Observation(first, history), into[..(history * ObservationSize)]);
        action.Apply(dataset.Action(first, history), into[(history * ObservationSize)..]);
    }

    /// <summary>All rows of an episode.</summary>
    public NormalizedStretch Stretch(EpisodeRange episode)
    {
        float[] observations = new float[episode.Length * ObservationSize];
        float[] actions = new float[episode.Length * ActionSize];
        observation.Apply(dataset.Observation(episode.Start, episode.Length), observations);
        action.Apply(dataset.Action(episode.Start, episode.Length), actions);
        return new NormalizedStretch(observations, actions);
    }
}
