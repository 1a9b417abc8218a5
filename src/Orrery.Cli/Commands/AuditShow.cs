using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Orrery.Cli.Terminal;
using Orrery.Data;
using Orrery.Planning.Audit;

namespace Orrery.Cli.Commands;

/// <summary><c>orrery audit show</c>: the records as a table, or as they are.</summary>
internal static class AuditShow
{
    private const int ShownNumbers = 6;

    private static readonly string[] Choices = ["decision", "plan", "guardrail", "fallback", "stopped", "session", "goal", "event"];

    public static Command Create(CommandHost host)
    {
        Argument<string> log = AuditCommand.Log();
        Option<string?> from = new("--from") { Description = "First record, as a number, or as a time such as 2030-01-31T08:00Z." };
        Option<string?> to = new("--to") { Description = "Last record, as a number or a time." };
        Option<string?> only = new("--only") { Description = $"One of {string.Join(", ", Choices)}; event is what befell the log itself." };
        Command command = new("show",
            "Print the records of a log, one line each; with --json as they are. It does not verify them.\n\nExamples:\n"
            + "  orrery audit show audit/two-rooms --from 100 --to 120\n"
            + "  orrery audit show audit/two-rooms --only guardrail\n"
            + "  orrery audit show audit/two-rooms --from 2030-01-31T08:00Z --json");
        command.Arguments.Add(log);
        foreach (Option option in (Option[])[from, to, only])
            command.Options.Add(option);
        return host.Bind(command, (parsed, session, cancellation) =>
        {
            Border first = Border.Read("--from", parsed.GetValue(from)), last = Border.Read("--to", parsed.GetValue(to));
            string? choice = parsed.GetValue(only);
            if (choice is not null && !Choices.Contains(choice))
                throw new UsageException($"--only is '{choice}', but it must be one of {string.Join(", ", Choices)}.");
            Print(session, AuditReader.Read(parsed.GetValue(log)!)
                .Where(entry => first.IsAtOrBefore(entry) && last.IsAtOrAfter(entry) && IsChosen(entry, choice)), cancellation);
            return ExitCodes.Fine;
        });
    }

    private static void Print(Session session, IEnumerable<AuditEntry> entries, CancellationToken cancellation)
    {
        bool isFirst = true;
        if (!session.Json)
            session.Output.WriteLine($"{"record",8}  {"time (UTC)",-23}  {"step",6}  {"source",-9}  {"cost",10}  {"ms",8}  what");
        foreach (AuditEntry entry in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            if (session.Json)
                session.Output.Write($"{(isFirst ? "[" : ",")}\n{entry.Text}");
            else
                session.Output.WriteLine(Line(entry));
            isFirst = false;
        }

        if (session.Json)
            session.Output.WriteLine(isFirst ? "[]" : "\n]");
    }

    private static bool IsChosen(AuditEntry entry, string? choice) => choice switch
    {
        null => true,
        "decision" or "session" or "goal" => entry.Kind == choice,
        "event" => entry.Kind is not ("decision" or "session" or "goal"),
        _ => entry.Kind == "decision" && string.Equals(Text(entry.Content, "source"), choice, StringComparison.OrdinalIgnoreCase),
    };

    private static string Line(AuditEntry entry)
    {
        try
        {
            return Read(entry);
        }
        catch (Exception problem) when (problem is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new OrreryDataException(string.Create(CultureInfo.InvariantCulture,
                $"{entry.File}, line {entry.Line}: the record lacks what its kind has. Look at the log with 'orrery audit verify'."), problem);
        }
    }

    private static string Read(AuditEntry entry)
    {
        string time = entry.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        JsonElement content = entry.Content;
        if (entry.Step is not { } step)
            return string.Create(CultureInfo.InvariantCulture, $"{entry.Sequence,8}  {time}  {"",6}  {"",-9}  {"",10}  {"",8}  {Describe(entry)}");
        string cost = content.TryGetProperty("plan", out JsonElement plan) ? Number(plan.GetProperty("cost")) : "";
        string milliseconds = content.TryGetProperty("milliseconds", out JsonElement taken) ? taken.GetDouble().ToString("0.00", CultureInfo.InvariantCulture) : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{entry.Sequence,8}  {time}  {step,6}  {Text(content, "source"),-9}  {cost,10}  {milliseconds,8}  {Row(content, "applied")}{Reason(content)}{Verdicts(content)}{Outcome(plan)}");
    }

    private static string Verdicts(JsonElement content) => !content.TryGetProperty("verdicts", out JsonElement verdicts)
        ? ""
        : string.Concat(verdicts.EnumerateArray().Select(verdict =>
            $"; {Text(verdict, "guardrail")}: {Text(verdict, "answer").ToLowerInvariant()}, {Text(verdict, "reason")} (proposed {Row(content, "proposed")})"));

    private static string Reason(JsonElement content) => Text(content, "reason") is { Length: > 0 } reason ? $"; {reason}" : "";

    private static string Outcome(JsonElement plan) =>
        plan.ValueKind == JsonValueKind.Object && Text(plan, "outcome") is var outcome && outcome is not ("Feasible" or "") ? $"; plan {outcome.ToLowerInvariant()}" : "";

    private static string Describe(AuditEntry entry) => entry.Kind switch
    {
        "file" => $"file {entry.File} begins",
        "session" => $"session: {Text(entry.Content, "policy")}, checkpoint {Short(entry.Content.GetProperty("checkpoint"), "sha256")}, "
            + $"guardrails {Names(entry.Content, "guardrails")}, constraints {Names(entry.Content, "constraints")}",
        "goal" => $"goal: {Names(entry.Content, "costs")}",
        "recovered" => $"a torn record of {Text(entry.Content, "tornBytes")} bytes was set aside in {Text(entry.Content, "setAside")}",
        "gap" => $"{Text(entry.Content, "lost")} records were lost: {Text(entry.Content, "reason")}",
        "closed" => "the log was closed",
        string other => other,
    };

    private static string Names(JsonElement content, string list) =>
        string.Join(", ", content.GetProperty(list).EnumerateArray().Select(part => Text(part, "name")).DefaultIfEmpty("none"));

    private static string Row(JsonElement content, string name)
    {
        if (!content.TryGetProperty(name, out JsonElement row))
            return "";
        string[] numbers = [.. row.EnumerateArray().Take(ShownNumbers).Select(Number)];
        return $"[{string.Join(", ", numbers)}{(row.GetArrayLength() > ShownNumbers ? ", …" : "")}]";
    }

    private static string Number(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number ? number.GetDouble().ToString("G5", CultureInfo.InvariantCulture) : number.ToString();

    private static string Short(JsonElement content, string name) => Text(content, name) is { Length: > 12 } text ? $"{text[..12]}…" : Text(content, name);

    private static string Text(JsonElement content, string name) => content.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";

    /// <summary>A border of what is shown: a record's number or a time; neither when nothing was typed.</summary>
    private readonly record struct Border(long? Number, DateTimeOffset? Time)
    {
        public static Border Read(string option, string? typed)
        {
            if (typed is null)
                return default;
            if (long.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
                return new Border(number, null);
            return DateTimeOffset.TryParse(typed, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
                ? new Border(null, time)
                : throw new UsageException($"{option} is '{typed}', but it must be a record's number or a time such as 2030-01-31T08:00Z.");
        }

        public bool IsAtOrBefore(AuditEntry entry) => !(entry.Sequence < Number) && !(entry.Time < Time);

        public bool IsAtOrAfter(AuditEntry entry) => !(entry.Sequence > Number) && !(entry.Time > Time);
    }
}
