using System.Text.Json.Serialization;

namespace Orrery.Models.Runs;

/// <summary><c>run.json</c>: what an execution was made of, so that it can be told apart and repeated.</summary>
/// <param name="FormatVersion">Format of the run folder.</param>
/// <param name="Recipe">Name of the recipe; the resolved one stands in <c>recipe.json</c>.</param>
/// <param name="Seed">Decides every random number.</param>
/// <param name="Dataset">The dataset's folder, as it was given.</param>
/// <param name="DatasetHash">The dataset's SHA-256.</param>
/// <param name="Orrery">Version of Orrery that began the run.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="System">Operating system and processor architecture.</param>
/// <param name="Threads">Logical processors of the machine.</param>
/// <param name="Started">When it began, in UTC.</param>
public sealed record RunDocument(
    int FormatVersion,
    string Recipe,
    ulong Seed,
    string Dataset,
    string DatasetHash,
    string Orrery,
    string Runtime,
    string System,
    int Threads,
    DateTimeOffset Started);

/// <summary>Run documents as strict JSON.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunDocument))]
internal sealed partial class RunJson : JsonSerializerContext;
