using Orrery.Data.Logs.Inspection.Roles;

namespace Orrery.Data.Logs.Inspection;

/// <summary>What tells the time of a log.</summary>
/// <param name="Column">The column.</param>
/// <param name="Step">Median time between two rows.</param>
/// <param name="Unit">Unit of <paramref name="Step"/>.</param>
/// <param name="OtherSteps">Share of the steps that are not within 5 % of the median.</param>
/// <param name="LongestStep">The longest time between two rows.</param>
/// <param name="LongestStepRow">The row after it.</param>
/// <param name="IsDate">Whether it holds dates and times rather than numbers.</param>
/// <param name="Format">How these seem to be written, where the import must be told; null where it need not.</param>
public sealed record LogClock(string Column, double Step, string Unit, double OtherSteps, double LongestStep, long LongestStepRow, bool IsDate,
    string? Format = null);

/// <summary>What a log holds and what is wrong with it, before anything is imported.</summary>
/// <param name="Source">Name of the file.</param>
/// <param name="Rows">Rows of data.</param>
/// <param name="Clock">What tells the time; null when no column does.</param>
/// <param name="Columns">Every column, in the file's order.</param>
/// <param name="Findings">What to look at, the most serious first.</param>
/// <param name="Suggestion">Which columns could be actions and which observations; null when it was not asked for.</param>
public sealed record LogInspection(
    string Source,
    long Rows,
    LogClock? Clock,
    IReadOnlyList<InspectedColumn> Columns,
    IReadOnlyList<LogFinding> Findings,
    RoleSuggestion? Suggestion);
