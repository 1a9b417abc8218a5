using System.CommandLine;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery import</c>: a log becomes a dataset folder.</summary>
internal static class ImportCommand
{
    public static Command Create(CommandHost host)
    {
        Argument<FileInfo[]> logs = new("log") { Description = "CSV, TSV or whitespace tables with the same columns.", Arity = ArgumentArity.OneOrMore };
        Option<DirectoryInfo?> output = new("--output", "-o") { Description = "Folder of the dataset; datasets/NAME when left out." };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace a dataset that is there." };
        LogOptionSet options = new();
        Command command = new("import", "Turn a log into a dataset folder. Gaps end an episode; nothing is ever filled in.\n\nExample:\n  orrery import log.csv --observations level --actions voltage --missing n/a --output datasets/tank");
        command.Arguments.Add(logs);
        command.Options.Add(output);
        command.Options.Add(overwrite);
        options.AddTo(command);
        return host.Bind(command, (parsed, session, _) =>
        {
            FileInfo[] files = parsed.GetValue(logs)!;
            string folder = parsed.GetValue(output)?.FullName
                ?? Path.GetFullPath(Path.Combine("datasets", Path.GetFileNameWithoutExtension(files[0].Name)));
            using Dataset dataset = LogImporter.Import(
                [.. files.Select(file => file.FullName)], options.Read(parsed), folder, parsed.GetValue(overwrite));
            DatasetReport report = new(dataset.Folder, dataset.Episodes.Count, dataset.Rows, dataset.Hash);
            session.Result(report, CliJson.Default.DatasetReport, () => session.Output.WriteLine(
                $"{report.Rows:#,0} rows in {report.Episodes:#,0} episode{(report.Episodes == 1 ? "" : "s")}: {report.Folder}\nLook at it: orrery inspect {report.Folder}"));
            return ExitCodes.Fine;
        });
    }
}
