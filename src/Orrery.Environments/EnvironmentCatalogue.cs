using Orrery.Data;
using Orrery.Environments.Navigation;
using Orrery.Environments.Process;

namespace Orrery.Environments;

/// <summary>The environments that come with Orrery, by name.</summary>
public static class EnvironmentCatalogue
{
    private const int DefaultSteps = 10_000;

    /// <summary>Every name, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = ["cascaded-tanks", "cstr", "ph-neutralisation", "room-heating", "two-rooms"];

    /// <summary>The names of those that are run at set-points, in alphabetical order.</summary>
    public static IReadOnlyList<string> Processes { get; } = [.. Names.Where(name => Equations(name) is not null)];

    /// <summary>Creates an environment.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>The environment, reset with seed 0.</returns>
    /// <exception cref="OrreryDataException">There is no environment of that name.</exception>
    public static IEnvironment Create(string name) => Equations(name) is { } equations ? new ProcessEnvironment(equations)
        : name == "two-rooms" ? new TwoRooms()
        : throw Unknown(name, Names, "environment");

    /// <summary>Creates a process.</summary>
    /// <param name="name">One of <see cref="Processes"/>.</param>
    /// <returns>Its physics.</returns>
    /// <exception cref="OrreryDataException">There is no process of that name.</exception>
    public static ProcessEquations CreateProcess(string name) => Equations(name) ?? throw Unknown(name, Processes, "process");

    /// <summary>How an environment is explored when its data are collected.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="settings">How much.</param>
    /// <exception cref="OrreryDataException">There is no environment of that name, or a setting does not fit it.</exception>
    public static ICollection Collection(string name, CollectionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (Equations(name) is null)
        {
            using var known = Create(name);
            Refuse(name, settings.Steps is not null, "steps", "it is collected in episodes of a length");
            var defaults = new TwoRoomsCollection();
            var collection = defaults with
            {
                Episodes = settings.Episodes ?? defaults.Episodes,
                Length = settings.Length ?? defaults.Length,
                CrossingShare = settings.CrossingShare ?? defaults.CrossingShare,
                Seed = settings.Seed,
            };
            collection.Check();
            return collection;
        }

        Refuse(name, settings.Episodes is not null, "episodes", "say how many steps");
        Refuse(name, settings.Length is not null, "length", "say how many steps");
        Refuse(name, settings.CrossingShare is not null, "crossing-share", "it has no door");
        return new ProcessCollector(() => CreateProcess(name), settings.Steps ?? DefaultSteps, settings.Seed);
    }

    private static ProcessEquations? Equations(string name) => name switch
    {
        "cascaded-tanks" => new CascadedTanks(),
        "cstr" => new StirredTankReactor(),
        "ph-neutralisation" => new NeutralisationTank(),
        "room-heating" => new RoomHeating(),
        _ => null,
    };

    private static OrreryDataException Unknown(string name, IReadOnlyList<string> known, string what) => new(
        $"There is no {what} '{name}'.{NearestName.Suggest(name ?? "", known)} These exist: {string.Join(", ", known)}.");

    private static void Refuse(string name, bool isGiven, string option, string instead)
    {
        if (isGiven)
            throw new OrreryDataException($"The option '{option}' does not fit {name}: {instead}.");
    }
}
