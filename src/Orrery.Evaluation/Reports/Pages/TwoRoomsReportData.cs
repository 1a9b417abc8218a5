using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.Probes;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pictures;
using Orrery.Models.Monitoring;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>A column of the state that a probe reads out of the latents, for the scatter of predictions against the truth.</summary>
/// <param name="Column">Name of the column, with its unit.</param>
/// <param name="Truth">True values of held-out rows.</param>
/// <param name="Predictions">The probe's predictions of the same rows.</param>
public sealed record ProbeScatter(string Column, IReadOnlyList<double> Truth, IReadOnlyList<double> Predictions);

/// <summary>An episode to show picture by picture.</summary>
/// <param name="Title">Its title, such as <c>Episode 12</c>.</param>
/// <param name="Outcome">What happened.</param>
/// <param name="Frames">Start, some of the steps, and goal, as the model sees them.</param>
public sealed record EpisodeStory(string Title, EpisodeOutcome Outcome, IReadOnlyList<FilmFrame> Frames);

/// <summary>Distances to a goal in latent space, over a grid of true positions that covers the whole extent of the map. For people only; no planner sees it.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Distances">[rows, columns] from the top left; not a number where no position is possible.</param>
/// <param name="Columns">Width of the grid.</param>
/// <param name="Goal">Where the goal is.</param>
public sealed record LatentLandscape(string Title, IReadOnlyList<double> Distances, int Columns, MapPoint Goal);

/// <summary>All that the report of a world model learned from pixels shows. What is empty or null is left out of the page.</summary>
public sealed record TwoRoomsReportData
{
    /// <summary>Title of the report.</summary>
    public string Title { get; init; } = "Two Rooms from pixels";

    /// <summary>A sentence under the title.</summary>
    public string Subtitle { get; init; } = "A world model learned from pictures and actions alone, planning to goal pictures in the other room.";

    /// <summary>When the report was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The planner's episodes.</summary>
    public required ClosedLoopResult Planner { get; init; }

    /// <summary>The random policy's episodes on the same tasks; null when it was not run.</summary>
    public ClosedLoopResult? Random { get; init; }

    /// <summary>The same planner over the true simulator, as the ceiling; null when it was not run.</summary>
    public ClosedLoopResult? PerfectModel { get; init; }

    /// <summary>The map to draw episodes on.</summary>
    public required MapGeometry Map { get; init; }

    /// <summary>Distance from the goal that counts as success, in pixels.</summary>
    public required double GoalRadius { get; init; }

    /// <summary>Loss terms over training steps.</summary>
    public IReadOnlyList<TrainingCurve> LossCurves { get; init; } = [];

    /// <summary>Effective rank over training steps; null when it was not recorded.</summary>
    public TrainingCurve? RankCurve { get; init; }

    /// <summary>State of the latents after training; null when it was not measured.</summary>
    public LatentHealth? Health { get; init; }

    /// <summary>Probes of the true position.</summary>
    public IReadOnlyList<ProbeResult> Probes { get; init; } = [];

    /// <summary>Scatter of the best probe's predictions.</summary>
    public IReadOnlyList<ProbeScatter> ProbeScatters { get; init; } = [];

    /// <summary>Latent distances to goals over the map.</summary>
    public IReadOnlyList<LatentLandscape> Landscapes { get; init; } = [];

    /// <summary>Episodes shown picture by picture.</summary>
    public IReadOnlyList<EpisodeStory> Stories { get; init; } = [];

    /// <summary>How the planner's cost fell in some plans.</summary>
    public IReadOnlyList<PlannerTrace> PlannerTraces { get; init; } = [];

    /// <summary>Time per phase.</summary>
    public IReadOnlyList<PhaseTiming> Timings { get; init; } = [];

    /// <summary>The settings that matter, named.</summary>
    public IReadOnlyList<Fact> Settings { get; init; } = [];

    /// <summary>Where everything came from: seeds, hashes, versions, machine, command.</summary>
    public IReadOnlyList<Fact> Provenance { get; init; } = [];

    /// <summary>The resolved recipe as JSON; null to leave it out.</summary>
    public string? RecipeJson { get; init; }
}
