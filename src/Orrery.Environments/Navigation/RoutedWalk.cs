using Orrery.Tensors.Random;

namespace Orrery.Environments.Navigation;

/// <summary>Way-points to another room, px, in order.</summary>
/// <param name="random">To draw from.</param>
/// <param name="position">Where the dot is, px.</param>
internal delegate IReadOnlyList<(double X, double Y)> RouteElsewhere(RandomStream random, (float X, float Y) position);

/// <summary>
/// A walk whose heading turns a little at each step. In some episodes it is led along a route to another room, again and again, with
/// pauses. It knows nothing of goals; only a lead looks at the position.
/// </summary>
/// <param name="settings">How long steps are, how steady the heading is, and how often it is led.</param>
/// <param name="route">Where a lead goes.</param>
internal sealed class RoutedWalk(TwoRoomsCollection settings, RouteElsewhere route)
{
    /// <summary>Concentration of the heading's noise while led: firm, but not the same line every time.</summary>
    private const double LedConcentration = 12;

    /// <summary>A way-point counts as reached within this distance, px.</summary>
    private const double Reached = 2;

    private IReadOnlyList<(double X, double Y)> _waypoints = [];
    private double _heading;
    private int _ledFrom;
    private int _nextWaypoint;

    /// <summary>Draws a heading, and whether and from when on this episode is led.</summary>
    public void Begin(RandomStream random)
    {
        _heading = Math.PI * ((2 * random.NextDouble()) - 1);
        _nextWaypoint = 0;
        _waypoints = [];
        _ledFrom = random.NextDouble() < settings.CrossingShare ? random.NextInt(1 + (settings.Length / 2)) : int.MaxValue;
    }

    /// <summary>Draws the action of one step, px.</summary>
    public void Act(RandomStream random, int step, (float X, float Y) position, Span<float> action)
    {
        if (step == _ledFrom)
            (_waypoints, _nextWaypoint) = (route(random, position), 0);
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

    private (double X, double Y)? Target((float X, float Y) position)
    {
        while (_nextWaypoint < _waypoints.Count)
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
