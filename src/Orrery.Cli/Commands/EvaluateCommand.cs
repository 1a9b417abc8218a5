using System.CommandLine;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Evaluation.GoalProtocols;
using Orrery.Evaluation.Protocols;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Tensors;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery evaluate</c>: was it any good, on what it has not seen.</summary>
internal static class EvaluateCommand
{
    public static Command Create(CommandHost host)
    {
        Argument<DirectoryInfo?> run = new("run") { Description = "Folder of the run; not needed with --attack, nor with --closed-loop, nor with --protocol for floor and ceiling alone.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> log = new("--log") { Description = "Evaluate on another record instead of the held-out rows, read as the run's own was; columns of other names are named in the order of training." };
        Option<int?> episodes = new("--episodes") { Description = "Start/goal pairs, for a model that plans in an environment, 100 when left out; episodes of an attack, 10,000 when left out; episodes of each controller in a closed loop, 5 when left out." };
        Option<ulong> tasks = new("--task-seed", "--seed") { Description = "Seed of the start/goal pairs, of an attack, or of a closed loop." };
        Option<string[]> closedLoop = new("--closed-loop")
        {
            Description = "Hold processes at set-points instead: a learned model beside perfect knowledge, a tuned PI loop and linear control. Name processes, or none for all; without a run, logs are collected and models are trained into runs/closed-loop.",
            Arity = ArgumentArity.ZeroOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        Option<bool> attack = new("--attack") { Description = "Attack the guardrails instead: planners, models, goals and measurements in the wrong hands; counts broken hard limits." };
        Option<string?> levels = LogEvaluation.LevelsOption();
        Option<bool> costOfSafety = new("--cost-of-safety") { Description = "With --attack: what limits cost in tracking and success, and how often they would have been broken without them; 10 episodes each when left out." };
        Option<string[]> environments = new("--environment") { Description = "What is attacked: 'tanks' or an environment of 'orrery environments'; all when left out. May be repeated." };
        Option<string?> protocol = new("--protocol") { Description = "Measure success by a protocol, on its fixed starts and goals: a name of 'orrery protocols'. What is finished is kept and not run again." };
        Option<int?> ceiling = new("--ceiling-episodes") { Description = "With --protocol: pairs that the perfect model is run on, as the ceiling; 0 for none, the protocol's own number when left out." };
        Option<bool> probe = new("--probe") { Description = "What the model knows instead: read the true state out of the latents of held-out episodes, and out of predicted ones." };
        Option<string[]> settings = new("--set") { Description = "With --protocol: search otherwise than the recipe says, such as planner.method=icem or planner.replan=2. May be repeated." };
        AuditOptionSet audit = new();
        LogOptionSet options = new();
        Command command = new("evaluate",
            "Evaluate a run on what it was not trained on, and write report.html beside it.\n"
            + "A log's model: free-run error by horizon against persistence and linear models, and what its prediction intervals are worth. A pixel model: success of its plans.\n\nExamples:\n"
            + "  orrery evaluate runs/log\n"
            + "  orrery evaluate runs/tanks --log dataBenchmark.csv --observations yVal --actions uVal\n"
            + "  orrery evaluate runs/log --levels 0.8,0.99\n"
            + "  orrery evaluate runs/two-rooms --episodes 100\n"
            + "  orrery evaluate runs/two-rooms --episodes 10 --audit audit/two-rooms\n"
            + "  orrery evaluate runs/two-rooms --protocol eb-jepa-two-rooms\n"
            + "  orrery evaluate runs/two-rooms --protocol eb-jepa-two-rooms --set planner.method=icem --set planner.branching=0\n"
            + "  orrery evaluate runs/two-rooms --probe\n"
            + "  orrery evaluate --closed-loop cascaded-tanks cstr\n"
            + "  orrery evaluate --attack --episodes 10000");
        command.Arguments.Add(run);
        foreach (Option option in (Option[])[log, levels, episodes, tasks, attack, costOfSafety, environments, closedLoop, protocol, ceiling, probe, settings])
            command.Options.Add(option);
        audit.AddTo(command);
        options.AddTo(command);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            if (parsed.GetValue(probe)
                && ((Option[])[log, levels, episodes, tasks, attack, costOfSafety, environments, closedLoop, protocol, ceiling, settings]).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
                throw new UsageException($"--probe reads the episodes that the run was trained on and held out, and nothing else: {other.Name} does not go with it.");
            if (parsed.GetValue(costOfSafety))
                return parsed.GetValue(attack)
                    ? SafetyCostRun.Execute(session, parsed.GetValue(episodes) ?? SafetyCostRun.Episodes, parsed.GetValue(tasks), parsed.GetValue(environments) ?? [], cancellation)
                    : throw new UsageException("--cost-of-safety belongs to --attack, as in 'orrery evaluate --attack --cost-of-safety'.");
            if (parsed.GetValue(attack))
                return AttackRun.Execute(session, parsed.GetValue(episodes) ?? AttackRun.Episodes, parsed.GetValue(tasks), parsed.GetValue(environments) ?? [], cancellation);
            if (parsed.GetResult(environments) is not null)
                throw new UsageException("--environment says what --attack attacks; a run knows its own.");
            if (parsed.GetResult(closedLoop) is not null)
            {
                using CpuBackend computes = new(parsed.GetValue(CommonOptions.Threads));
                return new ClosedLoopRun(parsed.GetValue(episodes) ?? ClosedLoopRun.Episodes, parsed.GetValue(tasks), computes, session)
                    .Execute(parsed.GetValue(closedLoop) ?? [], parsed.GetValue(run)?.FullName, cancellation);
            }

            if (parsed.GetValue(protocol) is { } named)
            {
                if (parsed.GetResult(episodes) is not null || parsed.GetResult(tasks) is not null)
                    throw new UsageException("A protocol's pairs are fixed: --episodes and --seed do not go with --protocol.");
                if (parsed.GetValue(ceiling) is < 0)
                    throw new UsageException($"--ceiling-episodes is {parsed.GetValue(ceiling)}, but it must be 0 or more.");
                ProtocolRun measured = new(Typed.Read(() => ProtocolCatalogue.Find(named)), parsed.GetValue(ceiling), parsed.GetValue(settings) ?? [], parsed.GetValue(CommonOptions.Threads), session);
                return parsed.GetValue(run) is { } measuredRun
                    ? audit.Use(parsed, session, log => measured.Execute(measuredRun.FullName, log, cancellation))
                    : measured.Execute(cancellation);
            }

            if (parsed.GetResult(settings) is not null)
                throw new UsageException("--set says how to search with --protocol, as in 'orrery evaluate runs/two-rooms --protocol eb-jepa-two-rooms --set planner.method=icem'.");
            if (parsed.GetResult(ceiling) is not null)
                throw new UsageException("--ceiling-episodes belongs to --protocol, as in 'orrery evaluate runs/two-rooms --protocol eb-jepa-two-rooms'.");
            string folder = (parsed.GetValue(run) ?? throw new UsageException("Name the run's folder, as in 'orrery evaluate runs/log', or say --attack or --closed-loop.")).FullName;
            using CpuBackend backend = new(parsed.GetValue(CommonOptions.Threads));
            using WorldModel model = WorldModel.Load(folder, backend);
            using Dataset dataset = RunData.OpenTrainedOn(folder);
            if (parsed.GetValue(probe))
                return model.Recipe is LatentRecipe
                    ? ProbeRun.Execute(model, dataset, backend, session, cancellation)
                    : throw new UsageException("--probe looks into latent models; a log's model is judged by its free-run error, without it.");
            if (model.Recipe is LatentRecipe)
            {
                TwoRoomsRun.Require(dataset, folder);
                TwoRoomsRun pixels = new(model, dataset, folder, backend, session);
                TwoRoomsResult result = audit.Use(parsed, session, log =>
                    pixels.Evaluate(parsed.GetValue(episodes) ?? 100, parsed.GetValue(tasks), cancellation, audit: log));
                session.Result(result.Report, CliJson.Default.TwoRoomsRunReport, () => TwoRoomsRun.Print(session, result.Report));
                return ExitCodes.Fine;
            }

            if (audit.IsAsked(parsed))
                throw new UsageException("--audit records decisions, and evaluating a log's model takes none; 'orrery plan' does.");
            LogStudy study = new(model, dataset, LogEvaluation.Levels(parsed.GetValue(levels)));
            LogStudyResult errors = parsed.GetValue(log) is { } record
                ? OnRecord(study, record, options.Read(parsed), dataset, folder, session, cancellation)
                : study.OnHeldOutRows(cancellation);
            string page = Path.Combine(folder, "report.html");
            LogReport.Build(study.Describe(Path.GetFileName(folder), folder, errors)
                with
            { Provenance = RunFacts.Of(folder, model, backend) }).Save(page);
            LogEvaluationReport evaluation = LogEvaluation.Report(errors, model);
            session.Result(evaluation, CliJson.Default.LogEvaluationReport, () => LogEvaluation.Print(session, evaluation));
            session.Remark($"Report: {page}");
            if (Advice.Plan(dataset, folder) is { Length: > 0 } next)
                session.Remark($"Plan with it: {next}");
            return ExitCodes.Fine;
        });
    }

    private static LogStudyResult OnRecord(LogStudy study, string path, LogOptions options, Dataset trained, string runFolder, Session session, CancellationToken cancellation)
    {
        string folder = Path.Combine(runFolder, "evaluated-record");
        using Dataset record = TrainedLog.Import(path, options, trained, folder, session, cancellation);
        return study.OnRecord(record, cancellation);
    }
}
