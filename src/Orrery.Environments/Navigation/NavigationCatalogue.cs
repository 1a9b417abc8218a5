using System.Globalization;
using Orrery.Data;

namespace Orrery.Environments.Navigation;

/// <summary>The environments in which something finds its way.</summary>
internal static class NavigationCatalogue
{
    /// <summary>eb_jepa's share of episodes that are led through the door.</summary>
    private const double RandomWallCrossingShare = 0.35;

    /// <summary>Rows in which a walk through several rooms has room.</summary>
    private const int FourRoomLength = 151;

    private const int ExpertEpisodes = 2000;
    private const int ExpertLength = 101;

    /// <summary>Their entries in the catalogue.</summary>
    public static IEnumerable<EnvironmentEntry> Entries { get; } =
    [
        new("four-room", () => new FourRoom(), settings =>
        {
            var walk = Walk("four-room", new TwoRoomsCollection(Length: FourRoomLength), settings);
            return Episodes(() => new FourRoom(), () => new FourRoomExplorer(walk), walk);
        }),
        new("two-rooms", () => new TwoRooms(), settings => Walk("two-rooms", new TwoRoomsCollection(), settings)),
        new("two-rooms-random", () => new RandomTwoRooms(), settings => Episodes(
            "two-rooms-random", () => new RandomTwoRooms(), environment => ((RandomTwoRooms)environment).Layout, 1,
            new TwoRoomsCollection(CrossingShare: RandomWallCrossingShare), settings)),
        new("two-rooms-dino", DinoWm, settings => Episodes(
            "two-rooms-dino", DinoWm, environment => ((TwoRooms)environment).Layout, TwoRoomsRules.DinoWm.StepScale, new TwoRoomsCollection(), settings)),
        .. new[]
        {
            new TwoRoomSettings(),
            new TwoRoomSettings(PictureSize: TwoRoomPainter.SmallSize),
            new TwoRoomSettings(IsSwept: true),
            new TwoRoomSettings(IsSwept: true, TwoRoomPainter.SmallSize),
        }.Select(room => new EnvironmentEntry(room.Name, () => new TwoRoom(room), settings => Expert(room, settings))),
    ];

    private static TwoRooms DinoWm() => new(TwoRoomsRules.DinoWmLayout, TwoRoomsRules.DinoWm);

    private static EpisodeCollection Episodes(
        string name, Func<IEnvironment> create, Func<IEnvironment, TwoRoomsLayout> layout, double stepScale, TwoRoomsCollection defaults, CollectionSettings settings)
    {
        var walk = Walk(name, defaults, settings);
        return Episodes(create, () => new LedWalk(layout, walk, stepScale), walk);
    }

    private static EpisodeCollection Episodes(Func<IEnvironment> create, Func<IExplorer> explorer, TwoRoomsCollection walk) => new(
        create, explorer, "led walk", walk.Episodes, walk.Length, walk.Seed,
        [new("crossingShare", walk.CrossingShare.ToString("R", CultureInfo.InvariantCulture))]);

    private static EpisodeCollection Expert(TwoRoomSettings room, CollectionSettings settings)
    {
        CollectionSettings.Refuse(room.Name, settings.Steps, "steps", "it is collected in episodes of a length");
        CollectionSettings.Refuse(room.Name, settings.CrossingShare, "crossing-share", "its expert always goes through the door to targets in the other room");
        return new EpisodeCollection(
            () => new TwoRoom(room), () => new TwoRoomExpert(aligns: room.IsSwept), "noisy expert", settings.Episodes ?? ExpertEpisodes,
            settings.Length ?? ExpertLength, settings.Seed,
            [
                new("noise", TwoRoomExpert.PublishedNoise.ToString("R", CultureInfo.InvariantCulture)),
                new("repeat", TwoRoomExpert.PublishedRepeat.ToString("R", CultureInfo.InvariantCulture)),
            ]);
    }

    private static TwoRoomsCollection Walk(string name, TwoRoomsCollection defaults, CollectionSettings settings)
    {
        CollectionSettings.Refuse(name, settings.Steps, "steps", "it is collected in episodes of a length");
        var collection = defaults with
        {
            Episodes = settings.Episodes ?? defaults.Episodes,
            Length = settings.Length ?? defaults.Length,
            CrossingShare = settings.CrossingShare ?? defaults.CrossingShare,
            Seed = settings.Seed,
        };
        collection.Check(name);
        return collection;
    }
}
