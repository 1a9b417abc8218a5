using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Data;
using Orrery.Tensors.Serialization;

namespace Orrery.Planning.Surprise;

/// <summary>Where the prediction errors of normal operation came from.</summary>
/// <param name="Model">SHA-256 of the weights that predicted.</param>
/// <param name="Source">What was predicted, for people: the run's held-out rows, or a file.</param>
/// <param name="SourceHash">SHA-256 of it, so that a file that changed is read again.</param>
/// <param name="TimeColumn">The column of the time in its record; null when there was none.</param>
public sealed record SurpriseSource(string Model, string Source, string SourceHash, string? TimeColumn = null);

/// <summary>
/// Keeps the prediction errors of normal operation beside a run, as safetensors: the errors themselves and not thresholds, so that any
/// rate of false alarms can be asked for later.
/// </summary>
public static class SurpriseStore
{
    /// <summary>Newest format version that this code reads and the one that it writes.</summary>
    public const int FormatVersion = 1;

    private const string Errors = "errors";
    private const string About = "surprise";

    /// <summary>Writes or replaces the file, atomically.</summary>
    public static void Save(string path, ResidualRecord record, SurpriseSource source)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(source);
        StoredSurprise stored = new(FormatVersion, source, record.Layout);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Safetensors.Write(path, [SafetensorsEntry.Create(Errors, record.Values, record.Rows, record.Layout.Size)],
            new Dictionary<string, string>(StringComparer.Ordinal) { [About] = JsonSerializer.Serialize(stored, SurpriseJson.Default.StoredSurprise) });
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="OrreryDataException">It is damaged or of a newer version.</exception>
    public static (ResidualRecord Record, SurpriseSource Source) Load(string path)
    {
        try
        {
            SafetensorsFile file = SafetensorsFile.Read(path);
            StoredSurprise stored = JsonSerializer.Deserialize(file.Metadata[About], SurpriseJson.Default.StoredSurprise) ?? throw new JsonException("it is empty");
            if (stored.FormatVersion > FormatVersion)
                throw new OrreryDataException(string.Create(
                    CultureInfo.InvariantCulture, $"'{path}' has format version {stored.FormatVersion}; the newest that this Orrery knows is {FormatVersion}. Update Orrery."));
            ResidualRecord record = new(stored.Layout);
            ReadOnlySpan<float> values = file[Errors].Values<float>();
            for (int start = 0; start + stored.Layout.Size <= values.Length; start += stored.Layout.Size)
                record.Add(values.Slice(start, stored.Layout.Size));
            return (record, stored.Source);
        }
        catch (Exception problem) when (problem is JsonException or InvalidDataException or KeyNotFoundException or ArgumentException or NotSupportedException)
        {
            throw new OrreryDataException($"'{path}' is damaged ({problem.Message}). Remove it; it is made anew from the run's held-out rows or from --calibrate.", problem);
        }
    }
}

/// <summary>What the file says about itself.</summary>
internal sealed record StoredSurprise(int FormatVersion, SurpriseSource Source, ResidualLayout Layout);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(StoredSurprise))]
internal sealed partial class SurpriseJson : JsonSerializerContext;
