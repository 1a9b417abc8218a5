using Orrery.Tensors.Random;

namespace Orrery.Environments.Navigation;

/// <summary>The policy that collects: a <see cref="RoutedWalk"/> that is led through the one door.</summary>
internal sealed class TwoRoomsExplorer
{
    private readonly TwoRoomsLayout _layout;
    private readonly RoutedWalk _walk;

    public TwoRoomsExplorer(TwoRoomsLayout layout, TwoRoomsCollection settings)
    {
        _layout = layout;
        _walk = new RoutedWalk(settings, ThroughDoor);
    }

    /// <summary>Draws a start anywhere in free space, and whether and from when on this episode is led through the door.</summary>
    public (float X, float Y) Begin(RandomStream random)
    {
        (float X, float Y) start;
        do
        {
            start.X = (float)(TwoRoomsLayout.Near + ((TwoRoomsLayout.Far - TwoRoomsLayout.Near) * random.NextDouble()));
            start.Y = (float)(TwoRoomsLayout.Near + ((TwoRoomsLayout.Far - TwoRoomsLayout.Near) * random.NextDouble()));
        }
        while (!_layout.IsFree(start.X, start.Y));

        _walk.Begin(random);
        return start;
    }

    /// <summary>Draws the action of one step.</summary>
    public void Act(RandomStream random, int step, (float X, float Y) position, Span<float> action) => _walk.Act(random, step, position, action);

    private IReadOnlyList<(double X, double Y)> ThroughDoor(RandomStream random, (float X, float Y) position)
    {
        var fromLeft = position.X < _layout.WallCenter;
        var entrance = fromLeft ? _layout.WallLeft - 2.0 : _layout.WallRight + 2.0;
        var exit = fromLeft ? _layout.WallRight + 4.0 : _layout.WallLeft - 4.0;
        return [(entrance, DoorHeight()), (exit, DoorHeight())];

        double DoorHeight() => _layout.DoorCenter + (0.6 * _layout.DoorHalfGap * ((2 * random.NextDouble()) - 1));
    }
}
