namespace Orrery.Data.Logs.Inspection;

/// <summary>
/// When something is worth a finding. Each threshold is chosen so that clean signals (noise, smooth, rounded, held) stay
/// without one, at the price of missing faults that look like the signal itself.
/// </summary>
internal static class Thresholds
{
    /// <summary>Rows that a finding lists; the count says how many there are.</summary>
    public const int RowsToList = 8;

    /// <summary>Steps of time within this share of the median count as equal: loggers jitter by a few per cent.</summary>
    public const double StepTolerance = 0.05;

    /// <summary>A share of other steps above this makes the sampling irregular; fewer are single gaps.</summary>
    public const double IrregularShare = 0.01;

    /// <summary>A step of time longer than this many medians is a gap, as for the import.</summary>
    public const double GapFactor = 1.5;

    /// <summary>Shorter stretches of equal values are never called stuck: slow signals rest at their turning points.</summary>
    public const int ShortestStuck = 15;

    /// <summary>How often a run so long may be expected in the whole log, if values changed as often as elsewhere in it.</summary>
    public const double StuckExpectation = 1e-6;

    /// <summary>For columns that hold values, a stuck run is this many times longer than 99 % of the others.</summary>
    public const double StuckBeyondHabit = 4;

    /// <summary>A stuck run begins and ends at once; at the turning point of a rounded parabola it is up to 4.8 times as long as the next, flatter ones more.</summary>
    public const double StuckBeyondNeighbours = 10;

    /// <summary>More runs than this that are a quarter as long make standing still a habit (a slow sensor, a valve), not a fault.</summary>
    public const int HabitRuns = 8;

    /// <summary>Fewer runs than this do not tell how often the column changes.</summary>
    public const int RunsToJudge = 20;

    /// <summary>Neighbours that a value is compared with, itself included: 7 before and 7 after.</summary>
    public const int SpikeWindow = 15;

    /// <summary>Spikes of up to this many rows do not widen the neighbours' spread.</summary>
    public const int SpikeTrim = 3;

    /// <summary>An outlier is this many spreads of its neighbours away from their median: 6.8 standard deviations of white noise.</summary>
    public const double SpikeLocal = 5;

    /// <summary>And this many scaled median deviations of the whole column: heavy-tailed noise (Laplace) gives one in 200,000 rows.</summary>
    public const double SpikeGlobal = 12;

    /// <summary>And at least this share of the range of the middle 90 %: smaller ones do not matter, and rounding makes them.</summary>
    public const double SpikeRelevance = 0.1;

    /// <summary>And this many times farther than 98 % of the column's own changes from row to row: what switches often is no outlier.</summary>
    public const double SpikeBeyondMoves = 2;

    /// <summary>More outliers than this share of the rows are how the column is.</summary>
    public const double SpikeHabit = 0.02;

    /// <summary>Rows at the end of the range before it is called saturated.</summary>
    public const int SaturatedRows = 10;

    /// <summary>Rows in a row at the end of the range: a sensor at its limit stays there.</summary>
    public const int SaturatedRun = 3;

    /// <summary>The last level holds this many times more rows than the busiest of the levels next to it; a rounded sine wave gives 2.4.</summary>
    public const double SaturationPile = 10;

    /// <summary>A code for "no value" is at least this many ranges of all other values away from them.</summary>
    public const double CodeDistance = 1;

    /// <summary>Columns with fewer levels are switches: their levels are far apart.</summary>
    public const int CodeLevels = 20;

    /// <summary>Columns with more levels than this are not coarsely rounded.</summary>
    public const int QuantisedLevels = 64;

    /// <summary>Columns with fewer levels are switches or modes.</summary>
    public const int FewestQuantisedLevels = 4;

    /// <summary>Rows per level before "few levels" means anything.</summary>
    public const int RowsPerLevel = 20;

    /// <summary>Changes per level: a command that took a few values a few times tells nothing about rounding.</summary>
    public const int ChangesPerLevel = 5;

    /// <summary>Moves of a rounded sensor go to the next level: their mean is at most this many of the smallest.</summary>
    public const double QuantisedMove = 2.5;
}
