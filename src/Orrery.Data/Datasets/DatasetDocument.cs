using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Data.Trajectories;

namespace Orrery.Data.Datasets;

/// <summary>One column's file.</summary>
/// <param name="Name"><c>observation</c>, <c>action</c>, <c>state</c> or <c>proprioception</c>.</param>
/// <param name="File">Name of the .npy file in the folder.</param>
/// <param name="Sha256">Of the numbers' bytes, little-endian, without the file's header; lower-case hexadecimal.</param>
internal sealed record DatasetColumn(string Name, string File, string Sha256);

/// <summary>The contents of <c>dataset.json</c>, format version 2; version 1 has no proprioception.</summary>
internal sealed record DatasetDocument(
    int FormatVersion,
    DatasetSpaces Spaces,
    double SamplingTime,
    string TimeUnit,
    long Rows,
    IReadOnlyList<DatasetColumn> Columns,
    IReadOnlyList<EpisodeRange> Episodes,
    DatasetStatistics Statistics,
    Provenance Provenance,
    string Hash)
{
    public const string FileName = "dataset.json";

    /// <summary>SHA-256 over everything that a model can see: spaces, clock, episodes and the columns' bytes.</summary>
    public string ComputeHash()
    {
        var identity = new DatasetIdentity(Spaces, SamplingTime, TimeUnit, Rows, Episodes, [.. Columns.Select(column => column.Sha256)]);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(identity, DatasetIdentityJson.Default.DatasetIdentity);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    /// <summary>Reads and checks <c>dataset.json</c>.</summary>
    /// <exception cref="OrreryDataException">It is missing, damaged, edited, or of a newer version.</exception>
    public static DatasetDocument Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!Directory.Exists(folder))
            throw new OrreryDataException($"Cannot open the dataset '{folder}': there is no such folder. Check the spelling and the current folder.");
        if (!File.Exists(path))
        {
            throw new OrreryDataException(
                $"'{folder}' is not a dataset: it has no {FileName}. Give the folder that 'orrery import' or 'orrery collect' wrote.");
        }

        var bytes = FileErrors.Guard("read", path, () => File.ReadAllBytes(path));
        try
        {
            CheckVersion(bytes, folder);
            var document = JsonSerializer.Deserialize(bytes, DatasetJson.Default.DatasetDocument)
                ?? throw new JsonException("it is empty.");
            document.CheckEpisodes(path);
            return document;
        }
        catch (JsonException exception)
        {
            throw new OrreryDataException($"'{path}' is damaged: {exception.Message} Import or collect the dataset again.", exception);
        }
    }

    private static void CheckVersion(byte[] bytes, string folder)
    {
        using var json = JsonDocument.Parse(bytes);
        if (json.RootElement.ValueKind != JsonValueKind.Object
            || !json.RootElement.TryGetProperty("formatVersion", out var element)
            || element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out var version))
        {
            throw new JsonException("it has no whole number formatVersion.");
        }

        if (version is < 1 or > Dataset.FormatVersion)
        {
            throw new OrreryDataException(
                $"The dataset '{folder}' has format version {version}; this Orrery reads versions up to {Dataset.FormatVersion}. "
                + "Use a newer Orrery, or write the dataset again with this one.");
        }
    }

    private void CheckEpisodes(string path)
    {
        var next = 0L;
        foreach (var episode in Episodes)
        {
            if (episode.Start != next || episode.Length < 1)
                throw new JsonException($"its episodes do not follow each other at row {next:N0}.");
            next += episode.Length;
        }

        if (next != Rows)
            throw new JsonException($"its episodes cover {next:N0} rows, but it says that there are {Rows:N0}.");
        if (!double.IsFinite(SamplingTime) || SamplingTime <= 0)
            throw new JsonException($"its sampling time {SamplingTime} is not a positive number.");
        if (ComputeHash() != Hash)
        {
            throw new OrreryDataException(
                $"'{path}' was changed after the dataset was written: its hash does not match its contents. "
                + "Restore it, or import or collect the dataset again.");
        }
    }
}

/// <summary>What the dataset's hash is computed over.</summary>
internal sealed record DatasetIdentity(
    DatasetSpaces Spaces,
    double SamplingTime,
    string TimeUnit,
    long Rows,
    IReadOnlyList<EpisodeRange> Episodes,
    IReadOnlyList<string> Columns);

/// <summary>How <c>dataset.json</c> is read and written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NewLine = "\n",
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DatasetDocument))]
internal sealed partial class DatasetJson : JsonSerializerContext;

/// <summary>How the identity is written before it is hashed: compact, so that no formatting matters.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(DatasetIdentity))]
internal sealed partial class DatasetIdentityJson : JsonSerializerContext;
