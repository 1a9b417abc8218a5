namespace Orrery.Environments.Process;

/// <summary>The processes that come with Orrery: run at set-points, recorded as a plant's historian does.</summary>
internal static class ProcessCatalogue
{
    private const int DefaultSteps = 10_000;

    /// <summary>What makes each one's physics, by name.</summary>
    public static IReadOnlyDictionary<string, Func<ProcessEquations>> Equations { get; } = new SortedDictionary<string, Func<ProcessEquations>>(StringComparer.Ordinal)
    {
        ["cascaded-tanks"] = () => new CascadedTanks(),
        ["cstr"] = () => new StirredTankReactor(),
        ["ph-neutralisation"] = () => new NeutralisationTank(),
        ["room-heating"] = () => new RoomHeating(),
    };

    /// <summary>Their entries in the catalogue.</summary>
    public static IEnumerable<EnvironmentEntry> Entries => Equations.Select(process => new EnvironmentEntry(
        process.Key, () => new ProcessEnvironment(process.Value()), settings => Collection(process.Key, process.Value, settings)));

    private static ProcessCollector Collection(string name, Func<ProcessEquations> create, CollectionSettings settings)
    {
        CollectionSettings.Refuse(name, settings.Episodes, "episodes", "say how many steps");
        CollectionSettings.Refuse(name, settings.Length, "length", "say how many steps");
        CollectionSettings.Refuse(name, settings.CrossingShare, "crossing-share", "it has no door");
        return new ProcessCollector(create, settings.Steps ?? DefaultSteps, settings.Seed);
    }
}
