using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Models.Recipes;

/// <summary>Recipes as strict JSON: an unknown key is an error, never ignored.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowOutOfOrderMetadataProperties = true,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Recipe))]
public sealed partial class RecipeJson : JsonSerializerContext;
