using System.CommandLine;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Evaluation.Protocols;
using Orrery.Models;
using Orrery.Models.Recipes;
using Orrery.Planning.Guardrails;
using Orrery.Tensors;
using Spectre.Console;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery guardrails</c>: what a run's model may never do, as its checkpoint declares it.</summary>
internal static class GuardrailsCommand
{
    private const string Help =
        """
        List what no goal may override in a run, as its checkpoint declares it, and check that all of it can be kept.

        Guardrails are declared in the recipe before training and stored with every checkpoint; 'orrery plan --limit' adds to them.

          "guardrails": {
            "hard": ["0<=valve<=10", "rate(valve)<=2 except interlocks", "dwell(pump)>=10", "sum(valve, 60)<=300",
                     "not (valve>3 and pump>0.5)", "if level>8 then valve=0"],
            "predicted": ["temperature<=360"], "alpha": 0.05,
            "fallback": "safe", "safeValue": { "valve": 0 }, "deadlineMilliseconds": 200,
            "unfamiliar": { "response": "hold", "share": 0.001, "patience": 5, "then": "slow" }
          }

        Examples:
          orrery guardrails runs/tank
          orrery guardrails runs/tank --limit "rate(valve)<=1" --json
        """;

    public static Command Create(CommandHost host)
    {
        Argument<DirectoryInfo> run = new("run") { Description = "Folder of the run." };
        Option<string[]> limits = new("--limit") { Description = "A further limit to check together with the declared ones." };
        Command command = new("guardrails", Help);
        command.Arguments.Add(run);
        command.Options.Add(limits);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            string folder = parsed.GetValue(run)!.FullName;
            using CpuBackend backend = new(1);
            using WorldModel model = WorldModel.Load(folder, backend);
            using Dataset trained = RunData.OpenTrainedOn(folder);
            DeclaredGuardrails? guardrails = null;
            Typed.Check(() => guardrails = Read(model, trained, parsed.GetValue(limits) ?? []));
            GuardrailReport[] report = [.. guardrails!.Describe().Select(line => new GuardrailReport(line.Kind, line.Text)), .. Familiar(model, trained)];
            session.Result(report, CliJson.Default.GuardrailReportArray, () => Print(session, report));
            return ExitCodes.Fine;
        });
    }

    private static DeclaredGuardrails Read(WorldModel model, Dataset trained, IReadOnlyList<string> limits) => model.Recipe is LatentRecipe
        ? DeclaredGuardrails.For(model.Recipe.Guardrails, trained, limits)
        : new SetPointStudy(model, trained).Guardrails(limits);

    private static IEnumerable<GuardrailReport> Familiar(WorldModel model, Dataset trained) =>
        RunFamiliarity.Of(model, trained) is { } familiar ? [new("familiar", RunFamiliarity.Describe(familiar))] : [];

    private static void Print(Session session, IReadOnlyList<GuardrailReport> report)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("kind").AddColumn("declared");
        foreach (GuardrailReport line in report)
            table.AddRow(line.Kind.EscapeMarkup(), line.Text.EscapeMarkup());
        session.Results.Write(table);
    }
}

/// <param name="Kind">What kind of guardrail.</param>
/// <param name="Text">As it was declared.</param>
internal sealed record GuardrailReport(string Kind, string Text);
