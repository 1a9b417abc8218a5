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
        Argument<string[]> logs = new("log") { Description = "Logs with the same columns: CSV, TSV, tables with spaces, Excel, JSON lines, .npy, SQLite, or a PostgreSQL connection string.", Arity = ArgumentArity.OneOrMore };
        Option<DirectoryInfo?> output = new("--output", "-o") { Description = "Folder of the dataset; datasets/NAME when left out." };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace a dataset that is there." };
        LogOptionSet options = new();
        Command command = new("import", "Turn a log into a dataset folder. Gaps end an episode; nothing is repaired unless asked for, and what is done is counted.\n\nExample:\n  orrery import log.csv --observations level --actions voltage --missing n/a --output datasets/tank\n  orrery import plant.xlsx --sheet Data --observations level --actions valve --time-column time\n  orrery import postgres://user@host/plant --query \"select * from log order by time\" --observations level --actions valve --time-column time --resample 1 --gap 10");
        command.Arguments.Add(logs);
        command.Options.Add(output);
        command.Options.Add(overwrite);
        options.AddTo(command);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            string[] places = parsed.GetValue(logs)!;
            string folder = parsed.GetValue(output)?.FullName ?? Path.GetFullPath(Path.Combine("datasets", LogImporter.NameOf(places[0])));
            using Dataset dataset = LogImport.Run(places, options.Read(parsed), folder, parsed.GetValue(overwrite), session, cancellation);
            DatasetReport report = new(dataset.Folder, dataset.Episodes.Count, dataset.Rows, dataset.Hash);
            session.Result(report, CliJson.Default.DatasetReport, () => session.Output.WriteLine(
                $"{report.Rows:#,0} rows in {report.Episodes:#,0} episode{(report.Episodes == 1 ? "" : "s")}: {report.Folder}\nLook at it: orrery inspect {report.Folder}\nTrain on it: orrery train {report.Folder}"));
            return ExitCodes.Fine;
        });
    }
}
