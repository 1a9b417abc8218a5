using System.Globalization;
using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Tracking;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>The report of processes that were held at set-points.</summary>
public static class TrackingReport
{
    // Perfect knowledge is drawn as a reference; the learned model on top, in a colour of its own.
    private const int LearnedColour = 0;
    private static readonly int[] Colours = [6, 5, 3, 1, 4];

    /// <summary>Builds the page.</summary>
    /// <param name="results">A result per process.</param>
    /// <param name="provenance">Where the figures come from: command, machine, date.</param>
    public static HtmlReport Build(IReadOnlyList<TrackingResult> results, IReadOnlyList<Fact> provenance)
    {
        ArgumentNullException.ThrowIfNull(results);
        HtmlReport report = new("Orrery · closed loop", "Held at set-points", "A model learned from a mediocre controller's log, against perfect knowledge, a tuned PI loop and linear control.");
        report.Add(Components.Tiles(results.Select(Tile)));
        foreach (TrackingResult result in results)
            report.Section(result.Environment, Lead(result), Components.Row(440, Components.Card("Over all episodes", Table(result))), Components.Row(900, Outputs(result), Inputs(result)));
        report.Section("Provenance", null, Components.Card("", Components.Facts(provenance)));
        return report;
    }

    private static Tile Tile(TrackingResult result)
    {
        double ratio = TrackingResult.Ratio(result.Learned, result.Estimated);
        Tone tone = ratio <= 1.15 && result.Learned.Violations == 0 ? Tone.Good : Tone.Warning;
        return new Tile(
            $"{result.Environment}: learned model's error over the true model's, state estimated", ratio.ToString("0.00", CultureInfo.InvariantCulture),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{TrackingResult.Ratio(result.Learned, result.Perfect):0.00} with the state known · {result.Controllers.Sum(controller => controller.Violations)} hard limits broken"), "×", tone);
    }

    private static string Lead(TrackingResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Figures.WithUnit(result.Output, result.OutputUnit)} held by {Figures.WithUnit(result.Input, result.InputUnit)}; {result.Controllers[0].Scores.Count} episodes of {result.Steps} steps, seeds from {result.Seed} on. "
        + $"Learned from {result.TrainingRows:#,0} rows{(result.TrainingSeconds > 0 ? $" in {Figures.Duration(result.TrainingSeconds)}" : "")}.");

    private static Html Table(TrackingResult result) => Components.Table(new DataTable(
        ["controller", "#absolute error", "#worst", "#× state estimated", "#× state known", "#squared error", "#overshoot", "#effort", "#limits broken", "#ms a step"],
        [.. result.Controllers.Select(controller => (IReadOnlyList<string>)
        [
            controller.Controller + (controller.Trips > 0 ? $" (shut down {controller.Trips} times)" : ""),
            Figures.Short(controller.AbsoluteError),
            Figures.Short(controller.WorstAbsoluteError),
            TrackingResult.Ratio(controller, result.Estimated).ToString("0.00", CultureInfo.InvariantCulture),
            TrackingResult.Ratio(controller, result.Perfect).ToString("0.00", CultureInfo.InvariantCulture),
            Figures.Short(controller.SquaredError),
            controller.Overshoot.ToString("0 %", CultureInfo.InvariantCulture),
            Figures.Short(controller.Effort),
            controller.Violations.ToString(CultureInfo.InvariantCulture),
            controller.Milliseconds.ToString("0.00", CultureInfo.InvariantCulture),
        ])],
        StrongRow: result.Controllers.ToList().IndexOf(result.Learned)));

    private static Html Outputs(TrackingResult result)
    {
        double[] setPoints = result.Controllers[0].First.SetPoints;
        Series asked = Series.Evenly("set-point", setPoints, result.SamplingTime) with { Colour = 7, Style = SeriesStyle.Steps };
        double margin = setPoints.Max() - setPoints.Min();
        return new LineChart($"{result.Environment}: {result.Output}", [asked, .. Lines(result, trace => trace.Outputs, SeriesStyle.Line)])
        {
            Description = "The first episode, without measurement noise.",
            XLabel = $"time ({result.TimeUnit})",
            YLabel = Figures.WithUnit(result.Output, result.OutputUnit),
            Width = 1100,
            Height = 320,
            Floor = setPoints.Min() - (0.5 * margin),
            Ceiling = setPoints.Max() + (0.5 * margin),
        }.Render();
    }

    private static Html Inputs(TrackingResult result) =>
        new LineChart($"{result.Environment}: {result.Input}", Lines(result, trace => trace.Commands, SeriesStyle.Steps))
        {
            Description = "What was executed, after the guardrails.",
            XLabel = $"time ({result.TimeUnit})",
            YLabel = Figures.WithUnit(result.Input, result.InputUnit),
            Levels = [new ReferenceLine(result.InputLow, "least", IsLimit: true), new ReferenceLine(result.InputHigh, "most", IsLimit: true)],
            Width = 1100,
            Height = 260,
        }.Render();

    /// <summary>The learned model last, so that it lies on top.</summary>
    private static Series[] Lines(TrackingResult result, Func<TrackingTrace, double[]> values, SeriesStyle style)
    {
        ControllerResult[] others = [.. result.Controllers.Where(controller => controller != result.Learned)];
        return [.. others.Select((controller, place) => Line(controller, Colours[place % Colours.Length])), Line(result.Learned, LearnedColour)];

        Series Line(ControllerResult controller, int colour) =>
            Series.Evenly(controller.Controller, values(controller.First), result.SamplingTime) with { Colour = colour, Style = style };
    }
}
