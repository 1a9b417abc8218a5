using Orrery.Tensors.Random;

namespace Orrery.Environments.Navigation;

/// <summary>
/// The policy that collects: a walk whose heading turns a little at each step. Some episodes are led through the door
/// again and again, with pauses. It knows nothing of goals; only the lead through the door looks at the position.
/// </summary>
internal sealed class TwoRoomsExplorer(TwoRoomsLayout layout, TwoRoomsCollection settings)
{
    /// <summary>Concentration of the heading's noise while led: firm, but not the same line every time.</summary>
    private const double LedConcentration = 12;

    /// <summary>A way-point counts as reached within this distance, px.</summary>
    private const double Reached = 2;

    private readonly (double X, double Y)[] _waypoints = new (double X, double Y)[2];
    private double _heading;
    private int _ledFrom;
    private int _nextWaypoint;

    /// <summary>Draws a start anywhere in free space, and whether and from when on this episode is led through the door.</summary>
    public (float X, float Y) Begin(RandomStream random)
    {
        (float X, float Y) start;
        do
        {
            start.X = (float)(TwoRoomsLayout.Near + ((TwoRoomsLayout.Far - TwoRoomsLayout.Near) * random.NextDouble()));
            start.Y = (float)(TwoRoomsLayout.Near + ((TwoRoomsLayout.Far - TwoRoomsLayout.Near) * random.NextDouble()));
        }
        while (!layout.IsFree(start.X, start.Y));

        _heading = Math.PI * ((2 * random.NextDouble()) - 1);
        _nextWaypoint = 0;
        _ledFrom = random.NextDouble() < settings.CrossingShare ? random.NextInt(1 + (settings.Length / 2)) : int.MaxValue;
        return start;
    }

    /// <summary>Draws the action of one step.</summary>
    public void Act(RandomStream random, int step, (float X, float Y) position, Span<float> action)
    {
        if (step == _ledFrom)
            AimThroughDoor(random, position);
        var led = step >= _ledFrom ? Target(position) : null;
        if (step >= _ledFrom && led is null)
            _ledFrom = step + 1 + random.NextInt(1 + (settings.Length / 4));
        if (led is { } target)
            _heading = Math.Atan2(target.Y - position.Y, target.X - position.X) + random.NextVonMises(LedConcentration);
        else
            _heading += random.NextVonMises(settings.Concentration);

        var length = StepLength(random);
        action[0] = (float)(length * Math.Cos(_heading));
        action[1] = (float)(length * Math.Sin(_heading));
    }

    private void AimThroughDoor(RandomStream random, (float X, float Y) position)
    {
        var fromLeft = position.X < layout.WallCenter;
        var entrance = fromLeft ? layout.WallLeft - 2.0 : layout.WallRight + 2.0;
        var exit = fromLeft ? layout.WallRight + 4.0 : layout.WallLeft - 4.0;
        _waypoints[0] = (entrance, DoorHeight());
        _waypoints[1] = (exit, DoorHeight());
        _nextWaypoint = 0;

        double DoorHeight() => layout.DoorCenter + (0.6 * layout.DoorHalfGap * ((2 * random.NextDouble()) - 1));
    }

    private (double X, double Y)? Target((float X, float Y) position)
    {
        while (_nextWaypoint < _waypoints.Length)
        {
            var (x, y) = _waypoints[_nextWaypoint];
            var distance = Math.Sqrt(((x - position.X) * (x - position.X)) + ((y - position.Y) * (y - position.Y)));
            if (distance > Reached)
                return (x, y);
            _nextWaypoint++;
        }

        return null;
    }

    /// <summary>Truncated normal by rejection; the mean lies in the range, so few draws are thrown away.</summary>
    private double StepLength(RandomStream random)
    {
        // A float's rounding must not take the action over the limit.
        const double Rounding = 1e-6;
        while (true)
        {
            var length = settings.StepMean + (settings.StepDeviation * random.NextNormal());
            if (length >= settings.StepLow && length <= settings.StepHigh)
                return length * (1 - Rounding);
        }
    }
}
