using System.CommandLine;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Environments;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery collect</c>: explore an environment and keep what was seen as a dataset.</summary>
internal static class CollectCommand
{
    public static Command Create(CommandHost host)
    {
        Argument<string> name = new("environment") { Description = "Name of the environment, as 'orrery environments' lists it." };
        Option<DirectoryInfo?> output = new("--output", "-o") { Description = "Folder of the dataset; datasets/ENVIRONMENT when left out." };
        Option<int?> steps = new("--steps") { Description = "Rows in all, of a process; 10,000 when left out." };
        Option<int?> episodes = new("--episodes") { Description = "Number of episodes, of an environment with tasks; the environment's own, mostly 1,000, when left out." };
        Option<int?> length = new("--length") { Description = "Rows per episode, of an environment with tasks; the environment's own, mostly around 100, when left out." };
        Option<double?> crossing = new("--crossing-share") { Description = "Two Rooms and Four Room: share of the episodes that are led through doors; 0.6, or 0.35 with a random wall, when left out." };
        Option<ulong> seed = new("--seed") { Description = "Decides everything." };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace a dataset that is there." };
        Command command = new("collect",
            "Explore an environment and write what was seen and done to a dataset folder. A process is recorded as a plant's historian does, while a mediocre controller runs it.\n\nExamples:\n"
            + "  orrery collect two-rooms --episodes 2000\n"
            + "  orrery collect cstr --steps 10000 --output datasets/reactor");
        command.Arguments.Add(name);
        foreach (Option option in (Option[])[output, steps, episodes, length, crossing, seed, overwrite])
            command.Options.Add(option);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            string environment = parsed.GetValue(name)!;
            CollectionSettings settings = new(
                parsed.GetValue(steps), parsed.GetValue(episodes), parsed.GetValue(length), parsed.GetValue(crossing), parsed.GetValue(seed));
            ICollection collection = Typed.Read(() => EnvironmentCatalogue.Collection(environment, settings));
            string folder = parsed.GetValue(output)?.FullName ?? Path.GetFullPath(Path.Combine("datasets", environment));
            using (Terminal.Progress progress = session.Progress())
            {
                progress.Begin("collect");
                collection.Collect(folder, parsed.GetValue(overwrite),
                    new Relay<int>(done => progress.Report(done, collection.Total, collection.Unit)), cancellation);
                progress.End($"{collection.Total} {collection.Unit}");
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
