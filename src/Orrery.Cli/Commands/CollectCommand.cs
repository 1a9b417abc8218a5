using System.CommandLine;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Environments;
using Orrery.Environments.Navigation;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery collect</c>: explore an environment and keep what was seen as a dataset.</summary>
internal static class CollectCommand
{
    public static Command Create(CommandHost host)
    {
        TwoRoomsCollection defaults = new();
        Argument<string> name = new("environment") { Description = "Name of the environment, as 'orrery environments' lists it." };
        Option<DirectoryInfo> output = new("--output", "-o") { Description = "Folder of the dataset.", DefaultValueFactory = _ => new DirectoryInfo("datasets/two-rooms") };
        Option<int> episodes = new("--episodes") { Description = "Number of episodes.", DefaultValueFactory = _ => defaults.Episodes };
        Option<int> length = new("--length") { Description = "Rows per episode.", DefaultValueFactory = _ => defaults.Length };
        Option<double> crossing = new("--crossing-share") { Description = "Share of the episodes that are led through the door once.", DefaultValueFactory = _ => defaults.CrossingShare };
        Option<ulong> seed = new("--seed") { Description = "Decides everything." };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace a dataset that is there." };
        Command command = new("collect", "Explore an environment and write what was seen and done to a dataset folder.\n\nExample:\n  orrery collect two-rooms --episodes 2000 --output datasets/two-rooms");
        command.Arguments.Add(name);
        foreach (Option option in (Option[])[output, episodes, length, crossing, seed, overwrite])
            command.Options.Add(option);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            using Data.IEnvironment known = Typed.Read(() => EnvironmentCatalogue.Create(parsed.GetValue(name)!));
            TwoRoomsCollection settings = defaults with
            {
                Episodes = parsed.GetValue(episodes),
                Length = parsed.GetValue(length),
                CrossingShare = parsed.GetValue(crossing),
                Seed = parsed.GetValue(seed),
            };
            Typed.Check(settings.Check);
            string folder = parsed.GetValue(output)!.FullName;
            using (Terminal.Progress progress = session.Progress())
            {
                progress.Begin("collect");
                TwoRoomsCollector.Collect(folder, settings, overwrite: parsed.GetValue(overwrite), cancellation: cancellation,
                    progress: new Relay<int>(done => progress.Report(done, settings.Episodes, "episodes")));
                progress.End($"{settings.Episodes} episodes of {settings.Length} rows");
            }

            using Dataset dataset = Dataset.Open(folder);
            DatasetReport report = new(dataset.Folder, dataset.Episodes.Count, dataset.Rows, dataset.Hash);
            session.Result(report, CliJson.Default.DatasetReport, () => session.Output.WriteLine(
                $"{report.Rows:#,0} rows in {report.Episodes:#,0} episodes: {report.Folder} (SHA-256 {report.Hash[..12]}…)"));
            return ExitCodes.Fine;
        });
    }
}

/// <param name="Folder">Where it is.</param>
/// <param name="Episodes">Number of episodes.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Hash">SHA-256 over its contents.</param>
internal sealed record DatasetReport(string Folder, int Episodes, long Rows, string Hash);
