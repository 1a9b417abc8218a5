namespace Orrery.Environments.Navigation;

/// <summary>
/// The map of Two Rooms, in pixels: a square with a border, split by one vertical wall with one door.
/// Source: the "wall" environment of PLDM (Sobal et al. 2025); its defaults.
/// </summary>
/// <param name="WallCenter">x of the wall's centre line.</param>
/// <param name="WallWidth">Thickness of the wall, odd.</param>
/// <param name="DoorCenter">y of the door's centre.</param>
/// <param name="DoorHalfGap">Half of the door's opening.</param>
/// <param name="DotDeviation">Standard deviation of the Gaussian dot in the picture.</param>
public sealed record TwoRoomsLayout(
    int WallCenter = 32,
    int WallWidth = 3,
    int DoorCenter = 10,
    int DoorHalfGap = 4,
    double DotDeviation = 1.3)
{
    /// <summary>Width and height of the picture and of the world.</summary>
    public const int Size = 65;

    /// <summary>x of the left border and y of the top border.</summary>
    public const int Near = 4;

    /// <summary>x of the right border and y of the bottom border.</summary>
    public const int Far = 60;

    /// <summary>x of the wall's left face.</summary>
    public int WallLeft => WallCenter - (WallWidth / 2);

    /// <summary>x of the wall's right face.</summary>
    public int WallRight => WallCenter + (WallWidth / 2);

    /// <summary>y of the door's upper edge.</summary>
    public int DoorTop => DoorCenter - DoorHalfGap;

    /// <summary>y of the door's lower edge.</summary>
    public int DoorBottom => DoorCenter + DoorHalfGap;

    /// <summary>Whether a dot may be at (x, y): inside the border, and outside the wall or in the door.</summary>
    public bool IsFree(float x, float y) =>
        x > Near && x < Far && y > Near && y < Far
        && (x < WallLeft || x > WallRight || (y >= DoorTop && y <= DoorBottom));
}
