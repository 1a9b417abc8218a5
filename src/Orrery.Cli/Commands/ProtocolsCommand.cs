using System.CommandLine;
using Orrery.Cli.Terminal;
using Orrery.Evaluation.GoalProtocols;
using Orrery.Tensors.Serialization;
using Spectre.Console;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery protocols</c>: how success is measured, to the inequality.</summary>
internal static class ProtocolsCommand
{
    public static Command Create(CommandHost host)
    {
        Command command = new("protocols",
            "List the protocols that 'orrery evaluate RUN --protocol NAME' measures by; 'show NAME' prints one, 'write NAME' draws its pairs again.\n\nExamples:\n"
            + "  orrery protocols\n  orrery protocols show eb-jepa-two-rooms\n  orrery protocols write eb-jepa-two-rooms --output pairs.json");
        command.Subcommands.Add(Show(host));
        command.Subcommands.Add(Write(host));
        return host.Bind(command, (_, session, _) =>
        {
            ProtocolReportDocument[] all = [.. ProtocolCatalogue.All.Select(Describe)];
            session.Result(all, CliJson.Default.ProtocolReportDocumentArray, () =>
            {
                Table table = new Table().Border(TableBorder.Rounded).AddColumns("protocol", "environment", "solved when", "steps", "pairs");
                foreach (ProtocolReportDocument protocol in all)
                    table.AddRow(protocol.Name, protocol.Environment, protocol.Success.EscapeMarkup(), $"{protocol.Budget}", $"{protocol.Pairs}");
                session.Results.Write(table);
            });
            return ExitCodes.Fine;
        });
    }

    private static Command Show(CommandHost host)
    {
        Command show = new("show", "Print one protocol: source, rule, pairs and the hash of their manifest.\n\nExample:\n  orrery protocols show pldm-two-rooms");
        Argument<string> name = new("name") { Description = "Its name, as 'orrery protocols' lists it." };
        show.Arguments.Add(name);
        return host.Bind(show, (parsed, session, _) =>
        {
            ProtocolReportDocument report = Describe(Typed.Read(() => ProtocolCatalogue.Find(parsed.GetValue(name)!)));
            session.Result(report, CliJson.Default.ProtocolReportDocument, () =>
            {
                Table table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("what", "is").Title(report.Name);
                table.AddRow("what it is", report.Title.EscapeMarkup());
                table.AddRow("source", report.Source.EscapeMarkup());
                table.AddRow("environment", string.Join(", or seen otherwise: ", (string[])[report.Environment, .. report.Views]));
                table.AddRow("solved when", report.Success.EscapeMarkup());
                table.AddRow("held", report.Hold == 1 ? "first hit" : $"{report.Hold} steps in a row");
                table.AddRow("budget", $"{report.Budget} steps");
                table.AddRow("starts and goals", report.Rule.EscapeMarkup());
                table.AddRow("pairs", report.Manifest is null ? $"{report.Pairs}" : $"{report.Pairs}; removed because solved at the start: {report.Solved}; episodes without a fit pair: {report.Unfit}");
                table.AddRow("manifest", report.Manifest is null ? "drawn from a run's training data" : $"SHA-256 {report.Manifest}");
                if (report.Caveat is not null)
                    table.AddRow("caveat", report.Caveat.EscapeMarkup());
                session.Results.Write(table);
            });
            return ExitCodes.Fine;
        });
    }

    private static Command Write(CommandHost host)
    {
        Command write = new("write", "Draw the pairs of a protocol again and write their manifest; says whether it is the one that comes with Orrery.\n\nExample:\n  orrery protocols write eb-jepa-two-rooms --output pairs.json");
        Argument<string> name = new("name") { Description = "Its name, as 'orrery protocols' lists it." };
        Option<FileInfo> output = new("--output", "-o") { Description = "Where to write the manifest.", Required = true };
        write.Arguments.Add(name);
        write.Options.Add(output);
        return host.Bind(write, (parsed, session, _) =>
        {
            GoalProtocol protocol = Typed.Read(() => ProtocolCatalogue.Find(parsed.GetValue(name)!));
            if (!protocol.IsFixed)
                throw new UsageException($"The protocol {protocol.Name} has no pairs of its own: they are drawn from what a model was trained on, when it is evaluated.");
            string file = parsed.GetValue(output)!.FullName;
            ProtocolManifest manifest = ProtocolManifest.Draw(protocol);
            AtomicFile.WriteText(file, manifest.Text());
            string? shipped = ProtocolManifest.TryShipped(protocol)?.Hash;
            ManifestReport report = new(protocol.Name, file, manifest.Hash, manifest.Hash == shipped);
            session.Result(report, CliJson.Default.ManifestReport, () => session.Output.WriteLine(
                $"{manifest.Pairs.Count} pairs: {file} (SHA-256 {manifest.Hash}, {(report.IsShipped ? "the same as" : "NOT the same as")} the one that comes with Orrery)"));
            return ExitCodes.Fine;
        });
    }

    private static ProtocolReportDocument Describe(GoalProtocol protocol)
    {
        ProtocolManifest? manifest = protocol.IsFixed ? ProtocolManifest.TryShipped(protocol) : null;
        return new ProtocolReportDocument(
            protocol.Name, protocol.Title, protocol.Source, protocol.Environment, protocol.Views, protocol.Success.Inequality, protocol.Success.Hold,
            protocol.Budget, protocol.Pairs.Rule, protocol.Count, manifest?.Solved, manifest?.Unfit, manifest?.Hash, protocol.Caveat);
    }
}

/// <param name="Name">Name in the catalogue.</param>
/// <param name="Title">What it is.</param>
/// <param name="Source">Who defined it.</param>
/// <param name="Environment">Where its pairs are drawn.</param>
/// <param name="Views">Environments that differ in what is seen alone.</param>
/// <param name="Success">When an episode is solved.</param>
/// <param name="Hold">Consecutive steps that it must hold for.</param>
/// <param name="Budget">Steps per episode.</param>
/// <param name="Rule">How starts and goals are drawn.</param>
/// <param name="Pairs">How many.</param>
/// <param name="Solved">Pairs that were removed because they are solved at the start.</param>
/// <param name="Unfit">Episodes that had no fit pair.</param>
/// <param name="Manifest">SHA-256 of the pairs; null where they are drawn from training data.</param>
/// <param name="Caveat">Why its figures flatter; null where they do not.</param>
internal sealed record ProtocolReportDocument(
    string Name, string Title, string Source, string Environment, IReadOnlyList<string> Views, string Success, int Hold, int Budget, string Rule,
    int Pairs, int? Solved, int? Unfit, string? Manifest, string? Caveat);

/// <param name="Protocol">Whose pairs.</param>
/// <param name="File">Where they were written.</param>
/// <param name="Manifest">SHA-256 of the file.</param>
/// <param name="IsShipped">Whether it is the one that comes with Orrery.</param>
internal sealed record ManifestReport(string Protocol, string File, string Manifest, bool IsShipped);
