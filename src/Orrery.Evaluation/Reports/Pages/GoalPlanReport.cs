using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Evaluation.Protocols;
using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pictures;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>The page of one planned episode: what happened, and what the model imagined beforehand.</summary>
public static class GoalPlanReport
{
    private const int ShownSteps = 7;

    /// <summary>Builds the page.</summary>
    /// <param name="plan">The episode.</param>
    /// <param name="environment">Draws the pictures; its state may be replaced.</param>
    /// <param name="provenance">Where the figures come from.</param>
    /// <param name="recipe">The model's resolved recipe.</param>
    /// <param name="created">When the page was made.</param>
    public static HtmlReport Build(GoalPlan plan, IGoalEnvironment environment, IReadOnlyList<Fact> provenance, string recipe, DateTimeOffset created)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(environment);
        var outcome = plan.Outcome;
        HtmlReport report = new($"Orrery · a plan in {plan.Environment}", "From here to there", environment.Specification.Description);
        double[] times = [.. outcome.DecisionMilliseconds.Select(time => (double)time).Order()];
        report.Add(Components.Tiles(
        [
            new Tile("the goal was", outcome.Success ? "reached" : "not reached", environment.Specification.SuccessRule, "", outcome.Success ? Tone.Good : Tone.Bad),
            new Tile("steps", $"{outcome.Steps}", $"{times.Length} plans; at most {environment.Specification.StepLimit} steps"),
            new Tile("a plan took", times.Length == 0 ? Figures.Missing : Figures.Short(times[times.Length / 2], 2), "median, from what is seen to the action", "ms"),
        ]));
        var story = EpisodeStories.One(environment, "", outcome);
        report.Section("What happened", "It acts on a plan's first actions, looks, and plans again.", Components.Row(440, Components.Card("", FilmStrip.Render(story.Frames))));
        report.Section("What the model imagined at the start",
            "The first plan's actions, one after the other without looking again: above as the model predicts, below what they do in the simulator.",
            Imagined(plan, environment));
        report.Section("What the plan costs", null, Costs(plan));
        report.Section("Settings and provenance", null, BackgroundSection.Render([], [], provenance, recipe, created));
        return report;
    }

    private static Html Imagined(GoalPlan plan, IGoalEnvironment environment)
    {
        var shown = FilmStrip.Pick(plan.Plan.Horizon, ShownSteps);
        var simulated = Components.Card("In the simulator", FilmStrip.Render(
            [.. shown.Select(step => new FilmFrame(EpisodeStories.Picture(environment, plan.Simulated[step]), Caption(step)))]));
        if (plan.Imagined.Count == 0 || environment.Specification.Observation is not ImageSpace space)
            return Html.Join(Components.Verdict(Tone.Neutral, "The model has no decoder, so its latents cannot be shown as pictures: train with --set decoder.channels=[32,16,8,8]."), simulated);
        return Components.Row(
            900,
            Components.Card("Imagined", FilmStrip.Render(
                [.. shown.Select(step => new FilmFrame(ObservationPainter.Paint(plan.Imagined[step], space.Channels, space.Height, space.Width), Caption(step)))])),
            simulated);

        string Caption(int step) => $"step {(step + 1) * plan.Plan.ActionBlock}";
    }

    private static Html Costs(GoalPlan plan)
    {
        DataTable terms = new(["term", "#weight", "#adds"],
            [.. plan.Plan.Costs.Select(term => (IReadOnlyList<string>)[term.Name, Figures.Short(term.Weight), Figures.Short(term.Value)])]);
        LineChart search = new("The search", [Series.Evenly("best so far", [.. plan.Plan.BestCosts.Select(cost => (double)cost)], first: 1)])
        {
            XLabel = "iteration",
            YLabel = "cost",
            FromZero = true,
            Height = 200,
        };
        return Components.Row(440, Components.Card("Term by term", Components.Table(terms)), search.Render());
    }
}
