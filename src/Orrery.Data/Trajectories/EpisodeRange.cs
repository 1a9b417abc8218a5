using System.Text.Json.Serialization;

namespace Orrery.Data.Trajectories;

/// <summary>
/// The rows of one episode within a dataset. Row t holds the observation o_t and the action a_t taken at o_t; the
/// action of the last row is not used by any transition of this episode.
/// </summary>
/// <param name="Start">First row.</param>
/// <param name="Length">Number of rows, at least 1.</param>
/// <param name="End">Why it stops.</param>
/// <param name="RecordName">Where it came from, such as a file's name or <c>episode 12</c>.</param>
[method: JsonConstructor]
public readonly record struct EpisodeRange(long Start, int Length, EpisodeEnd End, string RecordName);
