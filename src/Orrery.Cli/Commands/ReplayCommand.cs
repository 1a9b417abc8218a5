using System.CommandLine;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Environments.Pushing;
using Spectre.Console;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery replay</c>: do recorded Push-T demonstrations again in the simulator, and make a dataset of them.</summary>
internal static class ReplayCommand
{
    private static readonly int[] Horizons = [1, 5, 25];

    public static Command Create(CommandHost host)
    {
        Argument<DirectoryInfo> recordings = new("folder") { Description = $"Folder with {PushTDemonstration.TableFile} and, if there, pictures in img_u8_gz." };
        Option<DirectoryInfo?> output = new("--output", "-o") { Description = "Write the recordings as a dataset here too, in the spaces of push-t-gym." };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace a dataset that is there." };
        Command command = new("replay",
            "Do recorded Push-T demonstrations again in the simulator, and say how far its states part from the recorded ones. With --output they become a dataset.\n\nExamples:\n"
            + "  orrery replay recordings/pusht\n"
            + "  orrery replay recordings/pusht --output datasets/push-t-people");
        command.Arguments.Add(recordings);
        command.Options.Add(output);
        command.Options.Add(overwrite);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            string folder = parsed.GetValue(recordings)!.FullName;
            IReadOnlyList<PushTDemonstration> episodes = PushTDemonstration.ReadAll(folder);
            ReplayReport report;
            using (Terminal.Progress progress = session.Progress())
            {
                progress.Begin("replay");
                report = Replay(episodes, done => progress.Report(done, episodes.Count, "episodes"), cancellation);
                progress.End($"{report.Steps:#,0} steps of {episodes.Count} episodes");
                if (parsed.GetValue(output) is { } target)
                {
                    progress.Begin("import");
                    string hash = PushTDemonstrationDataset.Write(
                        episodes, Path.GetFileName(folder), target.FullName, parsed.GetValue(overwrite),
                        new Relay<int>(done => progress.Report(done, episodes.Count, "episodes")), cancellation);
                    progress.End($"{episodes.Count} episodes");
                    report = report with { Dataset = new DatasetReport(target.FullName, episodes.Count, episodes.Sum(episode => episode.States.Count), hash) };
                }
            }

            session.Result(report, CliJson.Default.ReplayReport, () => Print(session, report));
            return ExitCodes.Fine;
        });
    }

    private static ReplayReport Replay(IReadOnlyList<PushTDemonstration> episodes, Action<int> finished, CancellationToken cancellation)
    {
        List<PushTDifference> restarted = [], whole = [];
        for (int episode = 0; episode < episodes.Count; episode++)
        {
            cancellation.ThrowIfCancellationRequested();
            restarted.AddRange(PushTReplay.Run(episodes[episode], Horizons[^1]));
            if (PushTReplay.Run(episodes[episode]) is { Count: > 0 } all)
                whole.Add(all[^1]);
            finished(episode + 1);
        }

        ReplayRow[] rows =
        [
            .. Horizons.Select(steps => Row($"after {steps} step{(steps == 1 ? "" : "s")}", [.. restarted.Where(difference => difference.Steps == steps)])),
            Row("after the whole episode", whole),
        ];
        return new ReplayReport(episodes.Count, restarted.Count, rows, null);
    }

    private static ReplayRow Row(string when, List<PushTDifference> differences) => new(
        when, differences.Count, Spread(differences, difference => difference.Agent), Spread(differences, difference => difference.Block),
        Spread(differences, difference => difference.Angle * 180 / Math.PI));

    private static ReplaySpread Spread(List<PushTDifference> differences, Func<PushTDifference, double> of)
    {
        double[] sorted = [.. differences.Select(of).Order()];
        return sorted.Length == 0 ? new(double.NaN, double.NaN, double.NaN) : new(sorted[sorted.Length / 2], sorted[(int)(0.95 * (sorted.Length - 1))], sorted[^1]);
    }

    private static void Print(Session session, ReplayReport report)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("simulated minus recorded: median / 95 % / most")
            .AddColumn("where").AddColumn("agent, px").AddColumn("block, px").AddColumn("angle, degrees").AddColumn("cases");
        foreach (ReplayRow row in report.Rows)
            table.AddRow(row.When, Text(row.Agent), Text(row.Block), Text(row.Angle), $"{row.Cases:#,0}");
        session.Results.Write(table);
        if (report.Dataset is { } dataset)
            session.Output.WriteLine($"{dataset.Rows:#,0} rows in {dataset.Episodes:#,0} episodes: {dataset.Folder} (SHA-256 {dataset.Hash[..12]}…)");

        static string Text(ReplaySpread spread) => $"{spread.Median:0.0###} / {spread.High:0.0###} / {spread.Most:0.0###}";
    }
}

/// <param name="Episodes">Episodes replayed.</param>
/// <param name="Steps">Steps replayed.</param>
/// <param name="Rows">How far apart, by how long the simulator ran alone.</param>
/// <param name="Dataset">The dataset that was written; null for none.</param>
internal sealed record ReplayReport(int Episodes, int Steps, ReplayRow[] Rows, DatasetReport? Dataset);

/// <param name="When">How long the simulator ran alone.</param>
/// <param name="Cases">Number of them.</param>
/// <param name="Agent">Distance of the agents, px.</param>
/// <param name="Block">Distance of the blocks, px.</param>
/// <param name="Angle">Difference of the blocks' angles, degrees.</param>
internal sealed record ReplayRow(string When, int Cases, ReplaySpread Agent, ReplaySpread Block, ReplaySpread Angle);

/// <param name="Median">Half are below.</param>
/// <param name="High">95 of 100 are below.</param>
/// <param name="Most">The largest.</param>
internal sealed record ReplaySpread(double Median, double High, double Most);
