using System.Globalization;
using Orrery.Planning.Costs;
using Orrery.Planning.Planners;

namespace Orrery.Planning.Tests.Planners;

/// <summary>The figures of docs/planning.md. They take minutes, so they are drawn up on demand alone.</summary>
public class TwoRoomsAblation
{
    private const int Tasks = 100;

    [AblationFact]
    public void Writes_the_table()
    {
        var usual = new SearchOptions();
        Write("");
        Write("| cost | search | candidates x iterations | reached of 100 | mean steps |");
        Write("| --- | --- | --- | --- | --- |");
        Row("nearest + 0.1 mean", "cross-entropy around elites", GoalForm.Nearest, 0.1, usual);
        Row("nearest + 0.3 mean", "cross-entropy around elites", GoalForm.Nearest, 0.3, usual);
        Row("nearest + 0.05 mean", "cross-entropy around elites", GoalForm.Nearest, 0.05, usual);
        Row("nearest", "cross-entropy around elites", GoalForm.Nearest, 0, usual);
        Row("terminal", "cross-entropy around elites", GoalForm.Terminal, 0, usual);
        Row("sum", "cross-entropy around elites", GoalForm.Sum, 0, usual);
        Row("nearest + 0.1 mean", "the same, no fresh proposals", GoalForm.Nearest, 0.1, usual with { FreshShare = 0 });
        Row("nearest + 0.1 mean", "the same, white noise", GoalForm.Nearest, 0.1, usual with { Correlation = 0 });
        Row("nearest + 0.1 mean", "the same, one action per environment step", GoalForm.Nearest, 0.1, usual with { HoldWithinBlock = false });
        Row("nearest + 0.1 mean", "the same, H = 8", GoalForm.Nearest, 0.1, usual with { Horizon = 8 });
        Row("nearest + 0.1 mean", "the same, H = 16", GoalForm.Nearest, 0.1, usual with { Horizon = 16 });
        Row("nearest + 0.05 mean", "the same, H = 16", GoalForm.Nearest, 0.05, usual with { Horizon = 16 });
        foreach (var (candidates, iterations) in new[] { (50, 2), (100, 2), (100, 3), (200, 1), (200, 2), (400, 3) })
            Row("nearest + 0.1 mean", "cross-entropy around elites", GoalForm.Nearest, 0.1, usual with { Candidates = candidates, Iterations = iterations });
        var gaussian = new CrossEntropyOptions(Refinement: Refinement.Gaussian);
        Row("nearest + 0.1 mean", "cross-entropy, Gaussian", usual, () => new CrossEntropyPlanner(usual, gaussian), GoalForm.Nearest, 0.1);
        foreach (var temperature in new[] { 0.005, 0.01, 0.02, 0.05, 0.2, 0.5 })
        {
            Row(
                "nearest + 0.1 mean",
                string.Create(CultureInfo.InvariantCulture, $"path integrals, temperature {temperature}"),
                usual,
                () => new MppiPlanner(usual, new MppiOptions(temperature)),
                GoalForm.Nearest,
                0.1);
        }
    }

    [AblationFact]
    public void Writes_the_table_of_branching()
    {
        Write("| search | candidates x iterations | blocks rolled out per plan | reached of 200 | mean steps |");
        Write("| --- | --- | --- | --- | --- |");
        foreach (var (candidates, iterations, branches) in new[] { (200, 3, 0.0), (64, 4, 0), (200, 3, 0.5), (100, 4, 0.5), (64, 4, 0.5), (48, 4, 0.5), (32, 4, 0.5) })
        {
            var search = new SearchOptions(Candidates: candidates, Iterations: iterations, BranchShare: branches);
            var elites = new CrossEntropyOptions(Elites: Math.Max(8, candidates / 10));
            var (successes, steps) = TwoRoomsSearch.Play(() => new CrossEntropyPlanner(search, elites), GoalForm.Nearest, 0.1, 2 * Tasks);
            Write(string.Create(
                CultureInfo.InvariantCulture,
                $"| {(branches > 0 ? "half of the later rounds branches" : "no branches")} | {candidates} x {iterations} | {candidates * iterations * search.Horizon:N0} | {successes} | {steps:0.0} |"));
        }
    }

    private static void Write(string line) => File.AppendAllText(AblationFactAttribute.Target!, line + "\n");

    private static void Row(string cost, string search, GoalForm form, double meanWeight, SearchOptions options) =>
        Row(cost, search, options, () => new CrossEntropyPlanner(options), form, meanWeight);

    private static void Row(string cost, string search, SearchOptions options, Func<IPlanner> planner, GoalForm form, double meanWeight)
    {
        var (successes, steps) = TwoRoomsSearch.Play(planner, form, meanWeight, Tasks);
        Write(string.Create(
            CultureInfo.InvariantCulture, $"| {cost} | {search} | {options.Candidates} x {options.Iterations} | {successes} | {steps:0.0} |"));
    }
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class AblationFactAttribute : FactAttribute
{
    public AblationFactAttribute()
    {
        if (string.IsNullOrEmpty(Target))
            Skip = "Takes minutes; set ORRERY_ABLATION to the file that the table of docs/planning.md is to be added to.";
    }

    public static string? Target => Environment.GetEnvironmentVariable("ORRERY_ABLATION");
}
