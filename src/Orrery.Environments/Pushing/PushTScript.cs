using Orrery.Tensors.Random;

namespace Orrery.Environments.Pushing;

/// <summary>
/// A noisy pusher by rules: it draws a pose for the block, goes round behind the block, and pushes it there, off the centre
/// of gravity where it must turn; it draws another when that is reached or has taken long.
/// </summary>
internal sealed class PushTScript(RandomStream random)
{
    /// <summary>Distance from the centre of gravity at which it goes round, px: clear of every corner of the block.</summary>
    private const double Clearance = 115;

    /// <summary>
    /// How far ahead of itself it aims at least and at most, px; one step covers about a third of that. Drawn for each pose, evenly on a
    /// logarithmic scale: so it moves the T about as people do, 34 px in 25 steps (median) where they move it by 28.
    /// </summary>
    private const double LeastReach = 9, MostReach = 50;

    /// <summary>Standard deviation of the aim, as a share of how far ahead it is.</summary>
    private const double Noise = 0.16;

    /// <summary>Most steps for one drawn pose.</summary>
    private const int Patience = 60;

    private (double X, double Y, double Angle) _wanted;
    private double _reach;
    private int _left;

    /// <summary>Where the agent shall be pulled to.</summary>
    public (double X, double Y) Target(PushTPose pose)
    {
        var center = PushTShape.ToWorld(pose, 0, PushTShape.CenterOfGravity);
        if (_left-- <= 0 || Length(_wanted.X - center.X, _wanted.Y - center.Y) < 12)
        {
            _wanted = (Between(130, 382), Between(130, 382), Between(0, Math.Tau));
            _reach = LeastReach * Math.Pow(MostReach / LeastReach, random.NextDouble());
            _left = Patience;
        }

        var (aheadX, aheadY) = Unit(_wanted.X - center.X, _wanted.Y - center.Y);

        // Pushing on the side (-aheadY, aheadX) turns the block from x towards y, so it is offset against the wanted turn.
        var turn = Math.IEEERemainder(_wanted.Angle - pose.Angle, Math.Tau);
        var offset = -Math.Clamp(40 * turn, -30, 30);
        var (lineX, lineY) = (center.X - (offset * aheadY), center.Y + (offset * aheadX));
        var (fromX, fromY) = (pose.AgentX - center.X, pose.AgentY - center.Y);
        var along = (fromX * aheadX) + (fromY * aheadY);
        var aside = (fromY * aheadX) - (fromX * aheadY) - offset;
        (double X, double Y) aim;
        if (along < 0 && Math.Abs(aside) < 25)
            aim = (pose.AgentX + (_reach * aheadX) - (aside * -aheadY), pose.AgentY + (_reach * aheadY) - (aside * aheadX));
        else
            aim = Round(pose, center, (lineX - (Clearance * aheadX), lineY - (Clearance * aheadY)));
        return (Inside(aim.X + (Noise * _reach * random.NextNormal())), Inside(aim.Y + (Noise * _reach * random.NextNormal())));
    }

    /// <summary>Straight to a place behind the block, or along a circle about it where the block is in the way.</summary>
    private (double X, double Y) Round(PushTPose pose, (double X, double Y) center, (double X, double Y) behind)
    {
        var here = Math.Atan2(pose.AgentY - center.Y, pose.AgentX - center.X);
        var there = Math.Atan2(behind.Y - center.Y, behind.X - center.X);
        var way = Math.IEEERemainder(there - here, Math.Tau);
        if (Math.Abs(way) < 0.5)
            return Ahead(pose, behind);
        var next = here + Math.Clamp(way, -0.6, 0.6);
        return Ahead(pose, (center.X + (Clearance * Math.Cos(next)), center.Y + (Clearance * Math.Sin(next))));
    }

    private (double X, double Y) Ahead(PushTPose pose, (double X, double Y) place)
    {
        var (dx, dy) = (place.X - pose.AgentX, place.Y - pose.AgentY);
        var shrink = Math.Min(1, _reach / Math.Max(1e-9, Length(dx, dy)));
        return (pose.AgentX + (shrink * dx), pose.AgentY + (shrink * dy));
    }

    private static double Inside(double value) => Math.Clamp(value, 25, PushTShape.Window - 25);

    private static (double X, double Y) Unit(double x, double y)
    {
        var length = Math.Max(1e-9, Length(x, y));
        return (x / length, y / length);
    }

    private static double Length(double x, double y) => Math.Sqrt((x * x) + (y * y));

    private double Between(double low, double high) => low + ((high - low) * random.NextDouble());
}
