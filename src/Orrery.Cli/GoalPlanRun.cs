using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Environments;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.Protocols;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Planning.Audit;
using Orrery.Planning.Guardrails;

namespace Orrery.Cli;

/// <summary>Plans with a latent model to a goal as it is seen, from a start that a seed draws, and writes a page with pictures.</summary>
/// <param name="model">The model.</param>
/// <param name="shipped">Name of the model that comes with Orrery; null for a run.</param>
/// <param name="folder">Folder of the run or model.</param>
/// <param name="session">Where results and remarks go.</param>
internal sealed class GoalPlanRun(WorldModel model, string? shipped, string folder, Session session)
{
    /// <summary>Reads goals such as x=50.</summary>
    /// <exception cref="UsageException">One is not of that form.</exception>
    public static IReadOnlyDictionary<string, double> Goals(IEnumerable<string> typed)
    {
        Dictionary<string, double> goals = new(StringComparer.Ordinal);
        foreach (string goal in typed)
        {
            int equals = goal.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !double.TryParse(goal.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
                throw new UsageException($"--goal {goal}: a number of the goal's state was needed, such as x=50.");
            if (!goals.TryAdd(goal[..equals].Trim(), value))
                throw new UsageException($"--goal names {goal[..equals].Trim()} twice.");
        }

        return goals;
    }

    /// <summary>Acts, prints and writes the page.</summary>
    /// <param name="seed">Draws start, goal, and the search's random numbers.</param>
    /// <param name="goals">Numbers of the goal's state in place of what was drawn.</param>
    /// <param name="audit">Where every decision is recorded; null for nowhere.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public int Run(ulong seed, IReadOnlyDictionary<string, double> goals, AuditLog? audit, CancellationToken cancellation)
    {
        using Dataset? trained = shipped is null ? RunData.OpenTrainedOn(folder) : null;
        string environment = shipped ?? trained!.Provenance.Source;
        FamiliarSituations? familiar = trained is null ? null : RunFamiliarity.Of(model, trained);
        string page = Path.Combine(shipped is null ? folder : Path.GetFullPath(Path.Combine("runs", shipped)), "plan.html");
        GoalPlanStudy study = Typed.Read(() => new GoalPlanStudy(model, environment));
        GoalTask task = Typed.Read(() => study.Task(seed, goals));
        GoalPlan plan = study.Run(task, audit, audit is null ? null : CheckpointIdentity.Of(folder), familiar, cancellation);
        using IGoalEnvironment drawn = (IGoalEnvironment)EnvironmentCatalogue.Create(environment);
        Directory.CreateDirectory(Path.GetDirectoryName(page)!);
        GoalPlanReport.Build(
            plan, drawn, [new Fact("model", folder), new Fact("recipe", model.Recipe.Name), new Fact("parameters", $"{model.ParameterCount:#,0}"), new Fact("seed", $"{seed}")],
            RecipeFile.Write(model.Recipe), DateTimeOffset.Now).Save(page);
        double[] times = [.. plan.Outcome.DecisionMilliseconds.Select(time => (double)time).Order()];
        GoalPlanDocument report = new(
            environment, plan.Outcome.Success, plan.Outcome.Steps, Named(drawn, task.Start), Named(drawn, task.Goal), Named(drawn, plan.Outcome.Path[^1]),
            plan.Plan.Cost, times.Length == 0 ? double.NaN : times[times.Length / 2], page);
        session.Result(report, CliJson.Default.GoalPlanDocument, () => Print(report));
        session.Remark($"Pictures: {page}");
        return report.Reached ? ExitCodes.Fine : ExitCodes.Failed;
    }

    private void Print(GoalPlanDocument report)
    {
        session.Output.WriteLine($"start    {Text(report.Start)}");
        session.Output.WriteLine($"goal     {Text(report.Goal)}");
        session.Output.WriteLine($"end      {Text(report.End)}, {(report.Reached ? "reached" : "NOT reached")} in {report.Steps} steps");
        session.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a plan   {report.MedianMilliseconds:0} ms (median)"));

        static string Text(IReadOnlyDictionary<string, double> state) =>
            string.Join(", ", state.Select(number => string.Create(CultureInfo.InvariantCulture, $"{number.Key} {number.Value:0.##}")));
    }

    private static SortedDictionary<string, double> Named(IGoalEnvironment environment, float[] state) => new(
        environment.Specification.State.Dimensions.Select((dimension, place) => (dimension.Name, Value: (double)state[place])).ToDictionary(number => number.Name, number => number.Value),
        StringComparer.Ordinal);
}

/// <param name="Environment">What was acted in.</param>
/// <param name="Reached">Whether the goal was reached.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Start">The start's state.</param>
/// <param name="Goal">The goal's state.</param>
/// <param name="End">The last state.</param>
/// <param name="Cost">Of the first plan.</param>
/// <param name="MedianMilliseconds">Time of a plan, from what is seen to the action.</param>
/// <param name="Page">Pictures of what happened and of what was imagined.</param>
internal sealed record GoalPlanDocument(
    string Environment, bool Reached, int Steps, IReadOnlyDictionary<string, double> Start, IReadOnlyDictionary<string, double> Goal,
    IReadOnlyDictionary<string, double> End, double Cost, double MedianMilliseconds, string Page);
