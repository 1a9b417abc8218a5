using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Orrery.Data;

namespace Orrery.Models.Recipes;

/// <summary>Turns what the JSON reader says into a sentence that names the key, and the key that was probably meant.</summary>
internal static partial class RecipeKeys
{
    private static readonly JsonTypeInfo[] Sections =
    [
        RecipeJson.Default.LatentRecipe, RecipeJson.Default.LogRecipe, RecipeJson.Default.TrainingRecipe,
        RecipeJson.Default.PlannerRecipe, RecipeJson.Default.ResidualCnnRecipe, RecipeJson.Default.VitRecipe, RecipeJson.Default.ProprioceptionRecipe, RecipeJson.Default.PredictorRecipe,
        RecipeJson.Default.ObjectiveRecipe, RecipeJson.Default.GuardrailRecipe, RecipeJson.Default.UnfamiliarityRecipe,
    ];

    public static string Explain(JsonException problem)
    {
        Match unknown = UnknownKey().Match(problem.Message);
        if (unknown.Success)
        {
            string key = unknown.Groups[1].Value;
            JsonTypeInfo? section = Sections.FirstOrDefault(type => type.Type.FullName == unknown.Groups[2].Value);
            string[] known = section is null ? [] : [.. section.Properties.Select(property => property.Name)];
            return $"there is no key '{key}' here.{NearestName.Suggest(key, known)} These exist: {string.Join(", ", known)}.";
        }

        Match missing = MissingKeys().Match(problem.Message);
        if (missing.Success)
            return $"these keys are missing: {missing.Groups[2].Value.Replace("'", "", StringComparison.Ordinal).TrimEnd('.')}. Say \"extends\" to take them from a built-in recipe.";
        return $"the value at '{problem.Path?.TrimStart('$', '.')}' has the wrong form: {problem.Message.Split(" Path:")[0]}";
    }

    [GeneratedRegex(@"The JSON property '([^']+)' could not be mapped to any \.NET member contained in type '([^']+)'")]
    private static partial Regex UnknownKey();

    [GeneratedRegex(@"JSON deserialization for type '([^']+)' was missing required properties including: (.+)")]
    private static partial Regex MissingKeys();
}
