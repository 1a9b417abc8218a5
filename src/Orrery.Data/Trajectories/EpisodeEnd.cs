using System.Text.Json.Serialization;

namespace Orrery.Data.Trajectories;

/// <summary>Why an episode stops where it does. Terminated is not truncated.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EpisodeEnd>))]
public enum EpisodeEnd
{
    /// <summary>The recording, or the part of it that a split gives, stops here.</summary>
    EndOfRecord,

    /// <summary>The task itself ended (success, failure): there is no future.</summary>
    Terminated,

    /// <summary>Time ran out: the future exists but was not recorded.</summary>
    Truncated,

    /// <summary>Values are missing after this row; the next episode begins after the gap. Gaps are never filled in.</summary>
    Gap,
}
