using System.Globalization;
using System.Text;
using System.Text.Json;
using Orrery.Data;
using Orrery.Tensors.Serialization;

namespace Orrery.Models.Checkpoints;

/// <summary>
/// A checkpoint folder: <c>model.safetensors</c>, <c>recipe.json</c>, <c>statistics.json</c> and, to resume from,
/// <c>training.safetensors</c>. Its integer format version stands in the header of <c>model.safetensors</c>; older versions
/// are read, newer ones are refused by name.
/// </summary>
public static class Checkpoint
{
    /// <summary>Newest format version that this code reads and the one that it writes.</summary>
    public const int FormatVersion = 2;

    internal const string ModelFile = "model.safetensors";
    internal const string RecipeFile = "recipe.json";
    internal const string StatisticsFile = "statistics.json";
    internal const string TrainingFile = "training.safetensors";

    private const string VersionKey = "orrery.checkpoint.version";
    private const string StepKey = "orrery.checkpoint.step";

    /// <summary>Writes a folder so that it appears complete or not at all: under a temporary name, flushed, then renamed.</summary>
    /// <param name="folder">The folder; it must not exist yet.</param>
    /// <param name="content">What to write.</param>
    /// <exception cref="OrreryDataException">It cannot be written; what was there is untouched.</exception>
    public static void Write(string folder, CheckpointContent content)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(content);
        string temporary = $"{folder}.{Environment.ProcessId}{CheckpointStore.PartialSuffix}";
        try
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
            Directory.CreateDirectory(temporary);
            Dictionary<string, string> header = new(StringComparer.Ordinal)
            {
                [VersionKey] = FormatVersion.ToString(CultureInfo.InvariantCulture),
                [StepKey] = content.Step.ToString(CultureInfo.InvariantCulture),
            };
            AtomicFile.WriteText(Path.Combine(temporary, RecipeFile), content.Recipe);
            AtomicFile.WriteText(Path.Combine(temporary, StatisticsFile), content.Statistics);
            if (content.Training.Count > 0)
                Safetensors.Write(Path.Combine(temporary, TrainingFile), content.Training, header);
            Safetensors.Write(Path.Combine(temporary, ModelFile), content.Model, header);
            Directory.Move(temporary, folder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            RemoveQuietly(temporary);
            throw new OrreryDataException(
                $"The checkpoint '{folder}' cannot be written: {problem.Message} Free space or choose another folder; "
                + "checkpoints that were there before are untouched.", problem);
        }
    }

    /// <summary>Reads a folder and checks every file.</summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <exception cref="OrreryDataException">It is no checkpoint, is damaged, or is of a newer version.</exception>
    public static LoadedCheckpoint Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string modelPath = Path.Combine(folder, ModelFile);
        if (!File.Exists(modelPath))
            throw new OrreryDataException(
                $"'{folder}' is no checkpoint: it has no {ModelFile}. Give the folder of a run, or of one of its checkpoints.");
        try
        {
            SafetensorsFile model = SafetensorsFile.Read(modelPath);
            CheckVersion(folder, model);
            string trainingPath = Path.Combine(folder, TrainingFile);
            return new LoadedCheckpoint(
                folder, Number(folder, model, StepKey), ReadJson(folder, RecipeFile), ReadJson(folder, StatisticsFile),
                model, File.Exists(trainingPath) ? SafetensorsFile.Read(trainingPath) : null);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new OrreryDataException($"The checkpoint '{folder}' cannot be read: {problem.Message} {CheckpointStore.Remedy}", problem);
        }
    }

    private static void CheckVersion(string folder, SafetensorsFile model)
    {
        long version = Number(folder, model, VersionKey);
        if (version > FormatVersion)
            throw new OrreryDataException(
                $"The checkpoint '{folder}' has format version {version}; the newest that this Orrery knows is {FormatVersion}. "
                + "Update Orrery, or train again with this one.");
        if (version < 1)
            throw new OrreryDataException($"The checkpoint '{folder}' has format version {version}, which never existed. {CheckpointStore.Remedy}");
    }

    private static long Number(string folder, SafetensorsFile model, string key) =>
        model.Metadata.TryGetValue(key, out string? text)
        && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new OrreryDataException(
                $"'{folder}' is no checkpoint of Orrery: the header of its {ModelFile} has no number '{key}'. Give the folder of a run.");

    private static string ReadJson(string folder, string file)
    {
        string text = File.ReadAllText(Path.Combine(folder, file), Encoding.UTF8);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return text;
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{file} is not valid JSON: {problem.Message}", problem);
        }
    }

    private static void RemoveQuietly(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report; the next writer removes the leftovers.
        }
    }
}
