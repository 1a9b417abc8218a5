using System.Text.Json;
using Orrery.Tensors.Serialization;

namespace Orrery.Planning.Tests;

/// <summary>The cases of tests/reference/12_planning, by operation; ORRERY_REFERENCE may name another folder.</summary>
internal static class GoldenPlans
{
    private static readonly Lazy<SafetensorsFile> File = new(() => SafetensorsFile.Read(Path.Combine(Folder(), "12_planning.safetensors")));

    /// <summary>The names of an operation's cases, for theories.</summary>
    public static TheoryData<string> Of(string operation) => [.. File.Value.Metadata
        .Where(pair => pair.Key != "about" && Description(pair.Key).GetProperty("op").GetString() == operation).Select(pair => pair.Key)];

    public static JsonElement Parameters(string name) => Description(name).GetProperty("parameters");

    public static float[] Tensor(string name, string part) => File.Value[$"{name}/{part}"].Values<float>().ToArray();

    /// <summary>Compares as the golden files ask for: the distance, in parts of the reference's length.</summary>
    public static void AssertClose(string name, string part, IEnumerable<double> actual)
    {
        var expected = Tensor(name, part);
        var values = actual.ToArray();
        Assert.Equal(expected.Length, values.Length);
        var difference = Math.Sqrt(values.Zip(expected, (left, right) => (left - right) * (left - right)).Sum());
        var norm = Math.Sqrt(expected.Sum(value => (double)value * value));
        Assert.InRange(difference, 0, Description(name).GetProperty("tolerance").GetDouble() * norm);
    }

    private static JsonElement Description(string name) => JsonSerializer.Deserialize<JsonElement>(File.Value.Metadata[name]);

    private static string Folder()
    {
        if (Environment.GetEnvironmentVariable("ORRERY_REFERENCE") is { Length: > 0 } folder) return folder;
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !System.IO.File.Exists(Path.Combine(directory.FullName, "Orrery.slnx"))) directory = directory.Parent;
        return Path.Combine(directory?.FullName ?? throw new InvalidOperationException("Run the tests from a checkout."), "tests", "reference");
    }
}
