using System.Text.Json.Serialization;

namespace Orrery.Data.Logs.Inspection;

/// <summary>What a finding does to whoever goes on without deciding about it; the most serious first.</summary>
public enum FindingSeverity
{
    /// <summary>The import ends there until an option or a correction decides about it.</summary>
    Stops,

    /// <summary>The import goes on, and something wrong is learned from it.</summary>
    Misleads,

    /// <summary>Worth knowing.</summary>
    Note,
}

/// <summary>What was found.</summary>
public enum FindingKind
{
    /// <summary>Cells that are empty or hold no number.</summary>
    Missing,

    /// <summary>Times are written in a form that must be named.</summary>
    DateFormat,

    /// <summary>Numbers are written with a decimal comma.</summary>
    DecimalComma,

    /// <summary>Rows with more or fewer cells than the header.</summary>
    Ragged,

    /// <summary>Rows whose time is before that of the row above.</summary>
    OutOfOrder,

    /// <summary>Rows with the same time as the row above.</summary>
    SameTime,

    /// <summary>Rows that repeat the row above in every cell.</summary>
    RepeatedRow,

    /// <summary>Values outside the declared range.</summary>
    OutsideRange,

    /// <summary>The time between rows varies.</summary>
    IrregularSampling,

    /// <summary>A value far from all others, several times: probably a code for "no value".</summary>
    Code,

    /// <summary>The value stands still for longer than chance explains.</summary>
    Stuck,

    /// <summary>Single values far from their neighbours.</summary>
    Outlier,

    /// <summary>Values pile up at the least or the greatest value.</summary>
    Saturation,

    /// <summary>Rows are missing between two times.</summary>
    TimeGap,

    /// <summary>Every value is the same.</summary>
    Constant,

    /// <summary>Only a few levels, and moves from one to the next: coarse rounding.</summary>
    Quantised,

    /// <summary>The column holds text.</summary>
    Text,

    /// <summary>Rows above the header, or a row of units below it.</summary>
    Opening,

    /// <summary>Rows that the user said to leave out.</summary>
    LeftOut,
}

/// <summary>Rows of a file that follow each other, by their number in the file: from 1, the header counted.</summary>
/// <param name="First">First row.</param>
/// <param name="Last">Last row.</param>
/// <param name="Value">What the column holds there; NaN where that says nothing.</param>
public readonly record struct RowRange(long First, long Last, double Value = double.NaN)
{
    /// <summary>Whether there is one row only.</summary>
    [JsonIgnore]
    public bool IsOne => First == Last;
}

/// <summary>One thing that a person should look at. Nothing is repaired.</summary>
/// <param name="Column">The column; empty when whole rows are meant.</param>
/// <param name="Kind">What was found.</param>
/// <param name="Severity">What it does to whoever goes on without deciding.</param>
/// <param name="Count">How many rows, cells or steps; at least 1.</param>
/// <param name="Rows">The first or the most telling rows; not all of them.</param>
/// <param name="Sentence">What it is, in a sentence.</param>
/// <param name="Decision">The option or the deed that decides about it; empty when there is nothing to decide.</param>
public sealed record LogFinding(
    string Column,
    FindingKind Kind,
    FindingSeverity Severity,
    long Count,
    IReadOnlyList<RowRange> Rows,
    string Sentence,
    string Decision);
