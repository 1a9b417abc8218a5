using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Evaluation.OpenLoop;
using Orrery.Evaluation.Protocols;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models;
using Orrery.Tensors;
using Spectre.Console;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery evaluate</c>: was it any good, on what it has not seen.</summary>
internal static class EvaluateCommand
{
    private const int ShownHorizons = 10;

    public static Command Create(CommandHost host)
    {
        Argument<DirectoryInfo?> run = new("run") { Description = "Folder of the run; not needed with --attack.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> log = new("--log") { Description = "Evaluate on another record instead of the held-out rows; name its columns in the order of training." };
        Option<int?> episodes = new("--episodes") { Description = "Start/goal pairs, for a model that plans in an environment, 100 when left out; episodes of an attack, 10,000 when left out." };
        Option<ulong> tasks = new("--task-seed") { Description = "Seed of the start/goal pairs." };
        Option<bool> attack = new("--attack") { Description = "Attack the guardrails instead: planners, models, goals and measurements in the wrong hands; counts broken hard limits." };
        AuditOptionSet audit = new();
        LogOptionSet options = new();
        Command command = new("evaluate",
            "Evaluate a run on what it was not trained on, and write report.html beside it.\n"
            + "A log's model: free-run error by horizon against persistence and a linear model. A pixel model: success of its plans.\n\nExamples:\n"
            + "  orrery evaluate runs/log\n"
            + "  orrery evaluate runs/tanks --log dataBenchmark.csv --observations yVal --actions uVal\n"
            + "  orrery evaluate runs/two-rooms --episodes 100\n"
            + "  orrery evaluate runs/two-rooms --episodes 10 --audit audit/two-rooms\n"
            + "  orrery evaluate --attack --episodes 10000");
        command.Arguments.Add(run);
        foreach (Option option in (Option[])[log, episodes, tasks, attack])
            command.Options.Add(option);
        audit.AddTo(command);
        options.AddTo(command);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            if (parsed.GetValue(attack))
                return AttackRun.Execute(session, parsed.GetValue(episodes) ?? AttackRun.Episodes, parsed.GetValue(tasks), cancellation);
            string folder = (parsed.GetValue(run) ?? throw new UsageException("Name the run's folder, as in 'orrery evaluate runs/log', or say --attack.")).FullName;
            using CpuBackend backend = new(parsed.GetValue(CommonOptions.Threads));
            using WorldModel model = WorldModel.Load(folder, backend);
            using Dataset dataset = RunData.OpenTrainedOn(folder);
            if (model.ReadsPixels)
            {
                TwoRoomsRun pixels = new(model, dataset, folder, backend, session);
                TwoRoomsResult result = audit.Use(parsed, session, log =>
                    pixels.Evaluate(parsed.GetValue(episodes) ?? 100, parsed.GetValue(tasks), cancellation, audit: log));
                session.Result(result.Report, CliJson.Default.TwoRoomsRunReport, () => TwoRoomsRun.Print(session, result.Report));
                return ExitCodes.Fine;
            }

            if (audit.IsAsked(parsed))
                throw new UsageException("--audit records decisions, and evaluating a log's model takes none; 'orrery plan' does.");
            LogStudy study = new(model, dataset);
            LogStudyResult errors = parsed.GetValue(log) is { } record
                ? OnRecord(study, record, options.Read(parsed), folder, session, cancellation)
                : study.OnHeldOutRows(cancellation);
            string page = Path.Combine(folder, "report.html");
            LogReport.Build(study.Describe(Path.GetFileName(folder), folder, errors)
                with
            { Provenance = RunFacts.Of(folder, model, backend) }).Save(page);
            session.Result(errors.Errors, CliJson.Default.OpenLoopResult, () => Print(session, errors.Errors));
            session.Remark($"Report: {page}");
            return ExitCodes.Fine;
        });
    }

    private static LogStudyResult OnRecord(LogStudy study, string path, LogOptions options, string runFolder, Session session, CancellationToken cancellation)
    {
        string folder = Path.Combine(runFolder, "evaluated-record");
        using Dataset record = LogImport.Run(path, options, folder, overwrite: true, session, cancellation);
        return study.OnRecord(record, cancellation);
    }

    private static void Print(Session session, OpenLoopResult result)
    {
        for (int output = 0; output < result.Columns.Count; output++)
        {
            PredictedColumn column = result.Columns[output];
            Table table = new Table().Border(TableBorder.Rounded).Title($"{column.Name.EscapeMarkup()}: free run on the {result.Part.EscapeMarkup()}");
            table.AddColumn("RMSE" + (column.Unit.Length > 0 ? $" ({column.Unit.EscapeMarkup()})" : ""));
            foreach (ModelErrors model in result.Models)
                table.AddColumn(new TableColumn(model.Name.EscapeMarkup()).RightAligned());
            foreach (int horizon in Shown(result.Horizons.Count))
                table.AddRow([$"{result.Horizons[horizon]} rows ahead", .. result.Models.Select(model => Number(model.RmseByHorizon[output][horizon]))]);
            table.AddRow(["whole part", .. result.Models.Select(model => Number(model.FreeRunRmse[output]))]);
            table.AddRow(["NRMSE (test deviation)", .. result.Models.Select(model => Number(model.FreeRunNrmse[output]))]);
            if (double.IsFinite(column.TrainingDeviation) && column.TrainingDeviation > 0)
                table.AddRow(["NRMSE (training deviation)", .. result.Models.Select(model => Number(model.FreeRunRmse[output] / column.TrainingDeviation))]);
            session.Results.Write(table);
        }

        session.Output.WriteLine($"The first {result.InitialRows} rows of each stretch start the free run and are not counted.");
    }

    /// <summary>About ten of the horizons, the first and the last among them; the report and --json have all.</summary>
    private static IEnumerable<int> Shown(int count) => Enumerable.Range(0, Math.Min(count, ShownHorizons))
        .Select(index => count <= ShownHorizons ? index : index * (count - 1) / (ShownHorizons - 1));

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
