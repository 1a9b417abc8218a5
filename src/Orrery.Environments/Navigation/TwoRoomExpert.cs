using Orrery.Data;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Navigation;

/// <summary>
/// stable-worldmodel's expert for the 224-pixel Two Room: through the door and to a target, with noise. Targets are drawn as the environment's
/// tasks are; once one is reached, the next one lies in the other room.
/// </summary>
/// <remarks>
/// A unit vector towards where it goes, so never slower near it, plus N(0, noise) on each component; now and then the previous action again; cut off
/// at 1. As published it heads for the door's center until it is near it. A disk that must clear the door would get stuck so: with
/// <paramref name="aligns"/> it first goes to a point before the door, then straight to one behind it.
/// </remarks>
/// <param name="aligns">Line up with the door before going through it.</param>
/// <param name="noise">Standard deviation of the noise, in units of an action.</param>
/// <param name="repeat">Probability of doing the same as at the step before.</param>
internal sealed class TwoRoomExpert(bool aligns, double noise = TwoRoomExpert.PublishedNoise, double repeat = TwoRoomExpert.PublishedRepeat) : IExplorer
{
    /// <summary>The noise of the published dataset.</summary>
    public const double PublishedNoise = 2;

    /// <summary>The probability of a repetition in the published dataset.</summary>
    public const double PublishedRepeat = 0.05;

    /// <summary>At the door, as published: so near to its center, px.</summary>
    private const double AtDoor = 10.5;

    /// <summary>Points before and behind the door are so far from the wall's center line, px.</summary>
    private const double StandOff = 20;

    /// <summary>Lined up: so near to the door's center along the wall, px; 7 px are free on both sides.</summary>
    private const double LinedUp = 5;

    private readonly float[] _state = new float[2];
    private readonly float[] _target = new float[2];
    private readonly float[] _unused = new float[2];
    private readonly float[] _previous = new float[2];
    private RandomStream? _random;

    /// <inheritdoc/>
    public void Begin(IEnvironment environment, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
        ((IGoalEnvironment)environment).SampleTask(random.NextULong(), _state, _target);
        environment.WriteState(_state);
    }

    /// <inheritdoc/>
    public void Act(IEnvironment environment, int step, Span<float> action)
    {
        var random = _random ?? throw new InvalidOperationException("TwoRoomExpert.Act: the episode has not begun; call Begin first.");
        var goals = (IGoalEnvironment)environment;
        environment.ReadState(_state);
        if (goals.IsSuccess(_state, _target))
            DrawTarget(goals, random);
        if (step > 0 && random.NextDouble() < repeat)
        {
            _previous.CopyTo(action);
            return;
        }

        var (x, y) = aligns ? ThroughDoorAligned() : ThroughDoor();
        var (dx, dy) = (x - _state[0], y - _state[1]);
        var length = Math.Max(Math.Sqrt((dx * dx) + (dy * dy)), 1e-6);
        action[0] = (float)Math.Clamp((dx / length) + (noise * random.NextNormal()), -1, 1);
        action[1] = (float)Math.Clamp((dy / length) + (noise * random.NextNormal()), -1, 1);
        action.CopyTo(_previous);
    }

    private void DrawTarget(IGoalEnvironment environment, RandomStream random)
    {
        do
            environment.SampleTask(random.NextULong(), _unused, _target);
        while (TwoRoomWorld.IsLeft(_target[0]) == TwoRoomWorld.IsLeft(_state[0]));
    }

    private (double X, double Y) ThroughDoor()
    {
        if (TwoRoomWorld.IsLeft(_state[0]) == TwoRoomWorld.IsLeft(_target[0]))
            return (_target[0], _target[1]);
        double dx = _state[0] - TwoRoomWorld.Wall, dy = _state[1] - TwoRoomWorld.Door;
        return Math.Sqrt((dx * dx) + (dy * dy)) < AtDoor ? (_target[0], _target[1]) : (TwoRoomWorld.Wall, TwoRoomWorld.Door);
    }

    private (double X, double Y) ThroughDoorAligned()
    {
        var goesLeft = TwoRoomWorld.IsLeft(_target[0]);
        var inDoor = _state[0] is > TwoRoomWorld.LeftFace and < TwoRoomWorld.RightFace;
        if (!inDoor && TwoRoomWorld.IsLeft(_state[0]) == goesLeft)
            return (_target[0], _target[1]);
        var isLinedUp = inDoor || Math.Abs(_state[1] - TwoRoomWorld.Door) <= LinedUp;
        return (isLinedUp == goesLeft ? TwoRoomWorld.Wall - StandOff : TwoRoomWorld.Wall + StandOff, TwoRoomWorld.Door);
    }
}
