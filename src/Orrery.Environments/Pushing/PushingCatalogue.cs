namespace Orrery.Environments.Pushing;

/// <summary>The environments in which something is pushed.</summary>
internal static class PushingCatalogue
{
    private const int DefaultEpisodes = 1000;
    private const int DefaultLength = 101;

    /// <summary>Their entries in the catalogue.</summary>
    public static IEnumerable<EnvironmentEntry> Entries { get; } =
    [
        .. new[]
        {
            new PushTSettings(),
            new PushTSettings(View: PushTView.Pose),
            new PushTSettings(View: PushTView.Corners),
            new PushTSettings(View: PushTView.PictureWithProprioception),
            new PushTSettings(PushTConvention.GymPushT, 96),
            new PushTSettings(PushTConvention.DinoWm, 224),
        }.Select(settings => new EnvironmentEntry(settings.Name, () => new PushT(settings), wanted => Episodes(settings, wanted))),
    ];

    private static EpisodeCollection Episodes(PushTSettings settings, CollectionSettings wanted)
    {
        CollectionSettings.Refuse(settings.Name, wanted.Steps, "steps", "it is collected in episodes of a length");
        CollectionSettings.Refuse(settings.Name, wanted.CrossingShare, "crossing-share", "it has no door");
        return new EpisodeCollection(
            () => new PushT(settings), () => new MixedPusher(), "70 % scripted pusher, 30 % weak policy", wanted.Episodes ?? DefaultEpisodes,
            wanted.Length ?? DefaultLength, wanted.Seed);
    }
}
