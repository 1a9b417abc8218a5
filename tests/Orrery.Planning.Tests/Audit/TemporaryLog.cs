using System.Text.Json;
using Orrery.Planning.Audit;

namespace Orrery.Planning.Tests.Audit;

/// <summary>A folder for a log that is gone after the test, and the means to write and spoil it.</summary>
internal sealed class TemporaryLog : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("orrery-audit-").FullName;

    public string[] Files => [.. Directory.GetFiles(Folder, "audit-*.jsonl").Order(StringComparer.Ordinal)];

    public AuditLog Open(AuditLogOptions? options = null) => AuditLog.Open(Folder, options);

    /// <summary>Writes records that look like decisions, and closes the log.</summary>
    public AuditHead Write(int decisions, AuditLogOptions? options = null)
    {
        var log = Open(options);
        using (log)
        {
            for (var step = 0; step < decisions; step++)
                Append(log, step);
        }

        return log.Head;
    }

    public static void Append(AuditLog log, int step)
    {
        lock (log.Gate)
        {
            log.RotateIfDue();
            log.Append("decision", static (json, step) =>
            {
                json.WriteNumber("step"u8, step);
                json.WriteNull("observation"u8);
                json.WriteNumber("value"u8, step * 0.1);
            }, step);
        }
    }

    public AuditVerification Verify(AuditExpectation? expected = null) => AuditVerifier.Verify(Folder, expected);

    public string[] Lines() => [.. Files.SelectMany(File.ReadAllLines)];

    public void Replace(IEnumerable<string> lines) => File.WriteAllText(Files[0], string.Concat(lines.Select(line => line + "\n")));

    public JsonElement Record(int line) => JsonDocument.Parse(Lines()[line]).RootElement.Clone();

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
