namespace Orrery.Data.Logs.Inspection;

/// <summary>What a column of a log holds.</summary>
public enum ColumnContent
{
    /// <summary>Numbers that vary.</summary>
    Number,

    /// <summary>One number, always.</summary>
    Constant,

    /// <summary>Dates and times, or numbers that count up evenly.</summary>
    Time,

    /// <summary>Words.</summary>
    Text,

    /// <summary>Nothing at all.</summary>
    Empty,
}

/// <summary>What a column looks like over a slice of the rows: enough to draw it.</summary>
/// <param name="Row">First row of the slice in the file.</param>
/// <param name="Low">Least value; NaN when there is none.</param>
/// <param name="Mean">Mean; NaN when there is none.</param>
/// <param name="High">Greatest value; NaN when there is none.</param>
public readonly record struct OutlineSlice(long Row, double Low, double Mean, double High);

/// <summary>One column of a log as it was found.</summary>
/// <param name="Name">Its name, without the unit that the header may give in brackets.</param>
/// <param name="Unit">Its unit, from the header or as declared; empty when unknown.</param>
/// <param name="Role"><c>observation</c>, <c>action</c>, <c>disturbance</c> or <c>time</c> as declared; empty when nobody said.</param>
/// <param name="Content">What it holds.</param>
/// <param name="Numbers">Cells that hold a number.</param>
/// <param name="Missing">Cells that are empty or hold no number.</param>
/// <param name="Mean">Mean of the numbers; NaN without any, like the following.</param>
/// <param name="StandardDeviation">Standard deviation of the numbers.</param>
/// <param name="Minimum">Least number.</param>
/// <param name="Maximum">Greatest number.</param>
/// <param name="Distinct">How many different numbers; counted up to <see cref="DistinctLimit"/>.</param>
/// <param name="Unchanged">Share of the rows that hold exactly the number of the row above.</param>
/// <param name="Changes">Rows that hold another number than the row above.</param>
/// <param name="Outline">The column over the rows, in order.</param>
/// <param name="Low">Least value that was declared possible.</param>
/// <param name="High">Greatest value that was declared possible.</param>
public sealed record InspectedColumn(
    string Name,
    string Unit,
    string Role,
    ColumnContent Content,
    long Numbers,
    long Missing,
    double Mean,
    double StandardDeviation,
    double Minimum,
    double Maximum,
    int Distinct,
    double Unchanged,
    long Changes,
    IReadOnlyList<OutlineSlice> Outline,
    double Low = double.NegativeInfinity,
    double High = double.PositiveInfinity)
{
    /// <summary>Different numbers are counted up to here; more are not told apart.</summary>
    public const int DistinctLimit = 4096;

    /// <summary>A column that keeps its number in at least this share of the rows holds it, as set-points and valves do.</summary>
    public const double HoldingShare = 0.5;

    /// <summary>Whether it holds a number over many rows and then takes another, as set-points and valves do.</summary>
    public bool Holds => Content == ColumnContent.Number && Unchanged >= HoldingShare;
}
