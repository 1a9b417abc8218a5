using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Orrery.Cli.Terminal;
using Orrery.Data.Datasets;
using Orrery.Evaluation.Protocols;
using Orrery.Models;
using Orrery.Planning.Audit;
using Orrery.Planning.Guardrails;
using Orrery.Tensors;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery audit</c>: look at a log of decisions, find out whether it was changed, and make the decisions again.</summary>
internal static partial class AuditCommand
{
    public static Command Create(CommandHost host)
    {
        Command command = new("audit",
            "Records of decisions that cannot be quietly changed: verify them, read them, make the decisions again.\n"
            + "A log is a folder that 'orrery plan' or 'orrery evaluate' was given with --audit.\n\nExamples:\n"
            + "  orrery audit verify audit/two-rooms\n"
            + "  orrery audit show audit/two-rooms --only guardrail\n"
            + "  orrery audit replay audit/two-rooms --run runs/two-rooms");
        command.Subcommands.Add(Verify(host));
        command.Subcommands.Add(AuditShow.Create(host));
        command.Subcommands.Add(Replay(host));
        return command;
    }

    public static Argument<string> Log() => new("log") { Description = "Folder of the log, or one of its files." };

    private static Command Verify(CommandHost host)
    {
        Argument<string> log = Log();
        Option<FileInfo?> key = new("--key-file") { Description = "The key that every record must be sealed with." };
        Option<string?> head = new("--head") { Description = "A hash that was kept elsewhere when its record was the last one, as HASH or NUMBER:HASH; it must still be there." };
        Option<string?> after = new("--after") { Description = "When older files were archived: the last hash of the last one of them." };
        Command command = new("verify",
            "Find out whether a log is what was written: a record that was changed, removed, moved or repeated is named, with exit code 1.\n"
            + "That the log's end was cut off shows only against a head that was kept elsewhere, and that all of it was written anew only with a key or a head.\n\nExamples:\n"
            + "  orrery audit verify audit/two-rooms\n"
            + "  orrery audit verify audit/two-rooms --head 1041:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9\n"
            + "  orrery audit verify audit/two-rooms --key-file /media/usb/audit.key");
        command.Arguments.Add(log);
        foreach (Option option in (Option[])[key, head, after])
            command.Options.Add(option);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            AuditExpectation expected = new(
                parsed.GetValue(key) is { } file ? AuditKey.Read(file.FullName) : null, Hash("--head", parsed.GetValue(head)), Hash("--after", parsed.GetValue(after)));
            AuditVerification found = AuditVerifier.Verify(parsed.GetValue(log)!, expected, cancellation);
            session.Result(found, CliJson.Default.AuditVerification, () => Print(session, found));
            return found.IsValid ? ExitCodes.Fine : ExitCodes.Failed;
        });
    }

    private static Command Replay(CommandHost host)
    {
        Argument<string> log = Log();
        Option<DirectoryInfo> run = new("--run") { Description = "Folder of the run, or of the checkpoint, that decided.", Required = true };
        Command command = new("replay",
            "Make every decision again, from the recorded observation, state and seed, and hold it against the record: latent, plan, cost, verdicts and\n"
            + "action must be the same to the bit, at any number of threads. The first difference of each decision is named, with exit code 1.\n"
            + "The log is verified first, without a key or a head.\n\nExamples:\n"
            + "  orrery audit replay audit/two-rooms --run runs/two-rooms\n"
            + "  orrery audit replay audit/two-rooms --run runs/two-rooms --threads 1 --json");
        command.Arguments.Add(log);
        command.Options.Add(run);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            string folder = parsed.GetValue(run)!.FullName;
            AuditVerification verified = AuditVerifier.Verify(parsed.GetValue(log)!, cancellation: cancellation);
            if (!verified.IsValid)
                session.Warn($"the log is not what was written: {verified.Problems[0]} See 'orrery audit verify'.");
            CheckpointIdentity checkpoint = CheckpointIdentity.Of(folder);
            using CpuBackend backend = new(parsed.GetValue(CommonOptions.Threads));
            using WorldModel model = WorldModel.Load(folder, backend);
            using Terminal.Progress progress = session.Progress();
            progress.Begin("replay");
            AuditReplayResult found = AuditReplay.Run(
                parsed.GetValue(log)!, ReplayModel.Of(model, checkpoint), new AuditParts(() => Familiar(folder, model)), progress: done => progress.Report(done, verified.Decisions, "decisions"), cancellation: cancellation);
            progress.End(string.Create(CultureInfo.InvariantCulture, $"{found.Decisions:#,0} decisions"));
            session.Result(found, CliJson.Default.AuditReplayResult, () => Print(session, found));
            return verified.IsValid && found.Different == 0 && found.Same > 0 ? ExitCodes.Fine : ExitCodes.Failed;
        });
    }

    private static FamiliarSituations? Familiar(string run, WorldModel model)
    {
        if (model.Recipe.Guardrails?.Unfamiliar is null)
            return null;
        using Dataset trained = RunData.OpenTrainedOn(run);
        return RunFamiliarity.Of(model, trained);
    }

    private static void Print(Session session, AuditVerification found)
    {
        TextWriter output = session.Output;
        foreach (AuditProblem problem in found.Problems)
            output.WriteLine(problem);
        if (found.ProblemCount > found.Problems.Count)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and {found.ProblemCount - found.Problems.Count:#,0} more."));
        foreach (string remark in found.Remarks)
            output.WriteLine($"remark: {remark}");
        string files = found.Files == 1 ? "1 file" : string.Create(CultureInfo.InvariantCulture, $"{found.Files:#,0} files");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(found.IsValid ? "valid" : "NOT VALID")}: {found.Records:#,0} records, {found.Decisions:#,0} of them decisions, in {files}; head {found.Head?.ToString() ?? "none"}"));
    }

    private static void Print(Session session, AuditReplayResult found)
    {
        TextWriter output = session.Output;
        foreach (AuditProblem difference in found.Differences)
            output.WriteLine(difference);
        if (found.Different > found.Differences.Count)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and {found.Different - found.Differences.Count:#,0} more."));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found.Same:#,0} of {found.Decisions:#,0} decisions were reached again to the bit"));
        if (found.FromLatent > 0)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found.FromLatent:#,0} of them from the recorded latent, because the observation was not kept"));
        if (found.Late > 0)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found.Late:#,0} of them with the fallback, because their plan came too late then"));
        if (found.Skipped > 0)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found.Skipped:#,0} were left out, because what came before them is not in the log"));
        if (found.Different > 0)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found.Different:#,0} came out OTHERWISE"));
    }

    private static string? Hash(string option, string? typed)
    {
        if (typed is null)
            return null;
        string hash = typed[(typed.LastIndexOf(':') + 1)..].ToLowerInvariant();
        return HashForm().IsMatch(hash)
            ? hash
            : throw new UsageException($"{option} is '{typed}', but it must be 64 hexadecimal digits, as 'orrery audit verify' prints them.");
    }

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex HashForm();
}
