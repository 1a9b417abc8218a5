namespace Orrery.Environments.Navigation;

/// <summary>
/// How the dot of Two Rooms moves: straight, until it meets something, from which it bounces off a little.
/// A pure function of where it is, where it wants to go and the two random numbers of the bounce.
/// </summary>
/// <remarks>
/// PLDM's rule. Touching a wall counts as meeting it. Two cases that the published rule leaves open are closed here, so
/// that the dot can never be inside a wall: a dot exactly on the door's edge slides too, and a move that would still end
/// outside the free space (possible only beyond the action limit, or through a corner by rounding) leaves it where it was.
/// </remarks>
public static class TwoRoomsMotion
{
    /// <summary>How far inside a touched wall the dot is put, in pixels.</summary>
    private const float Clearance = 0.3f;

    /// <summary>Moves the dot.</summary>
    /// <param name="layout">The map.</param>
    /// <param name="from">Where it is, px; in free space.</param>
    /// <param name="step">The action, px.</param>
    /// <param name="bounce">Displacement of the bounce, px; used only when something is met. PLDM: 0.5 N(0, 1) each.</param>
    /// <returns>Where it is then, px; in free space.</returns>
    public static (float X, float Y) Move(TwoRoomsLayout layout, (float X, float Y) from, (float X, float Y) step, (double X, double Y) bounce)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var wanted = (X: from.X + step.X, Y: from.Y + step.Y);
        var next = SlideOnDoorEdge(layout, from, wanted, bounce) ?? BounceOffWall(layout, from, wanted, bounce) ?? wanted;
        return layout.IsFree(next.X, next.Y) ? next : from;
    }

    /// <summary>Whether this move needs the random numbers of a bounce.</summary>
    internal static bool Meets(TwoRoomsLayout layout, (float X, float Y) from, (float X, float Y) step)
    {
        var wanted = (X: from.X + step.X, Y: from.Y + step.Y);
        return SlideOnDoorEdge(layout, from, wanted, default) is not null || BounceOffWall(layout, from, wanted, default) is not null;
    }

    /// <summary>Leaving the door's opening through its upper or lower edge, within the wall's thickness.</summary>
    private static (float X, float Y)? SlideOnDoorEdge(
        TwoRoomsLayout layout, (float X, float Y) from, (float X, float Y) wanted, (double X, double Y) bounce)
    {
        double edge;
        double inward;
        if (wanted.Y > from.Y && from.Y <= layout.DoorBottom && wanted.Y > layout.DoorBottom)
            (edge, inward) = (layout.DoorBottom, -1);
        else if (wanted.Y < from.Y && from.Y >= layout.DoorTop && wanted.Y < layout.DoorTop)
            (edge, inward) = (layout.DoorTop, 1);
        else
            return null;

        var crossing = from.X + ((wanted.X - (double)from.X) * (edge - from.Y) / (wanted.Y - (double)from.Y));
        if (crossing < layout.WallLeft || crossing > layout.WallRight)
            return null;
        return ((float)(crossing + bounce.X), (float)(edge + (inward * Math.Abs(bounce.Y))));
    }

    /// <summary>Meeting the border or the wall's face; of two that are met, the nearer one.</summary>
    private static (float X, float Y)? BounceOffWall(
        TwoRoomsLayout layout, (float X, float Y) from, (float X, float Y) wanted, (double X, double Y) bounce)
    {
        var inLeftRoom = layout.WallCenter > from.X;
        double left = inLeftRoom ? TwoRoomsLayout.Near : layout.WallRight;
        double right = inLeftRoom ? layout.WallLeft : TwoRoomsLayout.Far;
        const double Top = TwoRoomsLayout.Near;
        const double Bottom = TwoRoomsLayout.Far;

        var vertical = Crossing(from.X, wanted.X, from.Y, wanted.Y, left);
        var wall = left;
        if (!vertical.Hit || (!inLeftRoom && InDoor(layout, vertical.Along)))
        {
            vertical = Crossing(from.X, wanted.X, from.Y, wanted.Y, right);
            wall = right;
            if (vertical.Hit && inLeftRoom && InDoor(layout, vertical.Along))
                vertical.Hit = false;
        }

        var horizontal = Crossing(from.Y, wanted.Y, from.X, wanted.X, Top);
        var floor = Top;
        if (!horizontal.Hit)
        {
            horizontal = Crossing(from.Y, wanted.Y, from.X, wanted.X, Bottom);
            floor = Bottom;
        }

        if (!vertical.Hit && !horizontal.Hit)
            return null;

        // Both lie on the same line from the start, so the share of the way compares the distances.
        double x;
        double y;
        if (vertical.Hit && (!horizontal.Hit || vertical.Share < horizontal.Share))
        {
            x = wall + (Math.Sign(from.X - wall) * Math.Abs(bounce.X));
            y = vertical.Along + bounce.Y;
        }
        else
        {
            x = horizontal.Along + bounce.X;
            y = floor + (Math.Sign(from.Y - floor) * Math.Abs(bounce.Y));
        }

        return (Inside((float)x, (float)left, (float)right), Inside((float)y, (float)Top, (float)Bottom));
    }

    /// <summary>Where the line from one point to another meets the line <paramref name="at"/>; touching counts.</summary>
    private static (bool Hit, double Share, double Along) Crossing(double from, double to, double acrossFrom, double acrossTo, double at)
    {
        if (Math.Sign(from - at) * Math.Sign(to - at) > 0)
            return (false, 0, 0);
        var share = from == to ? 0 : (at - from) / (to - from);
        return (true, share, acrossFrom + ((acrossTo - acrossFrom) * share));
    }

    private static bool InDoor(TwoRoomsLayout layout, double y) => y >= layout.DoorTop && y <= layout.DoorBottom;

    private static float Inside(float value, float low, float high)
    {
        if (value <= low)
            return low + Clearance;
        return value >= high ? high - Clearance : value;
    }
}
