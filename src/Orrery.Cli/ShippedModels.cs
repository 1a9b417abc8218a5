namespace Orrery.Cli;

/// <summary>The trained models that come with Orrery, so that there is something to plan with at once. Each is named like the environment that it models.</summary>
internal static class ShippedModels
{
    private static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Every name, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        Directory.Exists(Root) ? [.. Directory.EnumerateDirectories(Root).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)] : [];

    /// <summary>Where a model is; null where there is none of that name.</summary>
    public static string? Find(string name) => Names.Contains(name) ? Path.Combine(Root, name) : null;
}
