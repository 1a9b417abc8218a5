using System.Globalization;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.Probes;
using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pictures;
using Orrery.Models.Monitoring;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>The report of a world model that was learned from pixels and plans to goal pictures.</summary>
public static class TwoRoomsReport
{
    /// <summary>Builds the page.</summary>
    public static HtmlReport Build(TwoRoomsReportData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var report = new HtmlReport("Orrery · world model from pixels", data.Title, data.Subtitle);
        report.Add(Components.Tiles(Tiles(data)));
        report.Section("Does it reach the goal?", SuccessLead(data), SuccessCharts(data), AllEpisodes(data));
        report.Section("Episodes, picture by picture",
            "On the left the map with the path, dark at the start and bright at the end, inside the ring that counts as the goal. "
            + "On the right what the model sees: it is given nothing else.",
            Html.Join(data.Stories.Select(story => Story(data, story))));
        report.Section("How it learned", null, Learning(data));
        report.Section("Is it collapsed?",
            "A model that predicts well by mapping every picture to the same point has learned nothing. The spectrum of the latents shows it.",
            Health(data));
        report.Section("Does it know where it is?",
            "Probes read the true position out of the frozen latents, on rows that neither they nor the model were fitted on. "
            + "They are for us: neither the model nor the planner ever sees a position.", Probes(data));
        report.Section("How it plans", null, Planning(data));
        report.Section("Settings and provenance", null, Background(data));
        return report;
    }

    private static IEnumerable<Tile> Tiles(TwoRoomsReportData data)
    {
        ClosedLoopResult planner = data.Planner;
        yield return new Tile("reached the goal", Percent(planner), Interval(planner), "%", Tone.Good);
        if (data.Random is not null)
            yield return new Tile("random policy", Percent(data.Random), Interval(data.Random), "%");
        yield return new Tile("median steps to goal", Figures.Short(planner.MedianSteps),
            $"budget {planner.StepLimit} steps");
        yield return new Tile("median time of a plan", Figures.Short(planner.MedianDecisionMilliseconds, 2),
            $"95 % below {Figures.Short(planner.SlowDecisionMilliseconds, 2)} ms", "ms");
        if (data.Health is LatentHealth health)
            yield return new Tile("effective rank", Figures.Short(health.EffectiveRank), $"of {health.Deviations.Count} latent dimensions",
                Tone: health.Collapsed ? Tone.Bad : Tone.Neutral);
        if (data.Timings.Count > 0)
            yield return new Tile("from nothing to this page", Minutes(data.Timings.Sum(timing => timing.WallSeconds)),
                string.Join(" · ", data.Timings.OrderByDescending(timing => timing.WallSeconds).Take(2)
                    .Select(timing => $"{timing.Phase} {Figures.Duration(timing.WallSeconds)}")), "min");
    }

    private static string Minutes(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.0}");

    private static string Percent(ClosedLoopResult result) =>
        double.IsNaN(result.Success.Rate) ? Figures.Missing : (result.Success.Rate * 100).ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>The interval in words; non-breaking spaces keep it from wrapping inside.</summary>
    private static string Interval(ClosedLoopResult result) => string.Create(CultureInfo.InvariantCulture,
        $"{result.Success.Successes} of {result.Success.Trials}, 95\u00A0%\u00A0interval {result.Success.Interval.Low * 100:0.0}\u00A0to\u00A0{result.Success.Interval.High * 100:0.0}\u00A0%");

    private static string SuccessLead(TwoRoomsReportData data) =>
        $"{data.Planner.Episodes.Count} held-out tasks: start in one room, goal picture in the other. {data.Planner.SuccessRule} "
        + "The bars are 95 % Wilson intervals.";

    private static Html SuccessCharts(TwoRoomsReportData data)
    {
        (ClosedLoopResult Result, string Name, int Colour)[] results =
        [
            .. data.PerfectModel is null ? [] : new[] { (data.PerfectModel, "true simulator", 2) },
            (data.Planner, "learned model", 0),
            .. data.Random is null ? [] : new[] { (data.Random, "random policy", 6) },
        ];
        var rates = new IntervalChart("Success rate", [.. results.Select(entry => new IntervalRow(entry.Name, entry.Result.Success.Rate,
            entry.Result.Success.Interval.Low, entry.Result.Success.Interval.High, entry.Colour))])
        {
            Description = "The same starts and goals for every row.",
        };
        var budget = new LineChart("Reached within so many steps",
            [.. results.Reverse().Select(entry => ReportParts.Reached(entry.Result, entry.Name) with { Colour = entry.Colour })])
        {
            XLabel = "environment steps",
            YLabel = "share of episodes, %",
            FromZero = true,
            Height = 220,
        };
        return Components.Row(440, rates.Render(), budget.Render());
    }

    private static Html AllEpisodes(TwoRoomsReportData data)
    {
        if (data.Planner.Episodes.Count == 0)
            return Html.Empty;
        int failures = data.Planner.Episodes.Count(episode => !episode.Success);
        string text = failures == 0 ? "Every episode; none failed." : "Every episode; failures have a red frame.";
        return Html.Join(
            new Html($"<h3 style=\"margin-top:26px\">{Html.Text(text)}</h3>"),
            Html.Element("div", "wall-of-maps", Html.Join(data.Planner.Episodes.Select((episode, index) =>
                MapDrawing.Thumbnail(data.Map, MapOf(data, episode),
                    $"Episode {index + 1}: {(episode.Success ? "reached" : "failed")} after {episode.Steps} steps")))));
    }

    private static MapEpisode MapOf(TwoRoomsReportData data, EpisodeOutcome episode) => new(
        [.. episode.Path.Where(state => state.Length >= 2).Select(state => new MapPoint(state[0], state[1]))],
        new MapPoint(episode.Goal[0], episode.Goal[1]), data.GoalRadius, episode.Success);

    private static Html Story(TwoRoomsReportData data, EpisodeStory story)
    {
        string badge = story.Outcome.Success
            ? $"<span class=\"badge\">reached in {story.Outcome.Steps} steps</span>"
            : $"<span class=\"badge bad\">not reached in {story.Outcome.Steps} steps</span>";
        return Html.Element("div", "episode", Html.Join(
            MapDrawing.Render(data.Map, MapOf(data, story.Outcome), story.Title),
            Html.Element("div", "", Html.Join(
                Html.Element("h3", "", Html.Join(Html.Text(story.Title), new Html(badge))),
                FilmStrip.Render(story.Frames)))));
    }

    private static Html Learning(TwoRoomsReportData data)
    {
        var charts = new List<Html>();
        if (data.LossCurves.Count > 0)
            charts.Add(ReportParts.Curves("Losses", "Mean over short windows; the band holds 80 % of the steps.", data.LossCurves).Render());
        if (data.RankCurve is TrainingCurve rank)
            charts.Add(new LineChart("Effective rank of the latents while training", [new Series(rank.Name, rank.Steps, rank.Values)])
            {
                Description = "Near 1 the latents would lie on a line: collapsed.",
                XLabel = "training step",
                YLabel = "effective rank",
                FromZero = true,
            }.Render());
        return charts.Count == 0 ? Html.Empty : Components.Row(440, charts);
    }

    private static Html Health(TwoRoomsReportData data)
    {
        if (data.Health is not LatentHealth health)
            return Html.Empty;
        double largest = health.Spectrum.Where(double.IsFinite).DefaultIfEmpty(1).Max();
        double floor = largest * 1e-8;
        var spectrum = new BarChart("Spectrum of the latents",
            [.. health.Spectrum.Select(value => value > floor ? value : double.NaN)])
        {
            Description = "Eigenvalues of the latents' covariance on held-out rows, largest first.",
            XLabel = "component",
            YLabel = "variance, logarithmic",
            LogY = true,
            Mark = new ReferenceLine(health.EffectiveRank + 0.5, $"effective rank {Figures.Short(health.EffectiveRank)}"),
            Width = 1100,
            Height = 250,
        };
        return Html.Join(Components.Verdict(health.Collapsed ? Tone.Bad : Tone.Good, health.Warning
                ?? $"Not collapsed: {Figures.Short(health.Count, 9)} pictures spread over about {Figures.Short(health.EffectiveRank)} of {health.Deviations.Count} directions, "
                + $"with a mean deviation of {Figures.Short(health.MeanDeviation)}."),
            Components.Row(440, spectrum.Render()));
    }

    private static Html Probes(TwoRoomsReportData data)
    {
        var pieces = new List<Html>();
        if (data.Probes.Count > 0)
        {
            var table = new DataTable(["probe", "column", "#R²", "#RMSE", "#mean distance", "#rows"],
                [.. data.Probes.SelectMany(ProbeRows)]);
            pieces.Add(Components.Row(440, Components.Card("Held-out accuracy", Components.Table(table))));
        }

        var pictures = new List<Html>();
        pictures.AddRange(data.ProbeScatters.Select((scatter, index) => new ScatterChart($"Probe of {scatter.Column}",
            [new Series(scatter.Column, scatter.Truth, scatter.Predictions) { Colour = index == 0 ? 0 : 2 }])
        { XLabel = "true", YLabel = "read out" }.Render()));
        pictures.AddRange(data.Landscapes.Select(landscape => new HeatMap(landscape.Title, landscape.Distances, landscape.Columns)
        {
            Description = "Distance in latent space from each position to the goal (white dot): what the planner goes down.",
            Overlay = MapDrawing.Walls(data.Map, landscape.Goal),
        }.Render()));
        if (pictures.Count > 0)
            pieces.Add(Components.Row(300, pictures));
        return Html.Join(pieces);
    }

    private static IEnumerable<IReadOnlyList<string>> ProbeRows(ProbeResult probe) => probe.Columns.Select((column, index) => (IReadOnlyList<string>)
    [
        index == 0 ? probe.Name : "", column, Figures.Padded(probe.RSquared[index], 4), Figures.Padded(probe.Rmse[index]),
        index == 0 ? Figures.Padded(probe.MeanDistance) : "",
        index == 0 ? $"{Figures.Short(probe.TrainingRows, 6)} + {Figures.Short(probe.HeldOutRows, 6)}" : "",
    ]);

    private static Html Planning(TwoRoomsReportData data)
    {
        var charts = new List<Html>();
        if (data.PlannerTraces.Count > 0)
            charts.Add(new LineChart("The planner's cost over its iterations",
                [.. data.PlannerTraces.Select(trace => Series.Evenly(trace.Name, trace.BestCost, first: 1))])
            {
                Description = "Cost of the best candidate found so far, for the first plan of some episodes.",
                XLabel = "iteration",
                YLabel = "cost",
                FromZero = true,
            }.Render());
        double[] times = [.. data.Planner.Episodes.SelectMany(episode => episode.DecisionMilliseconds).Select(time => (double)time).Where(double.IsFinite).Order()];
        if (times.Length > 1)
            charts.Add(new LineChart("Time of a plan",
                [new Series("share", times, [.. times.Select((_, index) => 100.0 * (index + 1) / times.Length)])])
            {
                Description = "Share of plans that took at most so long, from picture to action, over all episodes.",
                XLabel = "milliseconds",
                YLabel = "share, %",
                FromZero = true,
            }.Render());
        return charts.Count == 0 ? Html.Empty : Components.Row(440, charts);
    }

    private static Html Background(TwoRoomsReportData data) => BackgroundSection.Render(data.Timings, data.Settings, data.Provenance, data.RecipeJson, data.Created);
}
