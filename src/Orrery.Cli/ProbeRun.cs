using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Evaluation.Probes;
using Orrery.Evaluation.Reports.Markup;
using Orrery.Models;
using Orrery.Tensors;
using Spectre.Console;

namespace Orrery.Cli;

/// <summary>Says what a latent model knows of the true state.</summary>
internal static class ProbeRun
{
    /// <summary>Planner steps ahead that stand in the table: the first, and then twice as many each time.</summary>
    private const int ShownGrowth = 2;

    public static int Execute(WorldModel model, Dataset dataset, Backend backend, Session session, CancellationToken cancellation)
    {
        LatentProbes probes = LatentProbeStudy.Run(model, dataset, backend, cancellation);
        session.Result(probes, CliJson.Default.LatentProbes, () => Print(session, probes));
        return ExitCodes.Fine;
    }

    private static void Print(Session session, LatentProbes probes)
    {
        int horizon = probes.Columns[0].Imagined.Count;
        List<int> shown = [];
        for (int step = 1; step < horizon; step *= ShownGrowth)
            shown.Add(step);
        shown.Add(horizon);
        Table table = new Table().Border(TableBorder.Rounded).Title("What the latents know of the true state, root mean squared errors").AddColumn("of");
        foreach (string heading in (string[])["unit", "deviation", "linear", "network", .. shown.Select(step => $"in {step * probes.Block}")])
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (ProbedColumn column in probes.Columns)
            table.AddRow([
                column.Name.EscapeMarkup(), column.Unit.EscapeMarkup(),
                .. new[] { column.Deviation, column.Linear, column.Network }.Concat(shown.Select(step => column.Imagined[step - 1])).Select(value => Figures.Short(value, 3))]);
        session.Results.Write(table);
        session.Output.WriteLine($"probes    fitted on {probes.FittedRows:N0} rows of training, judged on {probes.HeldOutRows:N0} rows of held-out episodes; deviation is what knowing nothing errs by");
        session.Output.WriteLine($"imagined  {probes.Starts:N0} roll-outs with the recorded actions, read by the network so many steps ahead");
    }
}
