using Orrery.Data;
using Orrery.Environments.Navigation;

namespace Orrery.Environments;

/// <summary>The environments that come with Orrery, by name.</summary>
public static class EnvironmentCatalogue
{
    /// <summary>Every name, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = ["two-rooms"];

    /// <summary>Creates an environment.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>The environment, reset with seed 0.</returns>
    /// <exception cref="OrreryDataException">There is no environment of that name.</exception>
    public static IEnvironment Create(string name) => name switch
    {
        "two-rooms" => new TwoRooms(),
        _ => throw new OrreryDataException(
            $"There is no environment '{name}'.{NearestName.Suggest(name ?? "", Names)} These exist: {string.Join(", ", Names)}."),
    };
}
