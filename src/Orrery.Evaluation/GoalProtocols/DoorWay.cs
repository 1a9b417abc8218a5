namespace Orrery.Evaluation.GoalProtocols;

/// <summary>The shortest way between two points of a square that a thin vertical wall with one door divides.</summary>
internal static class DoorWay
{
    /// <summary>Its length: straight within a room, and over the best point of the door between the rooms.</summary>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="wall">x of the wall.</param>
    /// <param name="doorLow">Lowest y at which the door is passed.</param>
    /// <param name="doorHigh">Highest y at which it is passed.</param>
    public static double Length((double X, double Y) from, (double X, double Y) to, double wall, double doorLow, double doorHigh)
    {
        if ((from.X < wall) == (to.X < wall))
            return Distance(from, to);

        // Where the straight line meets the wall, or the edge of the door that is nearest to it: the sum of two distances is convex in y.
        double share = from.X == to.X ? 0 : (wall - from.X) / (to.X - from.X);
        double y = Math.Clamp(from.Y + (share * (to.Y - from.Y)), doorLow, doorHigh);
        return Distance(from, (wall, y)) + Distance((wall, y), to);
    }

    /// <summary>Euclidean distance.</summary>
    public static double Distance((double X, double Y) from, (double X, double Y) to) =>
        Math.Sqrt(((from.X - to.X) * (from.X - to.X)) + ((from.Y - to.Y) * (from.Y - to.Y)));
}
