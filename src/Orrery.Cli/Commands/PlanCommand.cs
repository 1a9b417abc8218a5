using System.CommandLine;
using System.Globalization;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Data.Logs;
using Orrery.Evaluation.Protocols;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Evaluation.Reports.Pages;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Planning;
using Orrery.Planning.Audit;
using Orrery.Tensors;
using Spectre.Console;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery plan</c>: commands that bring a plant to what is asked for, within limits, from the end of a record.</summary>
internal static class PlanCommand
{
    private const int ShownRows = 20;

    private const string Help =
        """
        Plan the commands of a plant from the end of a record: to set-points, along trajectories, within zones, at little cost. Prints them
        and writes plan.html with plots. Limits hold whatever the goals say; goals and costs are traded against each other, term by term.

        A model of an environment plans from a start that --seed draws to a goal as it is seen, and acts in the simulator; plan.html then shows
        what happened and what the model imagined.

        Examples:
          orrery plan runs/tank --goal level=5 --limit "0<=voltage<=10"
          orrery plan runs/tank --goal level=5 --over "10 min" --limit "level<=8" --json
          orrery plan runs/tank --goal level=@reference.csv             along a column 'level', one row per sampling time
          orrery plan runs/tank --goal "4<=level<=6" --minimise voltage     in a zone, as cheaply as can be
          orrery plan runs/mill --goal quality=3 --minimise "2*steam + 0.1*power" --weight quality=5
          orrery plan runs/mill --goal quality=3 --move-weight valve=2      move the valve less
          orrery plan runs/house --goal room=21 --forecast weather.csv      what disturbances will be
          orrery plan runs/tank --goal level=5 --audit audit/log
          orrery plan two-rooms                                         the model that comes with Orrery
          orrery plan runs/quickstart --goal x=50 --goal y=15 --seed 3
        """;

    public static Command Create(CommandHost host)
    {
        Argument<string> run = new("run")
        {
            Description = $"Folder of the run, or the name of a model that comes with Orrery: {string.Join(", ", ShippedModels.Names)}.",
        };
        PlanOptionSet asked = new();
        Option<string?> log = new("--log") { Description = "Plan from the end of another record instead of the run's own, read as that was; columns of other names are named in the order of training." };
        AuditOptionSet audit = new();
        LogOptionSet options = new();
        Command command = new("plan", Help);
        command.Arguments.Add(run);
        asked.AddTo(command);
        command.Options.Add(log);
        audit.AddTo(command);
        options.AddTo(command);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            string named = parsed.GetValue(run)!;
            string? shipped = Directory.Exists(named) ? null : ShippedModels.Find(named);
            string folder = shipped ?? Path.GetFullPath(named);
            if (File.Exists(folder))
                throw new UsageException($"'{named}' is a file, and a plan needs a run. Train one first: orrery train {named} --observations ... --actions ...; then orrery plan runs/{Path.GetFileNameWithoutExtension(named)} --goal ...");
            if (!Directory.Exists(folder))
                throw new UsageException($"There is no folder '{folder}', and no model named '{named}' comes with Orrery; those that do: {string.Join(", ", ShippedModels.Names)}.");
            using CpuBackend backend = new(parsed.GetValue(CommonOptions.Threads));
            using WorldModel model = WorldModel.Load(folder, backend);
            if (model.Recipe is LatentRecipe)
            {
                asked.RequireGoalsAlone(parsed);
                IReadOnlyDictionary<string, double> goals = GoalPlanRun.Goals(asked.Goals(parsed));
                GoalPlanRun acting = new(model, shipped is null ? null : named, folder, session);
                return audit.Use(parsed, session, kept => acting.Run(asked.Seed(parsed), goals, kept, cancellation));
            }

            using Dataset trained = RunData.OpenTrainedOn(folder);
            SetPointStudy study = new(model, trained);
            SetPointRequest request = Typed.Read(() => asked.Read(parsed, model.Description));
            Typed.Check(() => study.Check(request));
            using Dataset? record = parsed.GetValue(log) is { } place
                ? TrainedLog.Import(place, options.Read(parsed), trained, Path.Combine(folder, "planned-from"), session, cancellation)
                : null;
            SetPointPlan plan = audit.Use(parsed, session, log => study.Plan(
                record ?? trained, request, log, log is null ? null : CheckpointIdentity.Of(folder)));
            string page = Path.Combine(folder, "plan.html");
            LogReport.Build(new LogStudy(model, trained).Describe($"A plan for {Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}", folder, null) with
            {
                Subtitle = string.Join(' ', plan.Remarks),
                Plan = plan.Picture,
                LossCurves = [],
                Columns = [],
            }).Save(page);
            session.Result(Report(plan, page), CliJson.Default.PlanReport, () => Print(session, plan));
            foreach (string remark in plan.Remarks)
                session.Remark(remark);
            session.Remark($"Report: {page}");
            foreach (string warning in plan.Warnings)
                session.Warn(warning);
            foreach (string limit in plan.WithoutMargin)
                session.Warn($"no margin is kept at {limit}.");
            if (plan.Outcome == PlanOutcome.Violating)
                session.Warn("no sequence of commands was found that satisfies every limit on predictions; this one violates them least and must not be executed.");
            return plan.Outcome == PlanOutcome.Feasible ? ExitCodes.Fine : ExitCodes.Failed;
        });
    }

    private static PlanReport Report(SetPointPlan plan, string page) => new(
        plan.Outcome.ToString(), plan.Cost,
        [.. plan.Picture.CostTerms.Select(term => new PlanTermReport(term.Name, term.Value))],
        [.. plan.Picture.Columns.Select(column => new PlanColumnReport(column.Name, column.Unit, column.IsAction, column.IsDisturbance, column.Future, column.Uncertainty))],
        plan.Interventions, plan.WithoutMargin, plan.Remarks, plan.Warnings, page);

    private static void Print(Session session, SetPointPlan plan)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title($"{plan.Picture.Goal.EscapeMarkup()} ({plan.Outcome.ToString().ToLowerInvariant()})");
        table.AddColumn(new TableColumn("row").RightAligned());
        foreach (PlannedColumn column in plan.Picture.Columns)
            table.AddColumn(new TableColumn($"{column.Name}{(column.Unit.Length > 0 ? $" ({column.Unit})" : "")}{(column.IsAction ? "" : column.IsDisturbance ? ", expected" : ", predicted")}".EscapeMarkup()).RightAligned());
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
        int width = plan.Picture.CostTerms.Max(term => term.Name.Length);
        foreach (Fact term in plan.Picture.CostTerms)
            session.Output.WriteLine($"{term.Name.PadRight(width)}  {term.Value}");
        if (plan.Interventions.Count > 0)
            session.Output.WriteLine($"The guardrails changed {plan.Interventions.Count} of {rows} commands. The first: {plan.Interventions[0]}");
    }
}

/// <param name="Outcome">Feasible, Violating or Failed.</param>
/// <param name="Cost">Sum of the cost's terms.</param>
/// <param name="Terms">The cost term by term.</param>
/// <param name="Columns">The planned commands, predicted outputs and expected disturbances.</param>
/// <param name="Interventions">What the guardrails changed of what the search found.</param>
/// <param name="WithoutMargin">Predicted limits that no margin is kept at.</param>
/// <param name="Remarks">How the plan was made.</param>
/// <param name="Warnings">What to know before believing it.</param>
/// <param name="Page">Plots of them.</param>
internal sealed record PlanReport(
    string Outcome, double Cost, IReadOnlyList<PlanTermReport> Terms, IReadOnlyList<PlanColumnReport> Columns, IReadOnlyList<string> Interventions,
    IReadOnlyList<string> WithoutMargin, IReadOnlyList<string> Remarks, IReadOnlyList<string> Warnings, string Page);

/// <param name="Name">What the term is called.</param>
/// <param name="Value">What it adds to the cost, as text for people.</param>
internal sealed record PlanTermReport(string Name, string Value);

/// <param name="Name">The column.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="IsAction">Planned; otherwise predicted or a disturbance.</param>
/// <param name="IsDisturbance">Expected: measured, but not commanded.</param>
/// <param name="Values">From the next row on, physical units.</param>
/// <param name="Uncertainty">Half width of the 90 % interval by row; null when not known.</param>
internal sealed record PlanColumnReport(
    string Name, string Unit, bool IsAction, bool IsDisturbance, IReadOnlyList<double> Values, IReadOnlyList<double>? Uncertainty);
