namespace Orrery.Environments.Pushing;

/// <summary>The geometry of Push-T: window, walls, agent and the T, px.</summary>
internal static class PushTShape
{
    /// <summary>Side of the window.</summary>
    public const int Window = 512;

    /// <summary>The agent's radius.</summary>
    public const double AgentRadius = 15;

    /// <summary>Half a wall's thickness.</summary>
    public const double WallRadius = 2;

    /// <summary>The block's centre of gravity is at (0, this) in its own coordinates.</summary>
    public const double CenterOfGravity = 45;

    /// <summary>Area of the T.</summary>
    public const double Area = (120 * 30) + (30 * 90);

    /// <summary>The goal that gym-pusht draws and rewards.</summary>
    public static PushTPose FixedGoal { get; } = new(256, 256, 256, 256, Math.PI / 4);

    /// <summary>The walls, in the order in which they are added.</summary>
    public static IReadOnlyList<((double X, double Y) From, (double X, double Y) To)> Walls { get; } =
        [((5, 506), (5, 5)), ((5, 5), (506, 5)), ((506, 5), (506, 506)), ((5, 506), (506, 506))];

    /// <summary>The T's bar and stem, in its own coordinates; corners in the order in which Chipmunk is given them.</summary>
    public static IReadOnlyList<IReadOnlyList<(double X, double Y)>> Parts { get; } =
    [
        [(-60, 30), (60, 30), (60, 0), (-60, 0)],
        [(-15, 30), (-15, 120), (15, 120), (15, 30)],
    ];

    /// <summary>The T as one polygon, in its own coordinates.</summary>
    public static IReadOnlyList<(double X, double Y)> Outline { get; } =
        [(-60, 0), (60, 0), (60, 30), (15, 30), (15, 120), (-15, 120), (-15, 30), (-60, 30)];

    /// <summary>A point of the block's own coordinates in the world.</summary>
    public static (double X, double Y) ToWorld(PushTPose pose, double x, double y)
    {
        var (sine, cosine) = Math.SinCos(pose.Angle);
        return (pose.BlockX + (cosine * x) - (sine * y), pose.BlockY + (sine * x) + (cosine * y));
    }

    /// <summary>Distance from the agent's centre to the block; 0 inside.</summary>
    public static double AgentDistance(PushTPose pose)
    {
        var (sine, cosine) = Math.SinCos(pose.Angle);
        var (dx, dy) = (pose.AgentX - pose.BlockX, pose.AgentY - pose.BlockY);
        var (x, y) = ((cosine * dx) + (sine * dy), (cosine * dy) - (sine * dx));
        return Math.Min(ToBox(x, y, 60, 0, 30), ToBox(x, y, 15, 30, 120));
    }

    /// <summary>Share of the goal's T that the block covers, in [0, 1].</summary>
    public static double Coverage(PushTPose pose, PushTPose goal)
    {
        var area = 0.0;
        Span<(double X, double Y)> first = stackalloc (double, double)[16];
        Span<(double X, double Y)> second = stackalloc (double, double)[16];
        Span<(double X, double Y)> edges = stackalloc (double, double)[4];
        foreach (var target in Parts)
        {
            Transform(target, goal, edges);
            foreach (var part in Parts)
            {
                Transform(part, pose, first);
                area += Intersection(first, second, edges);
            }
        }

        return Math.Clamp(area / Area, 0, 1);
    }

    private static void Transform(IReadOnlyList<(double X, double Y)> part, PushTPose pose, Span<(double X, double Y)> corners)
    {
        for (var i = 0; i < part.Count; i++)
            corners[i] = ToWorld(pose, part[i].X, part[i].Y);
    }

    /// <summary>Cuts the four corners at the front of <paramref name="subject"/> by each edge in turn (Sutherland and Hodgman).</summary>
    private static double Intersection(Span<(double X, double Y)> subject, Span<(double X, double Y)> spare, ReadOnlySpan<(double X, double Y)> edges)
    {
        var count = edges.Length;
        var turn = Math.Sign(SignedArea(edges));
        for (var e = 0; e < edges.Length && count > 0; e++)
        {
            var (from, to) = (edges[e], edges[(e + 1) % edges.Length]);
            var kept = 0;
            for (var i = 0; i < count; i++)
            {
                var (a, b) = (subject[i], subject[(i + 1) % count]);
                var (sideA, sideB) = (turn * Side(from, to, a), turn * Side(from, to, b));
                if (sideA >= 0)
                    spare[kept++] = a;
                if ((sideA >= 0) == (sideB >= 0))
                    continue;
                var share = sideA / (sideA - sideB);
                spare[kept++] = (a.X + (share * (b.X - a.X)), a.Y + (share * (b.Y - a.Y)));
            }

            spare[..kept].CopyTo(subject);
            count = kept;
        }

        return count < 3 ? 0 : Math.Abs(SignedArea(subject[..count]));
    }

    private static double Side((double X, double Y) from, (double X, double Y) to, (double X, double Y) point) =>
        ((to.X - from.X) * (point.Y - from.Y)) - ((to.Y - from.Y) * (point.X - from.X));

    /// <summary>Relative to the first corner, so that small areas far from the origin keep their digits.</summary>
    private static double SignedArea(ReadOnlySpan<(double X, double Y)> corners)
    {
        var twice = 0.0;
        for (var i = 1; i + 1 < corners.Length; i++)
            twice += Side(corners[0], corners[i], corners[i + 1]);
        return twice / 2;
    }

    private static double ToBox(double x, double y, double halfWidth, double top, double bottom)
    {
        var dx = Math.Max(0, Math.Abs(x) - halfWidth);
        var dy = Math.Max(0, Math.Max(top - y, y - bottom));
        return Math.Sqrt((dx * dx) + (dy * dy));
    }
}
