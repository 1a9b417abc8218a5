namespace Orrery.Environments.Control;

/// <summary>The environments in which something is moved by forces.</summary>
internal static class ControlCatalogue
{
    private const int PictureSize = 64;
    private const int DefaultEpisodes = 1000;
    private const int MazeLength = 101;

    /// <summary>Their entries in the catalogue.</summary>
    public static IEnumerable<EnvironmentEntry> Entries { get; } =
    [
        Reacher("reacher", PictureSize),
        Reacher("reacher-224", 224),
        Reacher("reacher-state", 0),
        Reacher("reacher-proprioception", PictureSize, hasProprioception: true),
        .. new[] { PointMazeLayout.U, PointMazeLayout.Medium, PointMazeLayout.Large }.SelectMany(
            layout => (EnvironmentEntry[])[Maze(layout, PictureSize), Maze(layout, 0), Maze(layout, PictureSize, hasProprioception: true)]),
    ];

    private static EnvironmentEntry Reacher(string name, int pictureSize, bool hasProprioception = false)
    {
        return new(name, Create, wanted => Episodes(name, Create, () => new RandomExplorer(), "random", null, wanted));

        Reacher Create() => new(name, pictureSize, hasProprioception);
    }

    private static EnvironmentEntry Maze(PointMazeLayout layout, int pictureSize, bool hasProprioception = false)
    {
        var name = PointMaze.NameOf(layout, pictureSize, hasProprioception);
        return new(name, Create, wanted => Episodes(
            name, Create, () => new PointMazeExplorer(), "70 % way-points with noise, 30 % random", MazeLength, wanted));

        PointMaze Create() => new(layout, pictureSize, hasProprioception);
    }

    private static EpisodeCollection Episodes(
        string name, Func<Data.IEnvironment> create, Func<IExplorer> explorer, string policy, int? length, CollectionSettings wanted)
    {
        CollectionSettings.Refuse(name, wanted.Steps, "steps", "it is collected in episodes of a length");
        CollectionSettings.Refuse(name, wanted.CrossingShare, "crossing-share", "it has no door");
        return new EpisodeCollection(create, explorer, policy, wanted.Episodes ?? DefaultEpisodes, wanted.Length ?? length, wanted.Seed);
    }
}
