using System.Globalization;
using Orrery.Data.Datasets;
using Orrery.Data.Trajectories;

namespace Orrery.Data.Logs.Import;

/// <summary>Writes the stretches of one log as episodes of a dataset.</summary>
internal sealed class EpisodeSink(DatasetWriter writer, string name, int observations, int actions) : IStretchSink
{
    private readonly float[] _observation = new float[observations];
    private readonly float[] _action = new float[actions];
    private bool _inEpisode;
    private bool _isBroken;
    private bool _hasSeveral;
    private long _firstRow;

    public void Row(LogRow row)
    {
        if (_inEpisode && _isBroken)
        {
            _hasSeveral = true;
            End(EpisodeEnd.Gap);
        }

        if (!_inEpisode)
        {
            writer.BeginEpisode(name);
            _firstRow = row.Number;
            _inEpisode = true;
            _isBroken = false;
        }

        for (int index = 0; index < _observation.Length; index++)
            _observation[index] = (float)row.Values[index];
        for (int index = 0; index < _action.Length; index++)
            _action[index] = (float)row.Values[_observation.Length + index];
        writer.Append(_observation, _action);
    }

    public void Break() => _isBroken = true;

    public void Complete()
    {
        if (_inEpisode)
            End(_isBroken ? EpisodeEnd.Gap : EpisodeEnd.EndOfRecord);
    }

    /// <summary>An episode is named by its row only where the log has several, and that is known when the second begins.</summary>
    private void End(EpisodeEnd end)
    {
        writer.EndEpisode(end, _hasSeveral ? string.Create(CultureInfo.InvariantCulture, $"{name} from row {_firstRow}") : name);
        _inEpisode = false;
    }
}
