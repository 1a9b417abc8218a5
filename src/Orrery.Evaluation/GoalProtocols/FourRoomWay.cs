namespace Orrery.Evaluation.GoalProtocols;

/// <summary>The shortest way in Four Room: two thin walls that cross in the middle, and a door in each half of a wall. States are x, y and the doors' centers (top, bottom, left, right), px.</summary>
internal static class FourRoomWay
{
    private const double Wall = 32;
    private const int Closed = 0;

    /// <summary>The dot stays so far from a door's center at most, px: 1 px from its edges.</summary>
    private const double Reach = 3;

    /// <summary>Each door's best point depends on those beside it; after so many rounds they have settled to well below a pixel.</summary>
    private const int Rounds = 6;

    /// <summary>Once around the rooms, by their number (0 top left, 1 top right, 2 bottom left, 3 bottom right).</summary>
    private static ReadOnlySpan<int> Rooms => [0, 1, 3, 2];

    /// <summary>Once around: the door from each of <see cref="Rooms"/> to the next, as its place in the state.</summary>
    private static ReadOnlySpan<int> Doors => [2, 5, 3, 4];

    /// <summary>Length of the shortest way, px; infinite where every way is closed.</summary>
    /// <param name="state">Where it begins.</param>
    /// <param name="goal">Where it ends; its doors count.</param>
    public static double Length(ReadOnlySpan<float> state, ReadOnlySpan<float> goal)
    {
        (double X, double Y) from = (state[0], state[1]), to = (goal[0], goal[1]);
        int first = Place(from), last = Place(to);
        return first == last
            ? DoorWay.Distance(from, to)
            : Math.Min(Around(from, to, first, last, goal, 1), Around(from, to, first, last, goal, -1));
    }

    private static int Place((double X, double Y) at) => Rooms.IndexOf((at.X < Wall ? 0 : 1) + (at.Y < Wall ? 0 : 2));

    private static double Around((double X, double Y) from, (double X, double Y) to, int first, int last, ReadOnlySpan<float> map, int turn)
    {
        Span<int> doors = stackalloc int[Rooms.Length];
        int count = 0;
        for (int room = first; room != last; room = Next(room, turn))
        {
            int door = Doors[turn > 0 ? room : Next(room, turn)];
            if (map[door] == Closed)
                return double.PositiveInfinity;
            doors[count++] = door;
        }

        Span<(double X, double Y)> points = stackalloc (double X, double Y)[count + 2];
        (points[0], points[count + 1]) = (from, to);
        for (int door = 0; door < count; door++)
            points[door + 1] = IsInVerticalWall(doors[door]) ? (Wall, map[doors[door]]) : (map[doors[door]], Wall);
        for (int round = 0; round < (count == 1 ? 1 : Rounds); round++)
            for (int door = 0; door < count; door++)
                points[door + 1] = Best(points[door], points[door + 2], doors[door], map);
        double length = 0;
        for (int point = 0; point <= count; point++)
            length += DoorWay.Distance(points[point], points[point + 1]);
        return length;
    }

    private static int Next(int room, int turn) => (room + turn + Rooms.Length) % Rooms.Length;

    private static bool IsInVerticalWall(int door) => door is 2 or 3;

    /// <summary>The point of a door that makes the way between two others the shortest: on the straight line, or the nearest to it.</summary>
    private static (double X, double Y) Best((double X, double Y) before, (double X, double Y) after, int door, ReadOnlySpan<float> map)
    {
        if (!IsInVerticalWall(door))
        {
            (double y, double x) = Best((before.Y, before.X), (after.Y, after.X), map[door]);
            return (x, y);
        }

        return Best(before, after, map[door]);

        static (double X, double Y) Best((double X, double Y) before, (double X, double Y) after, double center)
        {
            double share = before.X == after.X ? 0 : (Wall - before.X) / (after.X - before.X);
            return (Wall, Math.Clamp(before.Y + (share * (after.Y - before.Y)), center - Reach, center + Reach));
        }
    }
}
