namespace Orrery.Environments.Navigation;

/// <summary>What differs between the published versions of the 65-pixel Two Rooms.</summary>
/// <param name="Name">Of the environment.</param>
/// <param name="Source">Where the rules come from.</param>
/// <param name="StepScale">Pixels that an action of 1 moves the dot.</param>
/// <param name="ConstantBounce">The bounce off a wall, px, on both axes; null for one drawn from 0.5 N(0, 1) each.</param>
/// <param name="IsColoured">Whether the picture is red, green and blue on white, or two channels: the dot, the walls.</param>
internal sealed record TwoRoomsRules(string Name, string Source, double StepScale, double? ConstantBounce, bool IsColoured)
{
    /// <summary>PLDM's (Sobal et al. 2025).</summary>
    public static TwoRoomsRules Pldm { get; } = new("two-rooms", "PLDM", 1, null, false);

    /// <summary>DINO-WM's (Zhou et al. 2024): an action of 1 is two pixels, and sliding always drifts to the right and down.</summary>
    public static TwoRoomsRules DinoWm { get; } = new("two-rooms-dino", "DINO-WM", 2, 0.5, true);

    /// <summary>DINO-WM's map: a wall of 7 pixels with its door at y = 30, and a larger dot.</summary>
    public static TwoRoomsLayout DinoWmLayout { get; } = new(WallWidth: 7, DoorCenter: 30, DotDeviation: 1.7);
}
