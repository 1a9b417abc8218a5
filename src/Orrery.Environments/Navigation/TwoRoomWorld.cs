namespace Orrery.Environments.Navigation;

/// <summary>
/// The 224-pixel Two Room: a square with a border, split by one vertical wall with one door, and an agent with a radius. Lengths in px of the
/// picture, y downwards; places are the agent's centre.
/// </summary>
/// <remarks>Source: stable-worldmodel's <c>swm/TwoRoom-v1</c> with its default variations.</remarks>
internal static class TwoRoomWorld
{
    /// <summary>Side of the world and of its picture.</summary>
    public const int Size = 224;

    /// <summary>Where the left and the upper border end, and the rooms begin.</summary>
    public const int Near = 14;

    /// <summary>Where the rooms end, and the right and the lower border begin.</summary>
    public const int Far = 210;

    /// <summary>How thick the border's lines are drawn.</summary>
    public const int LineWidth = 4;

    /// <summary>x of the wall's center line.</summary>
    public const int Wall = 112;

    /// <summary>From the wall's center line to its faces.</summary>
    public const int HalfWall = 5;

    /// <summary>y of the door's center.</summary>
    public const int Door = 49;

    /// <summary>y of the door's upper edge.</summary>
    public const int DoorTop = Door - 14;

    /// <summary>y of the door's lower edge.</summary>
    public const int DoorBottom = Door + 14;

    /// <summary>The agent's radius, and the standard deviation of its dot in the picture.</summary>
    public const int Radius = 7;

    /// <summary>What an action of 1 moves the agent.</summary>
    public const float Speed = 5;

    /// <summary>A goal counts as reached below this distance.</summary>
    public const double SuccessDistance = 16;

    /// <summary>Least coordinate of a whole disk within the border.</summary>
    public const int Least = Near + Radius;

    /// <summary>Largest coordinate of a whole disk within the border.</summary>
    public const int Most = Far - Radius;

    /// <summary>Largest x of a whole disk in the left room.</summary>
    public const int LeftFace = Wall - HalfWall - Radius;

    /// <summary>Least x of a whole disk in the right room.</summary>
    public const int RightFace = Wall + HalfWall + Radius;

    /// <summary>Whether a place is left of the wall's center line.</summary>
    public static bool IsLeft(float x) => x < Wall;

    /// <summary>Whether something is drawn black at a pixel: the border's lines over the whole picture, and the wall without its door.</summary>
    public static bool IsBlack(int x, int y) => OnLine(x) || OnLine(y) || (Math.Abs(x - Wall) <= HalfWall && (y < DoorTop || y > DoorBottom));

    private static bool OnLine(int at) => at is (>= Near - LineWidth and < Near) or (>= Far and < Far + LineWidth);
}
