using System.Globalization;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.GoalProtocols;
using Orrery.Evaluation.Reports.Charts;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pictures;

namespace Orrery.Evaluation.Reports.Pages;

/// <summary>What the report of a protocol shows beside its result.</summary>
/// <param name="Result">The protocol, its pairs and every episode.</param>
/// <param name="Overlap">Whether the model was trained on what it is evaluated on; null without a model.</param>
/// <param name="Successes">Film strips of some successes of the policy in front.</param>
/// <param name="Failures">Film strips of all its failures.</param>
public sealed record ProtocolReportData(
    ProtocolResult Result, TrainingOverlap? Overlap, IReadOnlyList<EpisodeStory> Successes, IReadOnlyList<EpisodeStory> Failures)
{
    /// <summary>When the page was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Where the figures come from.</summary>
    public IReadOnlyList<Fact> Provenance { get; init; } = [];

    /// <summary>Where time went.</summary>
    public IReadOnlyList<PhaseTiming> Timings { get; init; } = [];

    /// <summary>The model's resolved recipe; null without a model.</summary>
    public string? RecipeJson { get; init; }
}

/// <summary>The report of a model, its floor and its ceiling on the pairs of a protocol.</summary>
public static class ProtocolReport
{
    /// <summary>Failures beyond these are folded in, so that a bad model's page opens at once.</summary>
    private const int OpenFailures = 24;

    /// <summary>Builds the page.</summary>
    public static HtmlReport Build(ProtocolReportData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        GoalProtocol protocol = data.Result.Protocol;
        HtmlReport report = new($"Orrery · protocol {protocol.Name}", protocol.Title, protocol.Source);
        report.Add(Components.Tiles(data.Result.Policies.Select(Tile).Concat(Times(data.Result))));
        if (protocol.Caveat is { } caveat)
            report.Add(Components.Verdict(Tone.Warning, caveat));
        if (data.Overlap is { IsDisjoint: false } overlap && protocol.IsFixed)
            report.Add(Components.Verdict(Tone.Bad, $"Trained on what it is evaluated on. {overlap}"));
        report.Section("Does it reach the goal?", "The same starts and goals for every row; the bars are 95 % Wilson intervals.", Rates(data.Result), Table(data.Result));
        report.Section("What counts", null, Components.Row(440, Components.Card("", Components.Facts(Rules(data)))));
        report.Section(data.Successes.Count == 0 ? "Successes" : $"{Count(data.Successes.Count, "success")}, from short to long",
            $"Who acts: {Front(data.Result).Policy}. The first picture is the start, the last is the goal; those between are evenly spaced in time.",
            data.Successes.Count == 0 ? Html.Element("p", "nothing", Html.Text("No goal was reached.")) : Strips(data, data.Successes));
        report.Section(data.Failures.Count == 0 ? "Failures" : $"Every failure: {data.Failures.Count}", null, Failures(data));
        report.Section("Settings and provenance", null, BackgroundSection.Render(data.Timings, [], data.Provenance, data.RecipeJson, data.Created));
        return report;
    }

    /// <summary>The policy that the page is about: the learned one, or without a model the ceiling.</summary>
    public static ClosedLoopResult Front(ProtocolResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Of(PolicyRole.Learned) ?? result.Of(PolicyRole.Perfect) ?? result.Policies[0].Result;
    }

    private static string Name(PolicyRole role) => role switch
    {
        PolicyRole.Learned => "learned model",
        PolicyRole.Perfect => "perfect model",
        _ => "random policy",
    };

    private static int Colour(PolicyRole role) => role switch
    {
        PolicyRole.Learned => 0,
        PolicyRole.Perfect => 2,
        _ => 6,
    };

    private static Tile Tile(ProtocolPolicyResult policy) => new(
        policy.Role == PolicyRole.Learned ? "reached the goal" : Name(policy.Role),
        (policy.Result.Success.Rate * 100).ToString("0.#", CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture,
            $"{policy.Result.Success.Successes} of {policy.Result.Success.Trials}, 95\u00A0%\u00A0interval {policy.Result.Success.Interval.Low * 100:0.0}\u00A0to\u00A0{policy.Result.Success.Interval.High * 100:0.0}\u00A0%"),
        "%",
        policy.Role == PolicyRole.Learned ? Tone.Good : Tone.Neutral);

    private static IEnumerable<Tile> Times(ProtocolResult result)
    {
        ClosedLoopResult front = Front(result);
        yield return new Tile("median steps to goal", Figures.Short(front.MedianSteps), $"budget {result.Protocol.Budget} steps");
        yield return new Tile("median time of a plan", Figures.Short(front.MedianDecisionMilliseconds, 2), $"95 % below {Figures.Short(front.SlowDecisionMilliseconds, 2)} ms", "ms");
    }

    private static Html Rates(ProtocolResult result)
    {
        IntervalChart rates = new("Success rate", [.. result.Policies.OrderBy(policy => policy.Role == PolicyRole.Perfect ? 0 : 1).Select(policy => new IntervalRow(
            Name(policy.Role), policy.Result.Success.Rate, policy.Result.Success.Interval.Low, policy.Result.Success.Interval.High, Colour(policy.Role)))]);
        LineChart budget = new("Reached within so many steps",
            [.. result.Policies.Reverse().Select(policy => ReportParts.Reached(policy.Result, Name(policy.Role)) with { Colour = Colour(policy.Role) })])
        {
            XLabel = "environment steps",
            YLabel = "share of episodes, %",
            FromZero = true,
            Height = 220,
        };
        return Components.Row(440, rates.Render(), budget.Render());
    }

    private static Html Table(ProtocolResult result)
    {
        DataTable table = new(
            ["policy", "plans with", "#reached", "#rate", "#95 % interval", "#median steps", "#plan, median ms", "#plan, 95 % ms", "#planning per step, ms"],
            [.. result.Policies.Select(policy => (IReadOnlyList<string>)
            [
                Name(policy.Role), policy.Role == PolicyRole.Random ? "" : policy.Result.Policy,
                $"{policy.Result.Success.Successes} of {policy.Result.Success.Trials}",
                Figures.Percent(policy.Result.Success.Rate),
                string.Create(CultureInfo.InvariantCulture, $"{policy.Result.Success.Interval.Low * 100:0.0} to {policy.Result.Success.Interval.High * 100:0.0} %"),
                Figures.Short(policy.Result.MedianSteps),
                Figures.Short(policy.Result.MedianDecisionMilliseconds, 2),
                Figures.Short(policy.Result.SlowDecisionMilliseconds, 2),
                Figures.Short(PerStep(policy.Result), 2),
            ])],
            result.Policies[0].Role == PolicyRole.Learned ? 0 : -1);
        return Html.Join(Components.Row(440, Components.Card("Every policy on the same pairs", Components.Table(table))), Paired(result));
    }

    /// <summary>Time of all plans over all steps; not a number where nothing was planned.</summary>
    private static double PerStep(ClosedLoopResult result)
    {
        double milliseconds = result.Episodes.Sum(episode => episode.DecisionMilliseconds.Sum(time => (double)time));
        int steps = result.Episodes.Sum(episode => episode.Steps);
        return milliseconds > 0 && steps > 0 ? milliseconds / steps : double.NaN;
    }

    private static Html Paired(ProtocolResult result)
    {
        if (result.Of(PolicyRole.Learned) is not { } learned || result.Of(PolicyRole.Random) is not { } random)
            return Html.Empty;
        int[] counts = new int[4];
        for (int pair = 0; pair < learned.Episodes.Count; pair++)
            counts[(learned.Episodes[pair].Success ? 2 : 0) + (random.Episodes[pair].Success ? 1 : 0)]++;
        return Components.Verdict(counts[2] > counts[1] ? Tone.Good : Tone.Warning,
            $"Pair by pair: {counts[3]} reached by both, {counts[2]} by the learned model alone, {counts[1]} by chance alone, {counts[0]} by neither.");
    }

    private static IEnumerable<Fact> Rules(ProtocolReportData data)
    {
        (GoalProtocol protocol, string environment, ProtocolManifest manifest, _) = data.Result;
        yield return new Fact("solved", protocol.Success.Inequality);
        if (protocol.Success.Hold > 1)
            yield return new Fact("held", $"after {protocol.Success.Hold} steps in a row");
        yield return new Fact("budget", $"{protocol.Budget} steps");
        yield return new Fact("environment", environment == protocol.Environment ? environment : $"{environment}: {protocol.Environment}, seen in other pictures");
        yield return new Fact("starts and goals", manifest.Rule);
        yield return new Fact("pairs", Drawn(protocol, manifest));
        yield return new Fact("manifest", $"SHA-256 {manifest.Hash}");
        if (data.Overlap is { } overlap)
            yield return new Fact("training data", overlap.ToString());
        if (data.Result.Of(PolicyRole.Perfect) is { } perfect)
            yield return new Fact("perfect model", $"the same search over the true simulator, with the true way that is left as its cost; the first {perfect.Episodes.Count} pairs");
    }

    private static string Drawn(GoalProtocol protocol, ProtocolManifest manifest) => protocol.IsFixed
        ? $"{manifest.Pairs.Count}, fixed; removed because solved at the start: {manifest.Solved}; episodes without a fit pair: {manifest.Unfit}; seed {manifest.Seed}"
        : $"{manifest.Pairs.Count} from the training data, seed {manifest.Seed}; solved at the start and not removed: {manifest.Solved}";

    private static Html Failures(ProtocolReportData data)
    {
        if (data.Failures.Count == 0)
            return Html.Element("p", "nothing", Html.Text("None failed."));
        Html open = Strips(data, data.Failures.Take(OpenFailures));
        return data.Failures.Count <= OpenFailures ? open : Html.Join(open, new Html(
            $"<details><summary>{data.Failures.Count - OpenFailures} more</summary>{Strips(data, data.Failures.Skip(OpenFailures))}</details>"));
    }

    private static Html Strips(ProtocolReportData data, IEnumerable<EpisodeStory> stories) => Html.Join(stories.Select(story => Strip(data.Result, story)));

    private static Html Strip(ProtocolResult result, EpisodeStory story)
    {
        EpisodeOutcome outcome = story.Outcome;
        double[] ways = [.. outcome.Path.Select(state => result.Protocol.Way(state, outcome.Goal))];
        string badge = outcome.Success
            ? $"<span class=\"badge\">reached in {outcome.Steps} steps</span>"
            : $"<span class=\"badge bad\">not reached in {outcome.Steps} steps</span>";
        string way = $"way left {Way(ways[0])} at the start, {Way(ways.Min())} at the closest, {Way(ways[^1])} at the end";
        return new Html($"<div class=\"card\" style=\"margin-top:14px\"><h3 style=\"margin-bottom:4px\">{Html.Text(story.Title)}{badge}</h3>"
            + $"<p style=\"margin:0 0 12px;font-size:13.5px;color:var(--soft)\">{Html.Text(way)}</p>{FilmStrip.Render(story.Frames)}</div>");

        string Way(double length) => $"{Figures.Short(length)}{(result.Protocol.WayUnit.Length > 0 ? "\u00A0" + result.Protocol.WayUnit : "")}";
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}es";
}
