using System.Collections.ObjectModel;
using System.Text.Json.Serialization;
using Orrery.Data.Normalization;
using Orrery.Data.Spaces;

namespace Orrery.Data.Datasets;

/// <summary>The spaces of a dataset's columns.</summary>
/// <param name="Observation">What was seen.</param>
/// <param name="Action">What was done.</param>
/// <param name="State">The privileged state, where it was recorded; for evaluation only.</param>
/// <param name="Proprioception">What was measured of the body that acts, beside a picture, where it was recorded.</param>
public sealed record DatasetSpaces(
    Space Observation,
    VectorSpace Action,
    VectorSpace? State = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] VectorSpace? Proprioception = null);

/// <summary>Per-dimension statistics over all rows. A picture has one entry per channel, in bytes (0..255).</summary>
/// <param name="Observation">Of the observation column.</param>
/// <param name="Action">Of the action column.</param>
/// <param name="State">Of the state column, where there is one.</param>
/// <param name="Proprioception">Of the proprioception column, where there is one.</param>
public sealed record DatasetStatistics(
    ColumnStatistics Observation,
    ColumnStatistics Action,
    ColumnStatistics? State = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ColumnStatistics? Proprioception = null);

/// <summary>Where a dataset came from.</summary>
/// <param name="Source">The file or the environment.</param>
/// <param name="Tool">What wrote it, with its version.</param>
/// <param name="Settings">The settings that it was written with, by name.</param>
public sealed record Provenance(string Source, string Tool, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Name of the setting that counts the rows left out because a value was missing.</summary>
    public const string MissingRows = "missingRows";

    /// <summary>Nothing is known.</summary>
    public static Provenance Unknown { get; } = new("unknown", "unknown", ReadOnlyDictionary<string, string>.Empty);
}
