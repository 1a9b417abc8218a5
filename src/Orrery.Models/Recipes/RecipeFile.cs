using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Data;

namespace Orrery.Models.Recipes;

/// <summary>
/// Finds and reads recipes: a built-in one by name (<c>two-rooms/sigreg</c>) or a file by path. A recipe may say
/// <c>"extends": "two-rooms/sigreg"</c> and state only what differs; <c>--set training.updates=200</c> changes single numbers.
/// </summary>
public static class RecipeFile
{
    private const string Prefix = "recipes/";
    private const int DeepestChain = 8;

    /// <summary>Names of the built-in recipes, in alphabetical order.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } =
    [
        .. typeof(RecipeFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^".json".Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Reads a recipe, with everything that it extends and the settings on top.</summary>
    /// <param name="nameOrPath">A built-in name, or the path of a JSON file.</param>
    /// <param name="settings">Changes such as <c>planner.horizon=20</c>, applied in order.</param>
    /// <exception cref="RecipeException">There is no such recipe, or it cannot be used.</exception>
    public static Recipe Load(string nameOrPath, params IReadOnlyList<string> settings)
    {
        JsonObject document = Resolve(nameOrPath, depth: 0);
        foreach (string setting in settings)
            Apply(document, setting);
        return Parse(document.ToJsonString(), nameOrPath);
    }

    /// <summary>Reads a complete recipe from its JSON text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="RecipeException">It cannot be used.</exception>
    public static Recipe Parse(string json, string source)
    {
        try
        {
            Recipe recipe = JsonSerializer.Deserialize(Upgraded(json), RecipeJson.Default.Recipe)
                ?? throw new RecipeException($"Recipe '{source}' is empty.");
            recipe.Check();
            return recipe;
        }
        catch (JsonException problem)
        {
            throw new RecipeException($"Recipe '{source}': {RecipeKeys.Explain(problem)}", problem);
        }
        catch (NotSupportedException problem)
        {
            throw new RecipeException(
                $"Recipe '{source}' has no \"kind\", or its encoder has none that exists: a recipe's is \"latent\" or \"log\", an encoder's \"residual-cnn\", \"vit\" or \"mlp\".",
                problem);
        }
    }

    /// <summary>A planner with other settings.</summary>
    /// <param name="planner">How a recipe searches.</param>
    /// <param name="settings">Changes such as <c>planner.horizon=20</c>, applied in order.</param>
    /// <exception cref="RecipeException">A setting is not of the planner, or it cannot be used.</exception>
    public static PlannerRecipe Change(PlannerRecipe planner, params IReadOnlyList<string> settings)
    {
        ArgumentNullException.ThrowIfNull(planner);
        JsonObject document = new() { ["planner"] = JsonSerializer.SerializeToNode(planner, RecipeJson.Default.PlannerRecipe) };
        foreach (string setting in settings)
        {
            if (!setting.StartsWith("planner.", StringComparison.Ordinal))
                throw new RecipeException($"--set {setting}: only what begins with 'planner.' can be changed here, such as planner.method=icem.");
            Apply(document, setting);
        }

        try
        {
            PlannerRecipe changed = document["planner"].Deserialize(RecipeJson.Default.PlannerRecipe) ?? throw new RecipeException("The planner is empty.");
            changed.Check();
            return changed;
        }
        catch (JsonException problem)
        {
            throw new RecipeException($"The planner with {string.Join(", ", settings)}: {RecipeKeys.Explain(problem)}", problem);
        }
    }

    /// <summary>The recipe as JSON text.</summary>
    public static string Write(Recipe recipe) => JsonSerializer.Serialize(recipe, RecipeJson.Default.Recipe);

    // Recipes that were written when there was one kind of encoder do not name it, and those of before vectors could be seen say "pixels".
    private static JsonNode Upgraded(string json)
    {
        JsonNode document = JsonNode.Parse(json) ?? throw new JsonException("the text is null.");
        if (document is JsonObject old && old["kind"] is JsonValue kind && kind.TryGetValue(out string? name) && name == "pixels")
            old["kind"] = "latent";
        if (document is JsonObject recipe && recipe["encoder"] is JsonObject encoder && !encoder.ContainsKey("kind"))
            encoder.Insert(0, "kind", EncoderRecipe.ResidualCnnKind);
        return document;
    }

    private static JsonObject Resolve(string nameOrPath, int depth)
    {
        if (depth > DeepestChain)
            throw new RecipeException($"Recipe '{nameOrPath}' extends itself, or more than {DeepestChain} others in a row.");
        JsonObject document = ReadObject(nameOrPath);
        if (!document.TryGetPropertyValue("extends", out JsonNode? parent))
            return document;
        document.Remove("extends");
        if (parent is not JsonValue value || !value.TryGetValue(out string? parentName))
            throw new RecipeException($"Recipe '{nameOrPath}': \"extends\" must be the name of a recipe.");
        string beside = Path.Combine(Path.GetDirectoryName(nameOrPath) ?? "", parentName);
        JsonObject merged = Resolve(!BuiltIn.Contains(parentName) && File.Exists(beside) ? beside : parentName, depth + 1);
        Merge(merged, document);
        return merged;
    }

    private static JsonObject ReadObject(string nameOrPath)
    {
        string text = ReadText(nameOrPath);
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }) as JsonObject
                ?? throw new RecipeException($"Recipe '{nameOrPath}' must be a JSON object.");
        }
        catch (JsonException problem)
        {
            throw new RecipeException($"Recipe '{nameOrPath}' is not valid JSON at line {problem.LineNumber + 1}: {problem.Message}", problem);
        }
    }

    private static string ReadText(string nameOrPath)
    {
        if (BuiltIn.Contains(nameOrPath))
        {
            using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Prefix}{nameOrPath}.json")!;
            using StreamReader reader = new(stream);
            return reader.ReadToEnd();
        }

        if (!File.Exists(nameOrPath))
            throw new RecipeException(
                $"There is no recipe '{nameOrPath}'.{NearestName.Suggest(nameOrPath, BuiltIn)} Built in: {string.Join(", ", BuiltIn)}. Or give the path of a JSON file.");
        try
        {
            return File.ReadAllText(nameOrPath);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new RecipeException($"Recipe '{nameOrPath}' cannot be read: {problem.Message}", problem);
        }
    }

    private static void Merge(JsonObject below, JsonObject above)
    {
        foreach ((string key, JsonNode? value) in above)
        {
            if (value is JsonObject inner && below[key] is JsonObject existing && !ChangesKind(existing, inner))
                Merge(existing, inner);
            else
                below[key] = value?.DeepClone();
        }
    }

    // Of another kind, nothing that was said of the first holds.
    private static bool ChangesKind(JsonObject below, JsonObject above) =>
        above.TryGetPropertyValue("kind", out JsonNode? kind) && !JsonNode.DeepEquals(kind, below["kind"] ?? EncoderRecipe.ResidualCnnKind);

    private static void Apply(JsonObject document, string setting)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new RecipeException($"--set {setting}: write KEY=VALUE, for example --set training.updates=200.");
        string[] path = setting[..equals].Split('.');
        string text = setting[(equals + 1)..];
        JsonObject place = document;
        foreach (string key in path[..^1])
        {
            if (place[key] is not JsonObject next)
                place[key] = next = [];
            place = next;
        }

        if (path.Length > 1 && path[^1] == "kind" && ChangesKind(place, new JsonObject { ["kind"] = text }))
            place.Clear();
        place[path[^1]] = Value(setting, text);
    }

    private static JsonNode? Value(string setting, string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            return JsonValue.Create(whole);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            return JsonValue.Create(number);
        if (bool.TryParse(text, out bool flag))
            return JsonValue.Create(flag);
        if (!text.StartsWith('['))
            return JsonValue.Create(text);
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException problem)
        {
            throw new RecipeException($"--set {setting}: '{text}' is not a list; write it as [8, 16, 32].", problem);
        }
    }
}
