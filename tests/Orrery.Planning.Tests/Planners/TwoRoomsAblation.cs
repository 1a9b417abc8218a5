using System.Globalization;
using Orrery.Planning.Costs;
using Orrery.Planning.Planners;
using Xunit.Abstractions;

namespace Orrery.Planning.Tests.Planners;

/// <summary>The figures of docs/planning.md. They take minutes, so they are drawn up on demand alone.</summary>
public class TwoRoomsAblation(ITestOutputHelper output)
{
    private const int Tasks = 100;

    [AblationFact]
    public void Writes_the_table()
    {
        var usual = new SearchOptions();
        output.WriteLine("| cost | search | candidates x iterations | reached of 100 | mean steps |");
        output.WriteLine("| --- | --- | --- | --- | --- |");
        Row("nearest + 0.1 mean", "cross-entropy around elites", GoalForm.Nearest, 0.1, usual);
        Row("nearest + 0.3 mean", "cross-entropy around elites", GoalForm.Nearest, 0.3, usual);
        Row("nearest", "cross-entropy around elites", GoalForm.Nearest, 0, usual);
        Row("terminal", "cross-entropy around elites", GoalForm.Terminal, 0, usual);
        Row("sum", "cross-entropy around elites", GoalForm.Sum, 0, usual);
        Row("nearest + 0.1 mean", "the same, no fresh proposals", GoalForm.Nearest, 0.1, usual with { FreshShare = 0 });
        Row("nearest + 0.1 mean", "the same, white noise", GoalForm.Nearest, 0.1, usual with { Correlation = 0 });
        Row("nearest + 0.1 mean", "the same, one action per environment step", GoalForm.Nearest, 0.1, usual with { HoldWithinBlock = false });
        Row("nearest + 0.1 mean", "the same, H = 8", GoalForm.Nearest, 0.1, usual with { Horizon = 8 });
        foreach (var (candidates, iterations) in new[] { (50, 2), (100, 2), (100, 3), (200, 1), (200, 2), (400, 3) })
            Row("nearest + 0.1 mean", "cross-entropy around elites", GoalForm.Nearest, 0.1, usual with { Candidates = candidates, Iterations = iterations });
        var gaussian = new CrossEntropyOptions(Refinement: Refinement.Gaussian);
        Row("nearest + 0.1 mean", "cross-entropy, Gaussian", usual, () => new CrossEntropyPlanner(usual, gaussian), GoalForm.Nearest, 0.1);
        foreach (var temperature in new[] { 0.005, 0.01, 0.02, 0.05, 0.2 })
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

    private void Row(string cost, string search, GoalForm form, double meanWeight, SearchOptions options) =>
        Row(cost, search, options, () => new CrossEntropyPlanner(options), form, meanWeight);

    private void Row(string cost, string search, SearchOptions options, Func<IPlanner> planner, GoalForm form, double meanWeight)
    {
        var (successes, steps) = TwoRoomsSearch.Play(planner, form, meanWeight, Tasks);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {cost} | {search} | {options.Candidates} x {options.Iterations} | {successes} | {steps:0.0} |"));
    }
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class AblationFactAttribute : FactAttribute
{
    public AblationFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("ORRERY_ABLATION") != "1")
            Skip = "Takes minutes; set ORRERY_ABLATION=1 to draw up the figures of docs/planning.md.";
    }
}
