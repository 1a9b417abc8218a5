using System.Text.Json;
using Orrery.Tensors.Serialization;

namespace Orrery.Tensors.Tests.Reference;

/// <summary>One file of golden tensors; tests/reference/README.md says what is in it.</summary>
internal sealed class GoldenFile
{
    private static readonly Dictionary<string, GoldenFile> Cache = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GoldenCase> _cases = new(StringComparer.Ordinal);

    private GoldenFile(string path)
    {
        var file = SafetensorsFile.Read(path);
        foreach (var (name, json) in file.Metadata)
        {
            if (name != "about") _cases[name] = new GoldenCase(Path.GetFileNameWithoutExtension(path), name, JsonSerializer.Deserialize<JsonElement>(json));
        }

        foreach (var entry in file.Entries)
        {
            var slash = entry.Name.IndexOf('/', StringComparison.Ordinal);
            _cases[entry.Name[..slash]].Tensors.Add(entry.Name[(slash + 1)..], entry);
        }
    }

    /// <summary>The folder of the files: ORRERY_REFERENCE, or tests/reference of this checkout.</summary>
    public static string Folder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("ORRERY_REFERENCE") is { Length: > 0 } folder) return folder;
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Orrery.slnx"))) directory = directory.Parent;
            return Path.Combine(directory?.FullName ?? throw new InvalidOperationException("Run the tests from a checkout."), "tests", "reference");
        }
    }

    public static IEnumerable<GoldenCase> AllCases() =>
        Directory.GetFiles(Folder, "*.safetensors").Order(StringComparer.Ordinal).SelectMany(path => Open(path)._cases.Values);

    public static GoldenCase Case(string file, string name) => Open(Path.Combine(Folder, file + ".safetensors"))._cases[name];

    private static GoldenFile Open(string path)
    {
        lock (Cache)
        {
            if (!Cache.TryGetValue(path, out var file)) Cache[path] = file = new GoldenFile(path);
            return file;
        }
    }
}

/// <summary>One case: an operation, what it is called with, and what must come out.</summary>
internal sealed class GoldenCase(string file, string name, JsonElement description)
{
    public string File { get; } = file;

    public string Name { get; } = name;

    public string Operation { get; } = description.GetProperty("op").GetString()!;

    public JsonElement Parameters { get; } = description.GetProperty("parameters");

    public Dictionary<string, SafetensorsEntry> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>The tensors of a kind, by name.</summary>
    public IEnumerable<(string Name, SafetensorsEntry Entry)> OfKind(string kind) => Tensors
        .Where(pair => pair.Key.StartsWith(kind + ".", StringComparison.Ordinal))
        .Select(pair => (pair.Key[(kind.Length + 1)..], pair.Value));

    public bool Has(string tensor) => Tensors.ContainsKey(tensor);

    /// <summary>The relative tolerance and the floor of a tensor.</summary>
    public (double Tolerance, double Floor) Limits(string tensor)
    {
        var (tolerance, floor) = (description.GetProperty("tolerance").GetDouble(), 0.0);
        if (description.TryGetProperty("tensors", out var exceptions) && exceptions.TryGetProperty(tensor, out var own))
        {
            if (own.TryGetProperty("tolerance", out var ownTolerance)) tolerance = ownTolerance.GetDouble();
            if (own.TryGetProperty("floor", out var ownFloor)) floor = ownFloor.GetDouble();
        }

        return (tolerance, floor);
    }

    public int Int(string parameter) => Parameters.GetProperty(parameter).GetInt32();

    public int[] Ints(string parameter) => [.. Parameters.GetProperty(parameter).EnumerateArray().Select(element => element.GetInt32())];

    public float Float(string parameter) => Parameters.GetProperty(parameter).GetSingle();

    public float? OptionalFloat(string parameter) =>
        Parameters.TryGetProperty(parameter, out var element) && element.ValueKind == JsonValueKind.Number ? element.GetSingle() : null;

    public bool Bool(string parameter) => Parameters.GetProperty(parameter).GetBoolean();

    public string Text(string parameter) => Parameters.GetProperty(parameter).GetString()!;
}
