using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Data;
using Orrery.Models.Checkpoints;
using Orrery.Models.Recipes;
using Orrery.Tensors.Serialization;

namespace Orrery.Models.Runs;

/// <summary>
/// One execution's folder: <c>run.json</c>, the resolved <c>recipe.json</c>, <c>metrics.jsonl</c> and <c>checkpoints/</c>. Opening
/// one that exists goes on with it, if recipe and data are the same to the bit. A lock keeps a second process out meanwhile.
/// </summary>
public sealed class RunFolder : IDisposable
{
    /// <summary>Newest format version that this code reads and the one that it writes.</summary>
    public const int FormatVersion = 1;

    /// <summary>Where a run keeps data of its own, inside its folder.</summary>
    public const string DataFolder = "data";

    private const string RunFile = "run.json";
    private const string RecipeName = "recipe.json";
    private const string LockFile = ".lock";

    private readonly FileStream _lock;

    private RunFolder(string folder, RunDocument document, FileStream held)
    {
        Folder = folder;
        Document = document;
        _lock = held;
        Checkpoints = new CheckpointStore(Path.Combine(folder, CheckpointStore.RunsFolder));
    }

    /// <summary>Full path.</summary>
    public string Folder { get; }

    /// <summary>What the run is made of.</summary>
    public RunDocument Document { get; }

    /// <summary>Its checkpoints.</summary>
    public CheckpointStore Checkpoints { get; }

    /// <summary>Where its metrics go.</summary>
    public string MetricsPath => Path.Combine(Folder, "metrics.jsonl");

    /// <summary>Begins a run, or goes on with one.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="recipe">The recipe. How to search with the model later may differ from when the run was begun; the rest may not.</param>
    /// <param name="dataset">The dataset's folder.</param>
    /// <param name="datasetHash">Its SHA-256.</param>
    /// <exception cref="OrreryDataException">
    /// The folder holds a run of another recipe or dataset, or something else, or is in use, or cannot be written.
    /// </exception>
    public static RunFolder Open(string folder, Recipe recipe, string dataset, string datasetHash)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(recipe);
        folder = Path.GetFullPath(folder);
        FileStream? held = null;
        try
        {
            bool exists = File.Exists(Path.Combine(folder, RunFile));
            if (!exists && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(IsForeign))
                throw new OrreryDataException($"The folder '{folder}' exists and holds something that is not a run. Choose another name for the run.");
            Directory.CreateDirectory(folder);
            held = Lock(folder);
            // A run that stopped before its first checkpoint has nothing to lose, and may begin again with another recipe.
            bool hasBegun = exists && new CheckpointStore(Path.Combine(folder, CheckpointStore.RunsFolder)).HasAny;
            RunDocument document = hasBegun ? Continue(folder, recipe, datasetHash) : Begin(folder, recipe, dataset, datasetHash);
            return new RunFolder(folder, document, held);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new OrreryDataException(
                $"The run folder '{folder}' cannot be written: {problem.Message} Change its permissions or choose another place.", problem);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    // A run may keep its own data beside it; they are there before training begins, in part if an import was killed.
    private static bool IsForeign(string entry)
    {
        string name = Path.GetFileName(entry);
        return name is not (LockFile or RecipeName or DataFolder) && !name.StartsWith($"{DataFolder}.", StringComparison.Ordinal);
    }

    /// <summary>Whether a folder holds a run, though it may not have come to its first checkpoint.</summary>
    /// <param name="folder">The run's folder; it may be missing.</param>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, RunFile));

    /// <summary>Reads what a run is made of.</summary>
    /// <exception cref="OrreryDataException">It is no run, or is of a newer version.</exception>
    public static RunDocument ReadDocument(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(folder, RunFile);
        if (!File.Exists(path))
            throw new OrreryDataException($"'{folder}' is no run: it has no {RunFile}. Give the folder that orrery train wrote.");
        try
        {
            string text = File.ReadAllText(path);
            int version = JsonNode.Parse(text)?["formatVersion"]?.GetValue<int>() ?? 0;
            if (version > FormatVersion)
                throw new OrreryDataException(
                    $"The run '{folder}' has format version {version}; the newest that this Orrery knows is {FormatVersion}. Update Orrery.");
            return JsonSerializer.Deserialize(text, RunJson.Default.RunDocument)!;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException)
        {
            throw new OrreryDataException($"The run '{folder}' is damaged: {RunFile} cannot be read ({problem.Message}). Restore it or train again.", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new OrreryDataException($"The run '{folder}' cannot be read: {problem.Message}", problem);
        }
    }

    /// <summary>Lets other processes in.</summary>
    public void Dispose() => _lock.Dispose();

    private static RunDocument Begin(string folder, Recipe recipe, string dataset, string datasetHash)
    {
        RunDocument document = new(
            FormatVersion, recipe.Name, recipe.Training.Seed, dataset, datasetHash, Version(), Environment.Version.ToString(),
            $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}", Environment.ProcessorCount, DateTimeOffset.UtcNow);
        // run.json comes last: a folder that has it has everything.
        AtomicFile.WriteText(Path.Combine(folder, RecipeName), RecipeFile.Write(recipe));
        AtomicFile.WriteText(Path.Combine(folder, RunFile), JsonSerializer.Serialize(document, RunJson.Default.RunDocument));
        return document;
    }

    private static RunDocument Continue(string folder, Recipe recipe, string datasetHash)
    {
        RunDocument document = ReadDocument(folder);
        if (document.DatasetHash != datasetHash)
            throw new OrreryDataException(
                $"The run '{folder}' was begun on other data (hash {Short(document.DatasetHash)}, now {Short(datasetHash)}). "
                + "Choose another folder for the new run.");
        string path = Path.Combine(folder, RecipeName);
        // Written anew, so that a key that an older Orrery did not know yet counts with its default.
        string before = RecipeFile.Write(RecipeFile.Parse(File.ReadAllText(path), path));
        string now = RecipeFile.Write(recipe);
        if (Difference(Trained(before), Trained(now), "") is { } difference)
            throw new OrreryDataException(
                $"The run '{folder}' was begun with another recipe: {difference}. Choose another folder for the new run, or use the same recipe to go on.");
        if (before != now)
            AtomicFile.WriteText(path, now);
        return document;
    }

    private static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem) when (File.Exists(Path.Combine(folder, LockFile)))
        {
            throw new OrreryDataException($"The run '{folder}' is in use by another process. Wait until it ends, or choose another folder.", problem);
        }
    }

    /// <summary>The first difference of two recipes, in words; null when there is none.</summary>
    private static string? Difference(JsonNode? before, JsonNode? now, string path)
    {
        if (before is JsonObject left && now is JsonObject right)
        {
            foreach (string key in left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key), StringComparer.Ordinal))
                if (Difference(left[key], right[key], path.Length == 0 ? key : $"{path}.{key}") is { } inner)
                    return inner;
            return null;
        }

        return JsonNode.DeepEquals(before, now) ? null : $"{path} was {Text(before)} and is {Text(now)} now";
    }

    /// <summary>What decides the weights: everything but names and the search that uses them.</summary>
    private static JsonNode? Trained(string recipe)
    {
        JsonNode? node = JsonNode.Parse(recipe);
        foreach (string key in (string[])["name", "description", "planner"])
            node?.AsObject().Remove(key);
        return node;
    }

    private static string Text(JsonNode? node) => node?.ToJsonString() ?? "absent";

    private static string Short(string hash) => hash.Length > 12 ? hash[..12] : hash;

    private static string Version() =>
        typeof(RunFolder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
