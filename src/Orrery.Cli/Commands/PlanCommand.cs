using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Data.Spaces;
using Orrery.Evaluation.Protocols;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models;
using Orrery.Planning;
using Orrery.Planning.Audit;
using Orrery.Planning.Costs;
using Orrery.Tensors;
using Spectre.Console;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery plan</c>: inputs that bring a plant to a set-point, within limits, from the end of a record.</summary>
internal static class PlanCommand
{
    private const int ShownRows = 20;
    private const int LongestHorizon = 100_000;

    public static Command Create(CommandHost host)
    {
        Argument<DirectoryInfo> run = new("run") { Description = "Folder of the run." };
        Option<string[]> goals = new("--goal") { Description = "A set-point, such as level=5. Repeat it for several columns.", Required = true };
        Option<string[]> limits = new("--limit") { Description = "A limit beside those of the recipe, such as \"0<=voltage<=10\", \"rate(voltage)<=1\" or \"level<=8\"; an action without one keeps to the range that was recorded. See 'orrery guardrails --help' for all forms." };
        Option<int?> horizon = new("--horizon") { Description = "Rows to plan ahead; the recipe's when left out." };
        Option<FileInfo?> log = new("--log") { Description = "Plan from the end of another record instead of the run's own; name its columns in the order of training." };
        Option<ulong> seed = new("--seed") { Description = "Seed of the search." };
        AuditOptionSet audit = new();
        LogOptionSet options = new();
        Command command = new("plan",
            "Plan the inputs to a set-point from the end of a record; prints them and writes plan.html with plots.\n\nExamples:\n"
            + "  orrery plan runs/log --goal level=5 --limit \"0<=voltage<=10\"\n"
            + "  orrery plan runs/log --goal level=5 --limit \"level<=8\" --horizon 60 --json\n"
            + "  orrery plan runs/log --goal level=5 --audit audit/log");
        command.Arguments.Add(run);
        foreach (Option option in (Option[])[goals, limits, horizon, log, seed])
            command.Options.Add(option);
        audit.AddTo(command);
        options.AddTo(command);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            string folder = parsed.GetValue(run)!.FullName;
            using CpuBackend backend = new(parsed.GetValue(CommonOptions.Threads));
            using WorldModel model = WorldModel.Load(folder, backend);
            if (model.ReadsPixels)
                throw new UsageException("This run reads pictures; set-points are for a log's columns. 'orrery evaluate' plans it to goal pictures.");
            using Dataset trained = RunData.OpenTrainedOn(folder);
            SetPointRequest request = new(
                parsed.GetValue(goals)!, parsed.GetValue(limits) ?? [], parsed.GetValue(horizon), parsed.GetValue(seed));
            SetPointStudy study = new(model, trained);
            Typed.Check(() => Check(request, trained, study));
            using Dataset? record = parsed.GetValue(log) is { } file
                ? LogImporter.Import(file.FullName, options.Read(parsed), Path.Combine(folder, "planned-from"), overwrite: true)
                : null;
            SetPointPlan plan = audit.Use(parsed, session, log => study.Plan(
                record ?? trained, request, log, log is null ? null : CheckpointIdentity.Of(folder)));
            string page = Path.Combine(folder, "plan.html");
            LogReport.Build(new LogStudy(model, trained).Describe($"Plan: {string.Join(", ", request.Goals)}", folder, null) with
            {
                Plan = plan.Picture,
                LossCurves = [],
                Columns = [],
            }).Save(page);
            session.Result(Report(plan, page), CliJson.Default.PlanReport, () => Print(session, plan));
            session.Remark($"Report: {page}");
            foreach (string limit in plan.WithoutMargin)
                session.Warn($"no margin is kept at {limit}.");
            if (plan.Outcome == PlanOutcome.Violating)
                session.Warn("no sequence of inputs was found that satisfies every limit on predictions; this one violates them least and must not be executed.");
            return plan.Outcome == PlanOutcome.Feasible ? ExitCodes.Fine : ExitCodes.Failed;
        });
    }

    private static void Check(SetPointRequest request, Dataset trained, SetPointStudy study)
    {
        string[] observations = [.. ((VectorSpace)trained.Spaces.Observation).Dimensions.Select(dimension => dimension.Name)];
        foreach (string goal in request.Goals)
            GoalExpression.Parse(goal, observations);
        _ = study.Guardrails(request.Limits);
        if (request.Horizon is < 1 or > LongestHorizon)
            throw new UsageException($"--horizon is {request.Horizon}, but it must be between 1 and {LongestHorizon:#,0} rows.");
    }

    private static PlanReport Report(SetPointPlan plan, string page) => new(
        plan.Outcome.ToString(), plan.Cost,
        [.. plan.Picture.Columns.Select(column => new PlanColumnReport(column.Name, column.Unit, column.IsAction, column.Future))],
        plan.Interventions, plan.WithoutMargin, page);

    private static void Print(Session session, SetPointPlan plan)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title($"{plan.Picture.Goal.EscapeMarkup()} ({plan.Outcome.ToString().ToLowerInvariant()})");
        table.AddColumn(new TableColumn("row").RightAligned());
        foreach (PlannedColumn column in plan.Picture.Columns)
            table.AddColumn(new TableColumn($"{column.Name}{(column.Unit.Length > 0 ? $" ({column.Unit})" : "")}{(column.IsAction ? "" : ", predicted")}".EscapeMarkup()).RightAligned());
        int rows = plan.Picture.Columns[0].Future.Count;
        for (int row = 0; row < rows; row++)
        {
            if (row == ShownRows / 2 && rows > ShownRows)
            {
                table.AddRow([.. Enumerable.Repeat("…", plan.Picture.Columns.Count + 1)]);
                row = rows - (ShownRows / 2);
            }

            table.AddRow([$"+{row + 1}", .. plan.Picture.Columns.Select(column => column.Future[row].ToString("0.####", CultureInfo.InvariantCulture))]);
        }

        session.Results.Write(table);
        foreach (Fact term in plan.Picture.CostTerms)
            session.Output.WriteLine($"{term.Name,-16} {term.Value}");
        if (plan.Interventions.Count > 0)
            session.Output.WriteLine($"The guardrails changed {plan.Interventions.Count} of {rows} commands. The first: {plan.Interventions[0]}");
    }
}

/// <param name="Outcome">Feasible, Violating or Failed.</param>
/// <param name="Cost">Sum of the cost's terms.</param>
/// <param name="Columns">The planned inputs and predicted outputs.</param>
/// <param name="Interventions">What the guardrails changed of what the search found.</param>
/// <param name="WithoutMargin">Predicted limits that no margin is kept at.</param>
/// <param name="Page">Plots of them.</param>
internal sealed record PlanReport(
    string Outcome, double Cost, IReadOnlyList<PlanColumnReport> Columns, IReadOnlyList<string> Interventions, IReadOnlyList<string> WithoutMargin, string Page);

/// <param name="Name">The column.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="IsAction">Planned; otherwise predicted.</param>
/// <param name="Values">From the next row on, physical units.</param>
internal sealed record PlanColumnReport(string Name, string Unit, bool IsAction, IReadOnlyList<double> Values);
