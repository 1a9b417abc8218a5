using System.Buffers;
using System.Text;
using System.Text.Json;
using Orrery.Data;

namespace Orrery.Models.Runs;

/// <summary>
/// The numbers of a run over its updates, <c>metrics.jsonl</c>: one JSON object per line, such as
/// <c>{"step":50,"phase":"train","seconds":1.9,"loss":0.31}</c>. Numbers that are not finite become null. A run that resumes
/// drops the lines after the update that it resumes from, so that each update stands there once.
/// </summary>
public sealed class MetricsLog : IDisposable
{
    private readonly FileStream _stream;
    private readonly ArrayBufferWriter<byte> _line = new(512);
    private readonly Utf8JsonWriter _writer;

    private MetricsLog(FileStream stream)
    {
        _stream = stream;
        _writer = new Utf8JsonWriter(_line);
    }

    /// <summary>Opens the log to append to it.</summary>
    /// <param name="path">The file; made when it is not there.</param>
    /// <param name="step">Lines of later updates, and a last line that was cut off, are dropped.</param>
    /// <exception cref="OrreryDataException">The file cannot be written.</exception>
    public static MetricsLog Open(string path, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            stream.SetLength(EndOf(stream, step));
            stream.Seek(0, SeekOrigin.End);
            return new MetricsLog(stream);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new OrreryDataException($"The metrics '{path}' cannot be written: {problem.Message}", problem);
        }
    }

    /// <summary>Reads all complete lines of a log.</summary>
    /// <param name="path">The file; no lines when it is not there.</param>
    public static IReadOnlyList<MetricsLine> Read(string path)
    {
        List<MetricsLine> lines = [];
        if (!File.Exists(path))
            return lines;
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } text)
            if (Parse(text) is { } line)
                lines.Add(line);
        return lines;
    }

    /// <summary>Appends a line. Nothing is allocated after the first lines.</summary>
    /// <param name="step">Updates made.</param>
    /// <param name="phase">What was measured, such as <c>train</c> or <c>validation</c>.</param>
    /// <param name="seconds">Since training began.</param>
    /// <param name="values">Names and numbers.</param>
    public void Write(long step, string phase, double seconds, ReadOnlySpan<(string Name, double Value)> values)
    {
        _line.ResetWrittenCount();
        _writer.Reset(_line);
        _writer.WriteStartObject();
        _writer.WriteNumber("step", step);
        _writer.WriteString("phase", phase);
        Number("seconds", Math.Round(seconds, 3));
        foreach ((string name, double value) in values)
            Number(name, value);
        _writer.WriteEndObject();
        End();
    }

    /// <summary>Appends a line that says something to people, such as a warning.</summary>
    public void Remark(long step, string phase, string sentence)
    {
        _line.ResetWrittenCount();
        _writer.Reset(_line);
        _writer.WriteStartObject();
        _writer.WriteNumber("step", step);
        _writer.WriteString("phase", phase);
        _writer.WriteString("remark", sentence);
        _writer.WriteEndObject();
        End();
    }

    /// <summary>Makes sure that everything written so far can be read by others.</summary>
    public void Flush() => _stream.Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _stream.Dispose();
    }

    private void Number(string name, double value)
    {
        if (double.IsFinite(value))
            _writer.WriteNumber(name, value);
        else
            _writer.WriteNull(name);
    }

    private void End()
    {
        _writer.Flush();
        _stream.Write(_line.WrittenSpan);
        _stream.WriteByte((byte)'\n');
    }

    /// <summary>Length of the part to keep: complete lines up to the update.</summary>
    private static long EndOf(FileStream stream, long step)
    {
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        int start = 0;
        while (start < bytes.Length)
        {
            int length = bytes.AsSpan(start).IndexOf((byte)'\n');
            if (length < 0 || Parse(Encoding.UTF8.GetString(bytes, start, length)) is not { } line || line.Step > step)
                break;
            start += length + 1;
        }

        return start;
    }

    private static MetricsLine? Parse(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("step", out JsonElement step) || !step.TryGetInt64(out long number)
                || !document.RootElement.TryGetProperty("phase", out JsonElement phase))
                return null;
            Dictionary<string, double> values = new(StringComparer.Ordinal);
            string? remark = null;
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind == JsonValueKind.Number && property.Name != "step")
                    values[property.Name] = property.Value.GetDouble();
                else if (property.Name == "remark")
                    remark = property.Value.GetString();
            }

            return new MetricsLine(number, phase.GetString() ?? "", values, remark);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>One line of a <see cref="MetricsLog"/>.</summary>
/// <param name="Step">Updates made.</param>
/// <param name="Phase">What was measured, such as <c>train</c> or <c>validation</c>.</param>
/// <param name="Values">Its finite numbers by name, seconds among them.</param>
/// <param name="Remark">What it says to people; null on most lines.</param>
public sealed record MetricsLine(long Step, string Phase, IReadOnlyDictionary<string, double> Values, string? Remark);
