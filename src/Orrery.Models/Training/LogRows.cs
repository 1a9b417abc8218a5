using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Trajectories;
using Orrery.Models.Identification;

namespace Orrery.Models.Training;

/// <summary>Rows of a log, normalised as they are read. An input that acts late is read when it acts, not when it was commanded.</summary>
/// <param name="dataset">The log.</param>
/// <param name="observation">Normaliser of the observations.</param>
/// <param name="action">Normaliser of the actions.</param>
/// <param name="delays">[A]: rows until each input acts.</param>
internal sealed class LogRows(Dataset dataset, Normalizer observation, Normalizer action, int[] delays)
{
    private readonly float[] _acting = new float[action.Size];

    public int ObservationSize => observation.Size;

    public int ActionSize => action.Size;

    /// <summary>Rows at the beginning of an episode whose acting inputs are not all known.</summary>
    public int LongestDelay { get; } = delays.Max();

    /// <summary>The first row of a part that can be predicted: n rows before it, and the actions that act on them, lie in the same episode.</summary>
    /// <param name="part">Rows of one episode.</param>
    /// <param name="history">n.</param>
    public long FirstPredicted(EpisodeRange part, int history)
    {
        EpisodeRange episode = dataset.Episodes.First(candidate => candidate.Start <= part.Start && part.Start < candidate.Start + candidate.Length);
        return Math.Max(part.Start, episode.Start + history + LongestDelay);
    }

    /// <summary>[O].</summary>
    public void ReadObservation(long row, Span<float> into) => observation.Apply(dataset.Observation(row), into);

    /// <summary>[A].</summary>
    public void ReadAction(long row, Span<float> into)
    {
        for (int input = 0; input < _acting.Length; input++)
            _acting[input] = dataset.Action(row - delays[input])[input];
        action.Apply(_acting, into);
    }

    /// <summary>The observations of n rows, oldest first, then their actions: [n (O + A)].</summary>
    public void ReadWindow(long first, int history, Span<float> into)
    {
        observation.Apply(dataset.Observation(first, history), into[..(history * ObservationSize)]);
        for (int row = 0; row < history; row++)
            ReadAction(first + row, into.Slice((history * ObservationSize) + (row * ActionSize), ActionSize));
    }

    /// <summary>All rows of an episode whose acting inputs are known; none when it is shorter than the longest delay.</summary>
    public NormalizedStretch Stretch(EpisodeRange episode)
    {
        int rows = Math.Max(0, episode.Length - LongestDelay);
        float[] observations = new float[rows * ObservationSize];
        float[] actions = new float[rows * ActionSize];
        long first = episode.Start + LongestDelay;
        observation.Apply(dataset.Observation(first, rows), observations);
        for (int row = 0; row < rows; row++)
            ReadAction(first + row, actions.AsSpan(row * ActionSize, ActionSize));
        return new NormalizedStretch(observations, actions);
    }
}
