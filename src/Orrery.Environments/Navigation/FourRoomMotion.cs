using static Orrery.Environments.Navigation.FourRoomLayout;

namespace Orrery.Environments.Navigation;

/// <summary>How the dot of Four Room moves: its center goes straight and stops where it first meets the border or a wall.</summary>
/// <remarks>
/// This project's rule. Walls are open boxes: the center may be on a face and move along it, never inside. It does not slide: the rest of a
/// move that meets something is lost. Faces are whole numbers, so rounding to single precision puts the center on them exactly.
/// </remarks>
internal sealed class FourRoomMotion
{
    private const int Beyond = Size + 1;

    private readonly List<Box> _walls = [];

    /// <summary>Lays out the walls.</summary>
    public FourRoomMotion(FourRoomLayout layout)
    {
        Layout = layout;
        AddWall(layout.Top, layout.Bottom, (low, high) => new Box(Wall - HalfWall, Wall + HalfWall, low, high));
        AddWall(layout.Left, layout.Right, (low, high) => new Box(low, high, Wall - HalfWall, Wall + HalfWall));
    }

    /// <summary>The map.</summary>
    public FourRoomLayout Layout { get; }

    /// <summary>Whether the dot's center may be at (x, y) px.</summary>
    public bool IsFree(float x, float y)
    {
        if (!(x >= Near && x <= Far && y >= Near && y <= Far))
            return false;
        foreach (var wall in _walls)
        {
            if (x > wall.Left && x < wall.Right && y > wall.Top && y < wall.Bottom)
                return false;
        }

        return true;
    }

    /// <summary>Moves the dot.</summary>
    /// <param name="from">Where it is, px; free.</param>
    /// <param name="by">Where it wants to go, relative, px; of any length.</param>
    /// <returns>Where it is then, px; free.</returns>
    public (float X, float Y) Move((float X, float Y) from, (float X, float Y) by)
    {
        var (dx, dy) = ((double)by.X, (double)by.Y);
        var share = Math.Min(SweptLine.ShareWithin(Near, Far, from.X, dx), SweptLine.ShareWithin(Near, Far, from.Y, dy));
        foreach (var wall in _walls)
        {
            var (enterX, leaveX) = Inside(wall.Left, wall.Right, from.X, dx);
            var (enterY, leaveY) = Inside(wall.Top, wall.Bottom, from.Y, dy);
            var (enter, leave) = (Math.Max(enterX, enterY), Math.Min(leaveX, leaveY));
            if (enter < leave && leave > 0 && enter < share)
                share = Math.Max(0, enter);
        }

        return ((float)(from.X + (share * dx)), (float)(from.Y + (share * dy)));
    }

    /// <summary>From which share of a move to which a coordinate is between two lines; from +infinity on if never.</summary>
    private static (double Enter, double Leave) Inside(double low, double high, double at, double by)
    {
        if (by == 0)
            return at > low && at < high ? (double.NegativeInfinity, double.PositiveInfinity) : (double.PositiveInfinity, double.NegativeInfinity);
        var (first, second) = ((low - at) / by, (high - at) / by);
        return by > 0 ? (first, second) : (second, first);
    }

    /// <summary>A wall's two halves, each in one piece or before and behind its door. They overlap where the walls cross, so that no seam is open.</summary>
    private void AddWall(int firstDoor, int secondDoor, Func<int, int, Box> piece)
    {
        AddHalf(-1, Wall + HalfWall, firstDoor);
        AddHalf(Wall - HalfWall, Beyond, secondDoor);

        void AddHalf(int low, int high, int door)
        {
            if (door == Closed)
            {
                _walls.Add(piece(low, high));
                return;
            }

            _walls.Add(piece(low, door - HalfGap));
            _walls.Add(piece(door + HalfGap, high));
        }
    }

    private readonly record struct Box(int Left, int Right, int Top, int Bottom);
}
