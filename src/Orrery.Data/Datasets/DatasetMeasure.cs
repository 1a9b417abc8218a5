using Orrery.Data.Normalization;
using Orrery.Data.Spaces;

namespace Orrery.Data.Datasets;

/// <summary>Gathers the statistics of all columns row by row.</summary>
internal sealed class DatasetMeasure(DatasetSpaces spaces)
{
    private readonly PixelStatistics? _pixels = spaces.Observation is ImageSpace image
        ? new PixelStatistics(image.Channels, image.Height * image.Width)
        : null;

    private readonly RunningStatistics _observation = new(spaces.Observation is VectorSpace vector ? vector.Size : 0);
    private readonly RunningStatistics _action = new(spaces.Action.Size);
    private readonly RunningStatistics? _state = spaces.State is null ? null : new RunningStatistics(spaces.State.Size);
    private readonly RunningStatistics? _proprioception = spaces.Proprioception is null ? null : new RunningStatistics(spaces.Proprioception.Size);

    public void Add(ReadOnlySpan<byte> pixels, ReadOnlySpan<float> action, ReadOnlySpan<float> state, ReadOnlySpan<float> proprioception)
    {
        _pixels!.Add(pixels);
        _action.Add(action);
        _state?.Add(state);
        _proprioception?.Add(proprioception);
    }

    public void Add(ReadOnlySpan<float> observation, ReadOnlySpan<float> action, ReadOnlySpan<float> state)
    {
        _observation.Add(observation);
        _action.Add(action);
        _state?.Add(state);
    }

    public DatasetStatistics ToStatistics() =>
        new(_pixels?.ToStatistics() ?? _observation.ToStatistics(), _action.ToStatistics(), _state?.ToStatistics(), _proprioception?.ToStatistics());
}
