using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Data;
using Orrery.Data.Datasets;
using Orrery.Data.Normalization;
using Orrery.Data.Replay;

namespace Orrery.Models;

/// <summary>What a model's numbers mean, and what it was trained on; kept as <c>statistics.json</c> beside the weights.</summary>
/// <param name="Spaces">The spaces of observation, action, state and, where the model reads it, proprioception; a model never sees the state.</param>
/// <param name="SamplingTime">Time between two rows, in <paramref name="TimeUnit"/>.</param>
/// <param name="TimeUnit">Unit of time.</param>
/// <param name="LatentSize">D.</param>
/// <param name="ActionBlock">K: rows that one predictor step stands for.</param>
/// <param name="History">n: rows that the encoder needs; for pictures as many as are stacked.</param>
/// <param name="Observation">Normaliser of the observation, fitted on the training part; null for pictures, which are scaled to 0..1.</param>
/// <param name="Action">Normaliser of the action of one row, fitted on the training part.</param>
/// <param name="Fractions">How the dataset was divided; with <paramref name="Seed"/> it tells which rows were held out.</param>
/// <param name="Seed">The seed of training.</param>
/// <param name="DatasetHash">SHA-256 of the dataset.</param>
/// <param name="Proprioception">Normaliser of proprioception, fitted on the training part; null where the model does not read it.</param>
public sealed record WorldModelDescription(
    DatasetSpaces Spaces,
    double SamplingTime,
    string TimeUnit,
    int LatentSize,
    int ActionBlock,
    int History,
    Normalizer? Observation,
    Normalizer Action,
    SplitFractions Fractions,
    ulong Seed,
    string DatasetHash,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Normalizer? Proprioception = null)
{
    /// <summary>A: numbers in the action of one row.</summary>
    [JsonIgnore]
    public int ActionSize => Spaces.Action.Size;

    /// <summary>As JSON text.</summary>
    public string Write() => JsonSerializer.Serialize(this, WorldModelJson.Default.WorldModelDescription);

    /// <summary>From JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <exception cref="OrreryDataException">It is not a description.</exception>
    public static WorldModelDescription Read(string json, string source)
    {
        try
        {
            return JsonSerializer.Deserialize(json, WorldModelJson.Default.WorldModelDescription)
                ?? throw new JsonException("it is empty");
        }
        catch (Exception problem) when (problem is JsonException or NotSupportedException or ArgumentException)
        {
            throw new OrreryDataException(
                $"The checkpoint '{source}' is damaged: statistics.json cannot be read ({problem.Message}). Use another checkpoint or train again.", problem);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NewLine = "\n",
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(WorldModelDescription))]
internal sealed partial class WorldModelJson : JsonSerializerContext;
