namespace Orrery.Evaluation.GoalProtocols;

/// <summary>
/// The walls of the 224-pixel Two Room as a disk of radius 7 px meets them: a border, and a vertical wall of 10 px with one door. Positions
/// are the disk's centre, px.
/// </summary>
/// <remarks>Sizes: stable-worldmodel's TwoRoom with its default door. That the whole disk must clear the door is CLEAR-LeWM's correction.</remarks>
internal static class DiskRooms
{
    /// <summary>x of the wall's centre line.</summary>
    public const double Wall = 112;

    /// <summary>Least y of a disk that passes the door straight.</summary>
    public const double DoorLow = DoorTop + Radius;

    /// <summary>Largest y of a disk that passes the door straight.</summary>
    public const double DoorHigh = DoorBottom - Radius;

    private const double Radius = 7;
    private const double HalfWall = 5;
    private const double DoorTop = 49 - 14;
    private const double DoorBottom = 49 + 14;
    private const double Near = 14 + Radius;
    private const double Far = 210 - Radius;

    /// <summary>What single-precision positions may be off by where they touch a wall, px.</summary>
    private const double Rounding = 1e-3;

    /// <summary>Whether the point is left of the wall's centre line.</summary>
    public static bool IsLeft(ReadOnlySpan<float> place) => place[0] < Wall;

    /// <summary>Whether the whole disk is in a room: within the border and clear of the wall and of its door.</summary>
    public static bool IsInRoom(ReadOnlySpan<float> place) => IsInside(place) && Math.Abs(place[0] - Wall) >= HalfWall + Radius - Rounding;

    /// <summary>Whether a disk that is swept from one place to another touches nothing on its way.</summary>
    public static bool IsLegal(ReadOnlySpan<float> from, ReadOnlySpan<float> to)
    {
        // The border is convex: if it is clear at both ends, it is in between. The lower part of the wall is the upper one turned over.
        (double X, double Y) a = (from[0], from[1]), b = (to[0], to[1]);
        return IsInside(from) && IsInside(to)
            && Clearance(a, b, DoorTop) >= Radius - Rounding
            && Clearance((a.X, -a.Y), (b.X, -b.Y), -DoorBottom) >= Radius - Rounding;
    }

    /// <summary>Whether a move goes from one room to the other and is legal.</summary>
    public static bool IsCrossing(ReadOnlySpan<float> from, ReadOnlySpan<float> to) => IsLeft(from) != IsLeft(to) && IsLegal(from, to);

    private static bool IsInside(ReadOnlySpan<float> place) =>
        place[0] >= Near - Rounding && place[0] <= Far + Rounding && place[1] >= Near - Rounding && place[1] <= Far + Rounding;

    /// <summary>Distance between a line from a to b and the part of the wall above y = <paramref name="edge"/>, which goes on upwards without end.</summary>
    private static double Clearance((double X, double Y) a, (double X, double Y) b, double edge)
    {
        const double Left = Wall - HalfWall, Right = Wall + HalfWall;
        if (Enters(a, b, Left, Right, edge))
            return 0;
        return Math.Min(
            Math.Min(ToWall(a, edge), ToWall(b, edge)),
            Math.Min(ToLine((Left, edge), a, b), ToLine((Right, edge), a, b)));

        static double ToWall((double X, double Y) point, double edge)
        {
            double dx = Math.Max(0, Math.Abs(point.X - Wall) - HalfWall), dy = Math.Max(0, point.Y - edge);
            return Math.Sqrt((dx * dx) + (dy * dy));
        }
    }

    private static bool Enters((double X, double Y) a, (double X, double Y) b, double left, double right, double edge)
    {
        (double low, double high) = (0, 1);
        double run = b.X - a.X;
        if (run == 0)
        {
            if (a.X < left || a.X > right)
                return false;
        }
        else
        {
            double first = (left - a.X) / run, second = (right - a.X) / run;
            (low, high) = (Math.Max(low, Math.Min(first, second)), Math.Min(high, Math.Max(first, second)));
        }

        return low <= high && Math.Min(a.Y + (low * (b.Y - a.Y)), a.Y + (high * (b.Y - a.Y))) <= edge;
    }

    private static double ToLine((double X, double Y) point, (double X, double Y) a, (double X, double Y) b)
    {
        double dx = b.X - a.X, dy = b.Y - a.Y, squared = (dx * dx) + (dy * dy);
        double share = squared == 0 ? 0 : Math.Clamp((((point.X - a.X) * dx) + ((point.Y - a.Y) * dy)) / squared, 0, 1);
        return DoorWay.Distance(point, (a.X + (share * dx), a.Y + (share * dy)));
    }
}
