using Orrery.Data;
using Orrery.Tensors.Random;
using static Orrery.Environments.Navigation.FourRoomLayout;

namespace Orrery.Environments.Navigation;

/// <summary>The policy that collects in Four Room: a <see cref="RoutedWalk"/> that is led through the fewest doors to a place in another room.</summary>
/// <param name="settings">How long steps are, how steady the heading is, and how often it is led.</param>
internal sealed class FourRoomExplorer(TwoRoomsCollection settings) : IExplorer
{
    /// <summary>A lead aims at places so far before a wall, px.</summary>
    private const double Before = 2;

    /// <summary>And so far behind it.</summary>
    private const double Behind = 4;

    /// <summary>Share of a door's opening that a lead goes through.</summary>
    private const double Opening = 0.6;

    private readonly float[] _state = new float[FourRoom.StateSize];
    private RandomStream? _random;
    private RoutedWalk? _walk;

    /// <inheritdoc/>
    public void Begin(IEnvironment environment, RandomStream random)
    {
        _random = random;
        var layout = ((FourRoom)environment).Layout;
        _walk = new RoutedWalk(settings, (random, position) => Route(layout, random, position));
        _walk.Begin(random);
    }

    /// <inheritdoc/>
    public void Act(IEnvironment environment, int step, Span<float> action)
    {
        if (_walk is null || _random is null)
            throw new InvalidOperationException("FourRoomExplorer.Act: the episode has not begun; call Begin first.");
        environment.ReadState(_state);
        _walk.Act(_random, step, (_state[0], _state[1]), action);
    }

    /// <summary>The doors of a way through the fewest, in order (breadth first).</summary>
    /// <param name="layout">The map.</param>
    /// <param name="from">A room.</param>
    /// <param name="to">Another one.</param>
    internal static IReadOnlyList<int> Doors(FourRoomLayout layout, int from, int to)
    {
        var ways = new List<int>?[Count];
        ways[from] = [];
        Queue<int> rooms = new([from]);
        while (ways[to] is null)
        {
            var room = rooms.Dequeue();
            for (var door = 0; door < Count; door++)
            {
                var (first, second) = Rooms(door);
                var next = room == first ? second : first;
                if (layout[door] == Closed || (room != first && room != second) || ways[next] is not null)
                    continue;
                ways[next] = [.. ways[room]!, door];
                rooms.Enqueue(next);
            }
        }

        return ways[to]!;
    }

    private static List<(double X, double Y)> Route(FourRoomLayout layout, RandomStream random, (float X, float Y) position)
    {
        var room = RoomOf(position.X, position.Y);
        var to = (room + 1 + random.NextInt(Count - 1)) % Count;
        List<(double X, double Y)> waypoints = [];
        foreach (var door in Doors(layout, room, to))
        {
            var isForward = Rooms(door).First == room;
            var along = layout[door] + (Opening * HalfGap * ((2 * random.NextDouble()) - 1));
            Add(door, isForward ? Wall - HalfWall - Before : Wall + HalfWall + Before, along);
            Add(door, isForward ? Wall + HalfWall + Behind : Wall - HalfWall - Behind, along);
            room = isForward ? Rooms(door).Second : Rooms(door).First;
        }

        var (x, y) = FourRoom.SampleRoom(random, to);
        waypoints.Add((x, y));
        return waypoints;

        void Add(int door, double across, double along) => waypoints.Add(IsPassedAlongX(door) ? (across, along) : (along, across));
    }
}
