namespace Orrery.Environments.Control;

/// <summary>The shortest way for the ball's centre between two places of a point maze: taut strings around the corners of its walls.</summary>
public sealed class PointMazeWay
{
    /// <summary>A string may lie along a wall: what cuts less than this into one sees past it, m.</summary>
    private const double Touch = 1e-6;

    private readonly (double Low, double High, double Left, double Right)[] _walls;
    private readonly (double X, double Y)[] _corners;
    private readonly double[,] _between;

    /// <summary>Measures a maze.</summary>
    /// <param name="maze"><c>point-maze-u</c>, <c>point-maze-medium</c> or <c>point-maze-large</c>.</param>
    /// <exception cref="ArgumentException">There is no such maze.</exception>
    public PointMazeWay(string maze)
    {
        var layout = new[] { PointMazeLayout.U, PointMazeLayout.Medium, PointMazeLayout.Large }.FirstOrDefault(known => known.Name == maze)
            ?? throw new ArgumentException($"PointMazeWay: there is no maze '{maze}'; there are point-maze-u, point-maze-medium and point-maze-large.", nameof(maze));
        List<(double, double, double, double)> walls = [];
        List<(double, double)> corners = [];
        for (var row = 0; row < layout.Rows; row++)
        {
            for (var column = 0; column < layout.Columns; column++)
            {
                if (!layout.IsWall((row, column)))
                    continue;
                var (x, y, half) = PointMazeLayout.Blocked((row, column));
                walls.Add((x - half, x + half, y - half, y + half));
                foreach (var (down, right) in (ReadOnlySpan<(int, int)>)[(-1, -1), (-1, 1), (1, -1), (1, 1)])
                {
                    if (!layout.IsWall((row + down, column)) && !layout.IsWall((row, column + right)) && !layout.IsWall((row + down, column + right)))
                        corners.Add((x + (down * half), y + (right * half)));
                }
            }
        }

        (_walls, _corners) = ([.. walls], [.. corners]);
        _between = ShortestBetweenCorners();
    }

    /// <summary>Length of the shortest way, m. A ball that has run into a wall counts as at its face.</summary>
    /// <param name="from">Begins with the ball's position, m.</param>
    /// <param name="to">Begins with the ball's position, m.</param>
    /// <returns>Infinity where no way leads there, as from outside the maze.</returns>
    public double Length(ReadOnlySpan<float> from, ReadOnlySpan<float> to)
    {
        (double X, double Y) first = Free((from[0], from[1])), last = Free((to[0], to[1]));
        if (Sees(first, last))
            return Distance(first, last);
        Span<double> onwards = stackalloc double[_corners.Length];
        for (var corner = 0; corner < onwards.Length; corner++)
            onwards[corner] = Sees(_corners[corner], last) ? Distance(_corners[corner], last) : double.PositiveInfinity;
        var shortest = double.PositiveInfinity;
        for (var corner = 0; corner < onwards.Length; corner++)
        {
            if (!Sees(first, _corners[corner]))
                continue;
            var before = Distance(first, _corners[corner]);
            for (var other = 0; other < onwards.Length; other++)
                shortest = Math.Min(shortest, before + _between[corner, other] + onwards[other]);
        }

        return shortest;
    }

    /// <summary>Floyd's and Warshall's algorithm over the corners that see each other.</summary>
    private double[,] ShortestBetweenCorners()
    {
        var count = _corners.Length;
        var between = new double[count, count];
        for (var a = 0; a < count; a++)
        {
            for (var b = 0; b < count; b++)
                between[a, b] = Sees(_corners[a], _corners[b]) ? Distance(_corners[a], _corners[b]) : double.PositiveInfinity;
        }

        for (var over = 0; over < count; over++)
        {
            for (var a = 0; a < count; a++)
            {
                for (var b = 0; b < count; b++)
                    between[a, b] = Math.Min(between[a, b], between[a, over] + between[over, b]);
            }
        }

        return between;
    }

    private (double X, double Y) Free((double X, double Y) place)
    {
        foreach (var (low, high, left, right) in _walls)
        {
            var (x, y) = place;
            if (x <= low || x >= high || y <= left || y >= right)
                continue;
            var nearest = Math.Min(Math.Min(x - low, high - x), Math.Min(y - left, right - y));
            place = nearest == x - low ? (low, y) : nearest == high - x ? (high, y) : nearest == y - left ? (x, left) : (x, right);
        }

        return place;
    }

    private bool Sees((double X, double Y) from, (double X, double Y) to)
    {
        foreach (var (low, high, left, right) in _walls)
        {
            double enter = 0, leave = 1;
            if (Crosses(from.X, to.X - from.X, low + Touch, high - Touch, ref enter, ref leave)
                && Crosses(from.Y, to.Y - from.Y, left + Touch, right - Touch, ref enter, ref leave))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Cuts the shares of the way at which a line is between two borders; false when nothing is left.</summary>
    private static bool Crosses(double at, double step, double low, double high, ref double enter, ref double leave)
    {
        if (step == 0)
            return at > low && at < high;
        double first = (low - at) / step, last = (high - at) / step;
        (enter, leave) = (Math.Max(enter, Math.Min(first, last)), Math.Min(leave, Math.Max(first, last)));
        return enter < leave;
    }

    private static double Distance((double X, double Y) a, (double X, double Y) b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)));
}
