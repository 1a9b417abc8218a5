using System.Text.Json.Serialization;
using Orrery.Models.Recipes;

namespace Orrery.Evaluation.GoalProtocols;

/// <summary>Manifests and kept episodes as strict JSON, on one line each.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ProtocolManifest))]
[JsonSerializable(typeof(ProtocolPair))]
[JsonSerializable(typeof(EpisodeLine))]
[JsonSerializable(typeof(PlannerRecipe))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
