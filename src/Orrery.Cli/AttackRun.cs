using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data;
using Orrery.Evaluation.Attack;
using Spectre.Console;

namespace Orrery.Cli;

/// <summary><c>orrery evaluate --attack</c>: thousands of episodes against the guardrails.</summary>
internal static class AttackRun
{
    public const int Episodes = 10_000;
    private const int MostEpisodes = 100_000_000;
    private const int MostPlans = 2_000;

    public static int Execute(Session session, int episodes, ulong seed, IReadOnlyList<string> environments, CancellationToken cancellation)
    {
        if (episodes is < 1 or > MostEpisodes)
            throw new UsageException($"--episodes is {episodes}, but it must be between 1 and {MostEpisodes:#,0}.");
        if (environments.FirstOrDefault(name => !GuardrailAttack.Environments.Contains(name)) is { } unknown)
            throw new UsageException(
                $"--environment {unknown}: there is none of that name to attack.{NearestName.Suggest(unknown, GuardrailAttack.Environments)} These exist: {string.Join(", ", GuardrailAttack.Environments)}.");
        using Terminal.Progress progress = session.Progress();
        progress.Begin("attack");
        AttackResult[] results = [.. GuardrailAttack.Run(
            episodes, seed, environments, new Relay<int>(done => progress.Report(done, episodes, "episodes")), cancellation)];
        long violations = results.Sum(result => result.Violations), commands = results.Sum(result => result.Commands);
        progress.End(string.Create(CultureInfo.InvariantCulture, $"{commands:#,0} commands, {violations:#,0} broke a hard limit"));
        PredictedLimitResult[] predicted = [.. PredictedLimitStudy.Run(Math.Clamp(episodes / 20, 20, MostPlans), seed, cancellation)];
        session.Result(new AttackReport(results, predicted), CliJson.Default.AttackReport, () => Print(session, results, predicted));
        foreach (AttackResult result in results.Where(result => result.First.Length > 0))
            session.Warn($"{result.Environment}, {result.Kind}: {result.First}.");
        return violations == 0 ? ExitCodes.Fine : ExitCodes.Failed;
    }

    private static void Print(Session session, IReadOnlyList<AttackResult> results, IReadOnlyList<PredictedLimitResult> predicted)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("environment").AddColumn("attack");
        foreach (string heading in (string[])["episodes", "commands", "narrowed", "by the fallback", "broke a hard limit", "at most (95 %)"])
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (AttackResult result in results)
            table.AddRow(
                result.Environment, result.Kind.ToString(), Number(result.Episodes), Number(result.Commands), Share(result.Narrowed, result.Commands),
                Share(result.FellBack, result.Commands), Number(result.Violations), string.Create(CultureInfo.InvariantCulture, $"{result.Interval.High:0.0e+0}"));
        session.Results.Write(table);
        Table limits = new Table().Border(TableBorder.Rounded).AddColumn("declared chance to break a predicted limit");
        foreach (string heading in (string[])["plans", "refused", "broke it", "95 % interval", "margin"])
            limits.AddColumn(new TableColumn(heading).RightAligned());
        foreach (PredictedLimitResult result in predicted)
            limits.AddRow(
                result.Alpha == 1 ? "no margin" : result.Alpha.ToString(CultureInfo.InvariantCulture), Number(result.Feasible), Number(result.Refused), Number(result.Broken),
                string.Create(CultureInfo.InvariantCulture, $"{result.Interval.Low:0.000}-{result.Interval.High:0.000}"), string.Create(CultureInfo.InvariantCulture, $"{result.Margin:0.00}"));
        session.Results.Write(limits);
    }

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Share(long part, long whole) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / Math.Max(1, whole):0} %");
}

/// <param name="Hard">Attacks on hard limits.</param>
/// <param name="Predicted">Plans at a predicted limit.</param>
internal sealed record AttackReport(IReadOnlyList<AttackResult> Hard, IReadOnlyList<PredictedLimitResult> Predicted);
