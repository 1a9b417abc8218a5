using System.Text.Json.Serialization;

namespace Orrery.Evaluation.Tracking;

/// <summary>How a controller did on all episodes.</summary>
/// <param name="Controller">Its name.</param>
/// <param name="Scores">A score per episode, in the order of the seeds.</param>
/// <param name="First">The first episode, to be drawn.</param>
public sealed record ControllerResult(string Controller, IReadOnlyList<TrackingScore> Scores, [property: JsonIgnore] TrackingTrace First)
{
    /// <summary>Integrated absolute error, averaged over the episodes.</summary>
    public double AbsoluteError => Scores.Average(score => score.AbsoluteError);

    /// <summary>Integrated absolute error of the worst episode.</summary>
    public double WorstAbsoluteError => Scores.Max(score => score.AbsoluteError);

    /// <summary>Integrated squared error, averaged over the episodes.</summary>
    public double SquaredError => Scores.Average(score => score.SquaredError);

    /// <summary>Overshoot, averaged over the episodes.</summary>
    public double Overshoot => Scores.Average(score => score.Overshoot);

    /// <summary>Effort, averaged over the episodes.</summary>
    public double Effort => Scores.Average(score => score.Effort);

    /// <summary>Hard limits broken, over all episodes.</summary>
    public int Violations => Scores.Sum(score => score.Violations);

    /// <summary>Episodes in which the process shut itself down.</summary>
    public int Trips => Scores.Count(score => score.Tripped);

    /// <summary>Mean time of a decision.</summary>
    public double Milliseconds => Scores.Average(score => score.Milliseconds);
}

/// <summary>How controllers held one process at its set-points.</summary>
/// <param name="Environment">Name of the process.</param>
/// <param name="Output">Name of what is held.</param>
/// <param name="OutputUnit">Its unit.</param>
/// <param name="Input">Name of the command.</param>
/// <param name="InputUnit">Its unit.</param>
/// <param name="InputLow">Least command.</param>
/// <param name="InputHigh">Largest command.</param>
/// <param name="SamplingTime">Time of a step.</param>
/// <param name="TimeUnit">Unit of time.</param>
/// <param name="Steps">Steps of an episode.</param>
/// <param name="Seed">Seed of the first episode; the others follow it.</param>
/// <param name="TrainingRows">Rows that the models were learned from.</param>
/// <param name="TrainingSeconds">How long the learning took; 0 where the model was there.</param>
/// <param name="Controllers">The controllers, those that know the equations first.</param>
public sealed record TrackingResult(
    string Environment, string Output, string OutputUnit, string Input, string InputUnit, double InputLow, double InputHigh,
    double SamplingTime, string TimeUnit, int Steps, ulong Seed, long TrainingRows, double TrainingSeconds, IReadOnlyList<ControllerResult> Controllers)
{
    /// <summary>Planning with the process's own equations from its true state.</summary>
    [JsonIgnore]
    public ControllerResult Perfect => Named(TrackingStudy.PerfectName);

    /// <summary>Planning with the process's own equations from what the learned model sees.</summary>
    [JsonIgnore]
    public ControllerResult Estimated => Named(TrackingStudy.EstimatedName);

    /// <summary>Planning with the learned model.</summary>
    [JsonIgnore]
    public ControllerResult Learned => Named(TrackingStudy.LearnedName);

    /// <summary>A controller's absolute error over another's.</summary>
    /// <param name="controller">The one.</param>
    /// <param name="reference">The other.</param>
    public static double Ratio(ControllerResult controller, ControllerResult reference)
    {
        ArgumentNullException.ThrowIfNull(controller);
        ArgumentNullException.ThrowIfNull(reference);
        return controller.AbsoluteError / reference.AbsoluteError;
    }

    private ControllerResult Named(string name) => Controllers.First(controller => controller.Controller == name);
}
