using Orrery.Evaluation.Intervals;
using Orrery.Evaluation.OpenLoop;
using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>A column of a log over its whole length.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit, or empty.</param>
/// <param name="IsAction">Whether it is an action; otherwise an observation.</param>
/// <param name="Values">Its values, one per row; not a number where one is missing.</param>
public sealed record LogColumn(string Name, string Unit, bool IsAction, IReadOnlyList<double> Values);

/// <summary>A named part of a log's rows, such as training, validation or test.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FirstRow">First row.</param>
/// <param name="Rows">Number of rows.</param>
public sealed record LogPart(string Name, long FirstRow, int Rows);

/// <summary>A column in a plan: what was, and what is planned or predicted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Its unit, or empty.</param>
/// <param name="IsAction">Whether it is planned; otherwise it is predicted, or a disturbance.</param>
/// <param name="Past">Recorded values up to now, oldest first; may be empty.</param>
/// <param name="Future">Planned or predicted values from the next row on.</param>
public sealed record PlannedColumn(string Name, string Unit, bool IsAction, IReadOnlyList<double> Past, IReadOnlyList<double> Future)
{
    /// <summary>Whether it is measured and drives the plant, but nobody commands it; its future is a forecast.</summary>
    public bool IsDisturbance { get; init; }

    /// <summary>Trajectory that it should follow, as many as <see cref="Future"/>; null when the column has none.</summary>
    public IReadOnlyList<double>? Reference { get; init; }

    /// <summary>Where the zone begins that it should be in; null when it is open below or there is none.</summary>
    public double? ZoneLow { get; init; }

    /// <summary>Where the zone ends; null when it is open above or there is none.</summary>
    public double? ZoneHigh { get; init; }

    /// <summary>Set-point; null when the column has none.</summary>
    public double? SetPoint { get; init; }

    /// <summary>Lower limit; null when the column has none.</summary>
    public double? Low { get; init; }

    /// <summary>Upper limit; null when the column has none.</summary>
    public double? High { get; init; }

    /// <summary>Half width of the prediction's interval by step, as many as <see cref="Future"/>; null when not known.</summary>
    public IReadOnlyList<double>? Uncertainty { get; init; }
}

/// <summary>A window of held-out rows as it was measured and predicted.</summary>
/// <param name="Ranked">Which window, and the intervals.</param>
/// <param name="Measured">Measured values, some rows before the first prediction and all of the window.</param>
/// <param name="Predicted">[steps] what the model predicted.</param>
/// <param name="Baseline">Name of the best baseline.</param>
/// <param name="BaselinePredicted">[steps] what it predicted.</param>
public sealed record PredictedWindow(
    RankedWindow Ranked, IReadOnlyList<double> Measured, IReadOnlyList<double> Predicted, string Baseline, IReadOnlyList<double> BaselinePredicted);

/// <summary>A plan for a plant.</summary>
/// <param name="Goal">What was asked for, in words.</param>
/// <param name="Columns">Inputs and outputs.</param>
/// <param name="CostTerms">The plan's cost term by term: name and value.</param>
/// <param name="CostByIteration">Best cost after each iteration of the search; empty when not recorded.</param>
public sealed record PlantPlan(
    string Goal,
    IReadOnlyList<PlannedColumn> Columns,
    IReadOnlyList<Fact> CostTerms,
    IReadOnlyList<double> CostByIteration);

/// <summary>All that the report of a world model learned from a log shows. What is empty or null is left out of the page.</summary>
public sealed record LogReportData
{
    /// <summary>Title of the report, such as the log's name.</summary>
    public required string Title { get; init; }

    /// <summary>A sentence under the title.</summary>
    public string Subtitle { get; init; } = "A world model learned from a plant's log, held against persistence and linear models.";

    /// <summary>When the report was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Time between rows.</summary>
    public double SamplingTime { get; init; } = 1;

    /// <summary>Unit of the sampling time.</summary>
    public string TimeUnit { get; init; } = "step";

    /// <summary>The log's columns.</summary>
    public IReadOnlyList<LogColumn> Columns { get; init; } = [];

    /// <summary>Which rows were for what.</summary>
    public IReadOnlyList<LogPart> Parts { get; init; } = [];

    /// <summary>Losses over training steps.</summary>
    public IReadOnlyList<TrainingCurve> LossCurves { get; init; } = [];

    /// <summary>Errors on the held-out part; null when not evaluated.</summary>
    public OpenLoopResult? OpenLoop { get; init; }

    /// <summary>Free runs over the held-out stretches.</summary>
    public IReadOnlyList<FreeRunTrace> Traces { get; init; } = [];

    /// <summary>The held-out stretches as measured, in the order in which they were evaluated on.</summary>
    public IReadOnlyList<LogStretch> Measured { get; init; } = [];

    /// <summary>Prediction intervals and their coverage; null when not evaluated.</summary>
    public IntervalResult? Intervals { get; init; }

    /// <summary>The worst and the median window of each output.</summary>
    public IReadOnlyList<PredictedWindow> Windows { get; init; } = [];

    /// <summary>
    /// Half width of the band around the model's free run, per output in its unit, such as the free run's RMSE on the
    /// validation part; null for no band.
    /// </summary>
    public IReadOnlyList<double>? ErrorBand { get; init; }

    /// <summary>A plan; null when there is none.</summary>
    public PlantPlan? Plan { get; init; }

    /// <summary>Time per phase.</summary>
    public IReadOnlyList<PhaseTiming> Timings { get; init; } = [];

    /// <summary>The settings that matter, named.</summary>
    public IReadOnlyList<Fact> Settings { get; init; } = [];

    /// <summary>Where everything came from.</summary>
    public IReadOnlyList<Fact> Provenance { get; init; } = [];

    /// <summary>The resolved recipe as JSON; null to leave it out.</summary>
    public string? RecipeJson { get; init; }
}
