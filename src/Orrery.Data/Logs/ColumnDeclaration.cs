using System.Text.Json.Serialization;

namespace Orrery.Data.Logs;

/// <summary>What a column of a log is for.</summary>
public enum ColumnRole
{
    /// <summary>It is observed.</summary>
    Observation,

    /// <summary>It is commanded.</summary>
    Action,

    /// <summary>It drives the system and is measured, but nobody commands it.</summary>
    Disturbance,

    /// <summary>It tells the time.</summary>
    Time,
}

/// <summary>What a person says about a column that the log itself does not.</summary>
/// <param name="Name">The column, with or without the unit that its header gives.</param>
/// <param name="Unit">Its unit, such as <c>m</c>; null to take it from the header.</param>
/// <param name="Low">Least value that can be, in <paramref name="Unit"/>.</param>
/// <param name="High">Greatest value that can be.</param>
/// <param name="Role">What it is for; null when the options say or nobody does.</param>
public sealed record ColumnDeclaration(
    string Name,
    string? Unit = null,
    double Low = double.NegativeInfinity,
    double High = double.PositiveInfinity,
    ColumnRole? Role = null)
{
    /// <summary>Whether a value can be.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>Whether a limit was given.</summary>
    [JsonIgnore]
    public bool HasRange => double.IsFinite(Low) || double.IsFinite(High);
}
