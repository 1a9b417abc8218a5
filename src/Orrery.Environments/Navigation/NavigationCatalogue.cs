namespace Orrery.Environments.Navigation;

/// <summary>The environments in which something finds its way.</summary>
internal static class NavigationCatalogue
{
    /// <summary>Their entries in the catalogue.</summary>
    public static IEnumerable<EnvironmentEntry> Entries { get; } =
    [
        new("two-rooms", () => new TwoRooms(), TwoRoomsEpisodes),
    ];

    private static TwoRoomsCollection TwoRoomsEpisodes(CollectionSettings settings)
    {
        CollectionSettings.Refuse("two-rooms", settings.Steps, "steps", "it is collected in episodes of a length");
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
}
