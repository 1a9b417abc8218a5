using Orrery.Tensors.Random;

namespace Orrery.Environments.Navigation;

/// <summary>
/// The map of Four Room, px: a square with a border, split by two walls that cross in its middle. Each of the four halves of the walls
/// has a door, open or closed.
/// </summary>
/// <param name="Top">y of the center of the door in the vertical wall's upper half; <see cref="Closed"/> for none.</param>
/// <param name="Bottom">y of the door in its lower half.</param>
/// <param name="Left">x of the door in the horizontal wall's left half.</param>
/// <param name="Right">x of the door in its right half.</param>
internal sealed record FourRoomLayout(int Top, int Bottom, int Left, int Right)
{
    /// <summary>Side of the picture and of the world.</summary>
    public const int Size = 65;

    /// <summary>Coordinate of the left and the upper border.</summary>
    public const int Near = 4;

    /// <summary>Coordinate of the right and the lower border.</summary>
    public const int Far = 60;

    /// <summary>Coordinate of both walls' center lines.</summary>
    public const int Wall = 32;

    /// <summary>From a wall's center line to its faces.</summary>
    public const int HalfWall = 1;

    /// <summary>From a door's center to its edges.</summary>
    public const int HalfGap = 4;

    /// <summary>Number of doors, and of rooms.</summary>
    public const int Count = 4;

    /// <summary>In place of a door's center: it is closed.</summary>
    public const int Closed = 0;

    /// <summary>Least center of a door in the upper or left half of a wall.</summary>
    public const int FirstLow = Near + HalfGap + 1;

    /// <summary>Largest center of it.</summary>
    public const int FirstHigh = Wall - HalfWall - HalfGap - 1;

    /// <summary>Least center of a door in the lower or right half of a wall.</summary>
    public const int SecondLow = Wall + HalfWall + HalfGap + 1;

    /// <summary>Largest center of it.</summary>
    public const int SecondHigh = Far - HalfGap - 1;

    /// <summary>Probability with which each door is closed, before maps without a way are drawn again.</summary>
    public const double ClosedShare = 0.25;

    /// <summary>A door's center along its wall, in the order top, bottom, left, right.</summary>
    public int this[int door] => door switch { 0 => Top, 1 => Bottom, 2 => Left, _ => Right };

    /// <summary>Whether every room can be reached: the rooms form a ring, so at most one door may be closed.</summary>
    public bool IsConnected => IsClosed(Top) + IsClosed(Bottom) + IsClosed(Left) + IsClosed(Right) <= 1;

    /// <summary>Draws a map in which every room can be reached.</summary>
    /// <param name="random">To draw from.</param>
    public static FourRoomLayout Sample(RandomStream random)
    {
        while (true)
        {
            FourRoomLayout layout = new(First(), Second(), First(), Second());
            if (layout.IsConnected)
                return layout;
        }

        int First() => Door(FirstLow, FirstHigh);
        int Second() => Door(SecondLow, SecondHigh);

        int Door(int low, int high)
        {
            var center = low + random.NextInt(high - low + 1);
            return random.NextDouble() < ClosedShare ? Closed : center;
        }
    }

    /// <summary>Whether a door can be there: closed, or a whole number within its half of the wall.</summary>
    public static bool IsDoor(int door, float center)
    {
        var (low, high) = Range(door);
        return center == Closed || (center >= low && center <= high && center == MathF.Floor(center));
    }

    /// <summary>Least and largest center of a door that is open.</summary>
    public static (int Low, int High) Range(int door) => IsFirst(door) ? (FirstLow, FirstHigh) : (SecondLow, SecondHigh);

    /// <summary>The room that a place is in: 0 top left, 1 top right, 2 bottom left, 3 bottom right; the walls' center lines belong to the right and the bottom.</summary>
    public static int RoomOf(float x, float y) => (x < Wall ? 0 : 1) + (y < Wall ? 0 : 2);

    /// <summary>The two rooms that a door joins, the left or upper one first.</summary>
    public static (int First, int Second) Rooms(int door) => door switch { 0 => (0, 1), 1 => (2, 3), 2 => (0, 2), _ => (1, 3) };

    /// <summary>Whether a door is passed along x: it is in the vertical wall.</summary>
    public static bool IsPassedAlongX(int door) => door < 2;

    /// <summary>Whether a wall or the border is drawn at a pixel. The border's lines go over the whole picture.</summary>
    public bool IsWall(int x, int y)
    {
        if (x is Near or Far || y is Near or Far)
            return true;
        return (Math.Abs(x - Wall) <= HalfWall && !InDoor(y, Top) && !InDoor(y, Bottom))
            || (Math.Abs(y - Wall) <= HalfWall && !InDoor(x, Left) && !InDoor(x, Right));

        static bool InDoor(int along, int center) => center != Closed && Math.Abs(along - center) <= HalfGap;
    }

    private static int IsClosed(int center) => center == Closed ? 1 : 0;

    private static bool IsFirst(int door) => door is 0 or 2;
}
