using static Orrery.Environments.Navigation.TwoRoomWorld;

namespace Orrery.Environments.Navigation;

/// <summary>How the agent of the 224-pixel Two Room moves: pure functions of where it is and how far it wants to go.</summary>
internal static class TwoRoomMotion
{
    /// <summary>How far beyond the door's edges the published rule still lets the agent's center pass.</summary>
    private const double DoorSlack = 1.75;

    /// <summary>How far off the wall's face the published rule puts an agent that met it.</summary>
    private const double Throwback = 0.5;

    /// <summary>An action's displacement, px: each number cut off at 1 on its own, not by the norm.</summary>
    /// <param name="action">[2].</param>
    public static (float X, float Y) Displacement(ReadOnlySpan<float> action) =>
        (Math.Clamp(action[0], -1f, 1f) * Speed, Math.Clamp(action[1], -1f, 1f) * Speed);

    /// <summary>The published rule: only where a move would end meets walls, and the radius counts across the wall but not along its door.</summary>
    /// <remarks>
    /// The end is cut off at the border first; the door is looked up at the y that is left then. An agent inside the wall's
    /// thickness whose y leaves the door is put before the face of the side that its center was on.
    /// </remarks>
    /// <param name="from">px.</param>
    /// <param name="by">px.</param>
    /// <returns>px.</returns>
    public static (float X, float Y) EndPoint((float X, float Y) from, (float X, float Y) by)
    {
        double x = Math.Clamp((double)(float)(from.X + by.X), Least, Most);
        double y = Math.Clamp((double)(float)(from.Y + by.Y), Least, Most);
        var fromLeft = IsLeft(from.X);
        var meetsWall = fromLeft ? x > LeftFace : x < RightFace;
        if (meetsWall && !(y >= DoorTop - DoorSlack && y <= DoorBottom + DoorSlack))
            x = fromLeft ? LeftFace - Throwback : RightFace + Throwback;
        return ((float)x, (float)y);
    }

    /// <summary>
    /// The swept rule: the whole disk moves along a straight line and stops where it first touches the border, a face of the wall, or an edge
    /// or corner of the door. It does not slide; what is left of the move is lost. Moving along a wall that it touches is no contact.
    /// </summary>
    /// <remarks>
    /// That motion is that of a swept disk which must clear the door with its whole radius is CLEAR-LeWM's correction; stopping at the first
    /// contact is this project's rule. Contacts are found in double precision; the place is rounded to single precision, so that the disk
    /// may be in a corner by that rounding (below 1e-5 px), and then only moves that lead out of it are possible.
    /// </remarks>
    /// <param name="from">px; clear of all walls.</param>
    /// <param name="by">px.</param>
    /// <returns>px.</returns>
    public static (float X, float Y) Swept((float X, float Y) from, (float X, float Y) by)
    {
        var (dx, dy) = ((double)by.X, (double)by.Y);
        var share = Math.Min(SweptLine.ShareWithin(Least, Most, from.X, dx), SweptLine.ShareWithin(Least, Most, from.Y, dy));
        share = Math.Min(share, Math.Min(ShareToFace(from, dx, dy), ShareToDoorEdge(from, dx, dy)));
        foreach (var cornerX in (ReadOnlySpan<int>)[Wall - HalfWall, Wall + HalfWall])
        {
            foreach (var cornerY in (ReadOnlySpan<int>)[DoorTop, DoorBottom])
                share = Math.Min(share, ShareToCorner(from.X - (double)cornerX, from.Y - (double)cornerY, dx, dy));
        }

        return ((float)(from.X + (share * dx)), (float)(from.Y + (share * dy)));
    }

    /// <summary>Whether a disk at (x, y) px is within the border and clear of the wall, but for single precision's rounding.</summary>
    public static bool IsClear(float x, float y)
    {
        const double Rounding = 1e-5;
        if (!(x >= Least && x <= Most && y >= Least && y <= Most))
            return false;
        var (across, along) = (Math.Max(0, Math.Abs(x - (double)Wall) - HalfWall), Math.Max(0, Math.Min(y - (double)DoorTop, DoorBottom - (double)y)));
        return Math.Sqrt((across * across) + (along * along)) >= Radius - Rounding;
    }

    private static double ShareToFace((float X, float Y) from, double dx, double dy)
    {
        if (dx == 0 || IsLeft(from.X) != (dx > 0))
            return 1;
        var share = SweptLine.ShareTo(dx > 0 ? LeftFace : RightFace, from.X, dx);
        var y = from.Y + (share * dy);
        return y > DoorTop && y < DoorBottom ? 1 : share;
    }

    private static double ShareToDoorEdge((float X, float Y) from, double dx, double dy)
    {
        var share = SweptLine.ShareTo(dy > 0 ? DoorBottom - Radius : DoorTop + Radius, from.Y, dy);
        return Math.Abs(from.X + (share * dx) - Wall) > HalfWall ? 1 : share;
    }

    /// <summary>Share of the move after which the disk touches a corner of the door.</summary>
    /// <param name="x">From the corner to the disk's center, px.</param>
    /// <param name="y">The same.</param>
    /// <param name="dx">The move, px.</param>
    /// <param name="dy">The same.</param>
    private static double ShareToCorner(double x, double y, double dx, double dy)
    {
        var towards = -((x * dx) + (y * dy));
        var squared = (dx * dx) + (dy * dy);

        // How far the line passes by the corner, as a cross product: exact for moves along a face, which only graze it.
        var aside = (x * dy) - (y * dx);
        var inside = (squared * Radius * Radius) - (aside * aside);
        return towards <= 0 || inside <= 0 ? 1 : Math.Clamp((towards - Math.Sqrt(inside)) / squared, 0, 1);
    }
}
