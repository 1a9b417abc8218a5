using Orrery.Data;
using Orrery.Evaluation.ClosedLoop;
using Orrery.Evaluation.GoalProtocols;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Evaluation.Tests.Reports;
using Orrery.Models.Recipes;

namespace Orrery.Evaluation.Tests.GoalProtocols;

public sealed class ProtocolStudyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orrery-protocol-").FullName;
    private readonly GoalProtocol _protocol = ProtocolCatalogue.Find("eb-jepa-two-rooms") with { Budget = 20 };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_study_that_was_stopped_goes_on_and_ends_with_the_same_episodes()
    {
        using CancellationTokenSource stop = new();
        using (ProtocolStudy first = Study())
            Assert.Throws<OperationCanceledException>(() => first.RunRandom(progress: done => StopAfter(done, 30, stop), cancellation: stop.Token));
        Assert.Equal(30, Lines().Length);
        File.AppendAllText(Path.Combine(_folder, ProtocolStudy.EpisodesFile), "{\"policy\":\"random\",\"ide");

        int reported = 0, before = 0;
        ProtocolPolicyResult resumed;
        using (ProtocolStudy second = Study())
            resumed = second.RunRandom(workers: 2, done => (reported, before) = (reported + 1, Math.Max(before, done.Finished)));
        Assert.Equal((70, 100, 30), (reported, before, resumed.Resumed));
        Assert.Equal(100, Lines().Length);

        ProtocolPolicyResult whole;
        using (ProtocolStudy elsewhere = new(_protocol, Manifest(), "two-rooms", Path.Combine(_folder, "elsewhere")))
            whole = elsewhere.RunRandom();
        Assert.Equal(whole.Result.Episodes.Select(Text), resumed.Result.Episodes.Select(Text));
    }

    [Fact]
    public void What_other_planners_did_is_kept_and_not_taken_for_this_ones()
    {
        PlannerRecipe small = new("cem", Horizon: 2, Candidates: 8, Iterations: 1, Elites: 2);
        using ProtocolStudy study = Study();
        Assert.Equal(0, study.RunPerfect(small, 5, 3).Resumed);
        Assert.Equal(3, study.RunPerfect(small, 5, 3).Resumed);
        Assert.Equal(0, study.RunPerfect(small with { Candidates = 9 }, 5, 3).Resumed);

        // A simulator has no slope, so that this is the same search.
        Assert.Equal(3, study.RunPerfect(small with { Method = PlannerRecipe.Gradient }, 5, 3).Resumed);
        Assert.Equal(1, study.RunPerfect(small, 5, 4).Result.Episodes.Count - study.RunPerfect(small, 5, 3).Result.Episodes.Count);
        Assert.Equal(7, Lines().Length);
    }

    [Fact]
    public void A_damaged_line_is_named()
    {
        File.WriteAllText(Path.Combine(_folder, ProtocolStudy.EpisodesFile), "{\"policy\":1}\n{}\n");
        Assert.Contains("Line 1 of", Assert.Throws<OrreryDataException>(Study).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ceiling_reaches_every_goal_that_chance_does_not()
    {
        GoalProtocol protocol = _protocol with { Budget = 200 };
        using ProtocolStudy study = new(protocol, Manifest(), "two-rooms", _folder);
        ProtocolPolicyResult ceiling = study.RunPerfect(new PlannerRecipe("cem", Horizon: 12, Candidates: 60, Iterations: 3, Elites: 6), 5, 6, workers: 2);
        Assert.Equal(6, ceiling.Result.Success.Successes);
        Assert.Equal(protocol.Success.Inequality, ceiling.Result.SuccessRule);
    }

    [Fact]
    public void The_page_shows_rule_hash_rates_and_every_failure()
    {
        using ProtocolStudy study = Study();
        ProtocolPolicyResult random = study.RunRandom();
        ProtocolPolicyResult perfect = study.RunPerfect(new PlannerRecipe("cem", Horizon: 6, Candidates: 40, Iterations: 2, Elites: 6), 5, 12);
        ProtocolResult result = new(_protocol, "two-rooms", Manifest(), [random, perfect]);
        using IGoalEnvironment painter = _protocol.Create();
        ClosedLoopResult front = ProtocolReport.Front(result);
        string page = ProtocolReport.Build(new ProtocolReportData(
            result, new TrainingOverlap("two-rooms", "0", false, 2, 100), EpisodeStories.Successes(painter, front, 5), EpisodeStories.Failures(painter, front))).ToHtml();
        ReportChecks.IsSelfContained(page);
        ReportChecks.Keep("protocol.html", page);
        Assert.Contains(Manifest().Hash, page, StringComparison.Ordinal);
        Assert.Contains("&lt; 4.5 px", page, StringComparison.Ordinal);
        Assert.Contains("Trained on what it is evaluated on", page, StringComparison.Ordinal);
        Assert.Equal(front.Episodes.Count(episode => !episode.Success), page.Split("not reached in").Length - 1);
    }

    private ProtocolStudy Study() => new(_protocol, Manifest(), "two-rooms", _folder);

    private ProtocolManifest Manifest() => ProtocolManifest.Shipped(_protocol);

    private string[] Lines() => File.ReadAllLines(Path.Combine(_folder, ProtocolStudy.EpisodesFile));

    private static void StopAfter(ClosedLoopProgress done, int episodes, CancellationTokenSource stop)
    {
        if (done.Finished == episodes)
            stop.Cancel();
    }

    private static string Text(EpisodeOutcome outcome) => $"{outcome.Seed} {outcome.Success} {string.Join(' ', outcome.Path.Select(state => string.Join(',', state)))}";
}
