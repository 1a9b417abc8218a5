using Orrery.Data;
using Orrery.Environments.Control;
using Orrery.Environments.Navigation;
using Orrery.Environments.Process;
using Orrery.Environments.Pushing;

namespace Orrery.Environments;

/// <summary>The environments that come with Orrery, by name. Each family lists its own.</summary>
public static class EnvironmentCatalogue
{
    private static readonly SortedDictionary<string, EnvironmentEntry> Entries = new(
        ((IEnumerable<EnvironmentEntry>)
        [
            .. ControlCatalogue.Entries,
            .. NavigationCatalogue.Entries,
            .. ProcessCatalogue.Entries,
            .. PushingCatalogue.Entries,
        ]).ToDictionary(entry => entry.Name),
        StringComparer.Ordinal);

    /// <summary>Every name, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Keys];

    /// <summary>The names of those that are run at set-points, in alphabetical order.</summary>
    public static IReadOnlyList<string> Processes { get; } = [.. ProcessCatalogue.Equations.Keys];

    /// <summary>Creates an environment.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>The environment, reset with seed 0.</returns>
    /// <exception cref="OrreryDataException">There is no environment of that name, or a native library that it needs is missing.</exception>
    public static IEnvironment Create(string name) => Entry(name).Create();

    /// <summary>Creates a process.</summary>
    /// <param name="name">One of <see cref="Processes"/>.</param>
    /// <returns>Its physics.</returns>
    /// <exception cref="OrreryDataException">There is no process of that name.</exception>
    public static ProcessEquations CreateProcess(string name) =>
        ProcessCatalogue.Equations.TryGetValue(name ?? "", out var create) ? create() : throw Unknown(name, Processes, "process");

    /// <summary>How an environment is explored when its data are collected.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="settings">How much.</param>
    /// <exception cref="OrreryDataException">There is no environment of that name, or a setting does not fit it.</exception>
    public static ICollection Collection(string name, CollectionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Entry(name).Collection(settings);
    }

    private static EnvironmentEntry Entry(string name) =>
        Entries.TryGetValue(name ?? "", out var entry) ? entry : throw Unknown(name, Names, "environment");

    private static OrreryDataException Unknown(string? name, IReadOnlyList<string> known, string what) => new(
        $"There is no {what} '{name}'.{NearestName.Suggest(name ?? "", known)} These exist: {string.Join(", ", known)}.");
}
