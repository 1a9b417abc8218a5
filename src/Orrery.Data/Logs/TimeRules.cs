namespace Orrery.Data.Logs;

/// <summary>What happens to rows that have the same time.</summary>
public enum DuplicateRule
{
    /// <summary>The import stops and names them.</summary>
    Error,

    /// <summary>The first counts.</summary>
    First,

    /// <summary>The last counts.</summary>
    Last,

    /// <summary>Their mean counts.</summary>
    Mean,
}

/// <summary>What happens to a row whose time is before that of the row before it.</summary>
public enum RowOrder
{
    /// <summary>The import stops and names it.</summary>
    Error,

    /// <summary>Rows are sorted by time; none may be more than 65,536 rows out of place.</summary>
    Sort,

    /// <summary>The time begins anew there, as in the next test, or where a clock was set back: an episode ends.</summary>
    Restart,
}

/// <summary>How rows at regular times are made from rows at others.</summary>
public enum ResampleRule
{
    /// <summary>The mean of the rows from each new time up to the next.</summary>
    Mean,

    /// <summary>The last row at or before each new time.</summary>
    Last,

    /// <summary>On the straight line between the rows around each new time.</summary>
    Linear,
}

/// <summary>How the times of a log are read and what is done where they are not regular. What is done is counted and kept with the dataset.</summary>
/// <param name="Format">How time stamps are written, such as <c>dd.MM.yyyy HH:mm:ss</c>; the usual forms are found out when null.</param>
/// <param name="Duplicates">What happens to rows that have the same time.</param>
/// <param name="Order">What happens to rows that are out of order.</param>
/// <param name="Gap">A longer time between two rows ends an episode, in the unit of the sampling time; 1.5 sampling times when null.</param>
/// <param name="Resample">Time between the rows that are made from those of the log, in the same unit; null leaves them as they are.</param>
/// <param name="ResampleRule">How they are made. Never across a gap.</param>
public sealed record TimeRules(
    string? Format = null,
    DuplicateRule Duplicates = DuplicateRule.Error,
    RowOrder Order = RowOrder.Error,
    double? Gap = null,
    double? Resample = null,
    ResampleRule ResampleRule = ResampleRule.Mean)
{
    /// <summary>Fails unless the rules make sense by themselves.</summary>
    internal void Check()
    {
        if (Gap is { } gap && (!double.IsFinite(gap) || gap <= 0))
            throw new OrreryDataException($"The gap {gap} cannot be used; it must be a positive number.");
        if (Resample is { } step && (!double.IsFinite(step) || step <= 0))
            throw new OrreryDataException($"The time {step} between resampled rows cannot be used; it must be a positive number.");
    }
}
