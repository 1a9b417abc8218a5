using System.Globalization;
using System.Text.Json;
using Orrery.Data;

namespace Orrery.Planning.Audit;

/// <summary>One record of a log.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Content">The record.</param>
public sealed record AuditEntry(string File, long Line, JsonElement Content)
{
    /// <summary>Its number.</summary>
    public long Sequence => Content.Need("seq").GetInt64();

    /// <summary>What it records: file, session, goal, decision, recovered, gap or closed.</summary>
    public string Kind => Content.Text("kind");

    /// <summary>When it was written.</summary>
    public DateTimeOffset Time => Content.Need("time").GetDateTimeOffset();

    /// <summary>The controller's step; null of what is no decision.</summary>
    public long? Step => Kind == AuditKinds.Decision ? Content.Need("step").GetInt64() : null;

    /// <summary>The record as one line of JSON.</summary>
    public string Text => Content.GetRawText();
}

/// <summary>Reads the records of a log one after the other, in constant memory. It does not verify them.</summary>
public static class AuditReader
{
    /// <summary>Reads a log.</summary>
    /// <param name="path">Its folder, or one of its files.</param>
    /// <exception cref="OrreryDataException">There is no log, or a line is no record. A torn last record is passed over.</exception>
    public static IEnumerable<AuditEntry> Read(string path)
    {
        foreach (var file in AuditFiles.Of(path))
        {
            using var lines = AuditLines.Open(file);
            while (lines.Next())
            {
                if (lines.IsComplete)
                    yield return Parse(Path.GetFileName(file), lines);
            }
        }
    }

    private static AuditEntry Parse(string file, AuditLines lines)
    {
        try
        {
            using var document = JsonDocument.Parse(lines.Line.ToArray());
            var entry = new AuditEntry(file, lines.Number, document.RootElement.Clone());
            _ = (entry.Sequence, entry.Kind, entry.Time, entry.Step);
            return entry;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException or OrreryDataException)
        {
            throw new OrreryDataException(string.Create(CultureInfo.InvariantCulture,
                $"{file}, line {lines.Number}: this is not a record of an audit log. Look at the log with 'orrery audit verify'."), problem);
        }
    }
}
