namespace Orrery.Evaluation.Intervals;

/// <summary>Which rows calibrated prediction intervals and which measured them; always rows that the model was not fitted to.</summary>
public enum IntervalMethod
{
    /// <summary>The first half of the held-out rows calibrates, the second half measures: what a fixed interval would have been worth.</summary>
    InTime,

    /// <summary>The same halves, but every outcome moves the interval as soon as it is known.</summary>
    Adaptive,

    /// <summary>Blocks in turn: even ones calibrate what odd ones measure and the other way round. For plants that do not drift.</summary>
    Interleaved,
}

/// <summary>What the intervals of one output at one level were worth on rows that did not calibrate them.</summary>
/// <param name="Output">The output.</param>
/// <param name="Unit">Its unit, or empty.</param>
/// <param name="Level">The nominal level, such as 0.9.</param>
/// <param name="Method">Which rows calibrated and which measured.</param>
/// <param name="Horizon">
/// The longest horizon, in rows, that the calibrating rows support at this level: as many windows of it lie side by side in them
/// as the level needs, 1 / (1 - level) - 1. 0 when there is none, and then no interval.
/// </param>
/// <param name="Coverage">Share of the measured values inside their interval at one step of the horizon, averaged over the steps.</param>
/// <param name="Simultaneous">Share of windows that lie inside the wider band for whole windows with every step.</param>
/// <param name="Width">Mean width of the interval over the steps, in the output's unit.</param>
/// <param name="SimultaneousWidth">Mean width of the band for whole windows, in the output's unit.</param>
/// <param name="Windows">Windows of the horizon that lie side by side in the measured rows: how much evidence the shares rest on.</param>
/// <param name="Unbounded">Share of the intervals that were without end, because the adaptive level asked for more than was seen.</param>
public sealed record IntervalCoverage(
    string Output, string Unit, double Level, IntervalMethod Method, int Horizon, double Coverage, double Simultaneous,
    double Width, double SimultaneousWidth, int Windows, double Unbounded);

/// <summary>Prediction intervals of a log's model, and what they were worth.</summary>
/// <param name="HeldOutRows">Rows that were predicted; half of them calibrate at a time.</param>
/// <param name="Starts">Starts that windows were predicted from.</param>
/// <param name="Coverage">Per output, level and method.</param>
public sealed record IntervalResult(int HeldOutRows, int Starts, IReadOnlyList<IntervalCoverage> Coverage)
{
    /// <summary>The worst and the median window of each output, with intervals that other rows calibrated; empty where there are none.</summary>
    public IReadOnlyList<RankedWindow> Windows { get; init; } = [];
}

/// <summary>A window of held-out rows, ranked by the model's error over it.</summary>
/// <param name="Rank">What it is among all windows: <c>worst</c> or <c>median</c>.</param>
/// <param name="Output">Place of the output, from 0.</param>
/// <param name="Stretch">Place of the stretch among those that were evaluated on.</param>
/// <param name="FirstRow">Row of the stretch that the first prediction is for.</param>
/// <param name="Rmse">Error over the window, in the output's unit.</param>
/// <param name="Level">Nominal level of the intervals.</param>
/// <param name="Margins">[steps] half widths of the intervals, in the output's unit; not a number where rows do not support one.</param>
public sealed record RankedWindow(string Rank, int Output, int Stretch, int FirstRow, double Rmse, double Level, IReadOnlyList<double> Margins);
