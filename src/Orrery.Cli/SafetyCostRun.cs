using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data;
using Orrery.Evaluation.Attack;
using Orrery.Evaluation.Reports.Markup;
using Spectre.Console;

namespace Orrery.Cli;

/// <summary><c>orrery evaluate --attack --cost-of-safety</c>: what limits cost, and how often they would have been broken without.</summary>
internal static class SafetyCostRun
{
    public const int Episodes = 10;
    private const int MostEpisodes = 10_000;

    public static int Execute(Session session, int episodes, ulong seed, IReadOnlyList<string> environments, CancellationToken cancellation)
    {
        if (episodes is < 1 or > MostEpisodes)
            throw new UsageException($"--episodes is {episodes}, but it must be between 1 and {MostEpisodes:#,0}.");
        IReadOnlyList<string> known = SafetyCostStudy.Environments;
        if (environments.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw new UsageException($"--environment {unknown}: limits have no known cost there.{NearestName.Suggest(unknown, known)} These exist: {string.Join(", ", known)}.");
        SafetyCostStudy study = new(episodes, seed, session.Remark, cancellation);
        SafetyCostResult[] results = [.. study.Run(environments.Count > 0 ? environments : known)];
        session.Result(results, CliJson.Default.SafetyCostResultArray, () => Print(session, results));
        return ExitCodes.Fine;
    }

    private static void Print(Session session, IReadOnlyList<SafetyCostResult> results)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("environment").AddColumn("limits in force");
        foreach (string heading in (string[])["absolute error", "goals reached", "commands", "broke a hard limit", "beyond the predicted limit"])
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (SafetyCostResult result in results)
            table.AddRow(
                result.Environment, result.InForce, result.AbsoluteError is { } error ? Figures.Short(error) : "",
                result.Successes is { } reached ? $"{reached} of {result.Episodes}" : "", result.Commands.ToString("#,0", CultureInfo.InvariantCulture),
                Share(result.BrokenHard, result.Commands), result.BrokenPredicted is { } beyond ? Share(beyond, result.Commands) : "");
        session.Results.Write(table);
    }

    private static string Share(long part, long whole) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / Math.Max(1, whole):0.0} %");
}
