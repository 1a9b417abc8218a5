using System.Buffers.Binary;
using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Tensors.Random;
using static Orrery.Environments.Navigation.FourRoomLayout;

namespace Orrery.Environments.Navigation;

/// <summary>
/// A dot in four rooms of a square, with doors at other places in every episode, some of them closed, and with dots of another colour that
/// wander about and mean nothing. It must get to a place in another room.
/// </summary>
/// <remarks>
/// The state holds the map, so that a goal state shows its own map; distractors are no part of it, and a goal picture shows them where they are.
/// </remarks>
internal sealed class FourRoom : IGoalEnvironment
{
    /// <summary>Largest norm of an action, px per step.</summary>
    public const double ActionLimit = TwoRooms.ActionLimit;

    /// <summary>A goal counts as reached below this distance, px.</summary>
    public const double SuccessDistance = TwoRooms.SuccessDistance;

    /// <summary>Steps after which an episode is truncated.</summary>
    public const int StepLimit = 300;

    /// <summary>Numbers in the state: x, y and four doors.</summary>
    public const int StateSize = 2 + Count;

    /// <summary>Starts and goals are so far from every wall, px.</summary>
    private const double Margin = 2 * FourRoomPainter.DotDeviation;

    private const int DistractorCount = 3;
    private const int HeaderSize = 4 + 4 + (StateSize * sizeof(float));
    private const uint SavedMark = 0x314D5246; // "FRM1"
    private const int DotColor = 0xDC2626;
    private const int DistractorColor = 0x2563EB;

    private readonly Distractors _distractors = new(DistractorCount, Near, Far);
    private readonly FourRoomPainter _painter = new();
    private readonly FourRoomPainter _elsewhere = new();
    private FourRoomMotion _motion = new(new FourRoomLayout(FirstLow, SecondLow, FirstLow, SecondLow));
    private (float X, float Y) _position;
    private int _steps;

    /// <summary>Creates the environment, reset with seed 0.</summary>
    public FourRoom()
    {
        Specification = new EnvironmentSpecification(
            "four-room",
            "A dot in four rooms with doors elsewhere in every episode, among dots that mean nothing; go to a place in another room, seen as a picture.",
            new ImageSpace("picture", 3, Size, Size),
            new VectorSpace("displacement", [new Dimension("dx", "px", -ActionLimit, ActionLimit), new Dimension("dy", "px", -ActionLimit, ActionLimit)]),
            new VectorSpace(
                "position and map",
                [
                    new Dimension("x", "px", Near, Far),
                    new Dimension("y", "px", Near, Far),
                    .. ((string[])["top_door_y", "bottom_door_y", "left_door_x", "right_door_x"]).Select((name, door) => new Dimension(name, "px", Closed, Range(door).High)),
                ]),
            SamplingTime: 1,
            TimeUnit: "step",
            StepLimit,
            $"The dot is less than {SuccessDistance} px from the goal.",
            ActionLimit);
        Reset(0);
    }

    /// <summary>The present map.</summary>
    public FourRoomLayout Layout => _motion.Layout;

    /// <inheritdoc/>
    public EnvironmentSpecification Specification { get; }

    /// <summary>Draws a map, puts the dot at a random place of a random room, and the distractors anywhere.</summary>
    public void Reset(ulong seed)
    {
        RandomStream random = new(seed, "four-room start");
        Use(Sample(random));
        _position = SampleRoom(random, random.NextInt(Count));
        _distractors.Reset(seed);
        _steps = 0;
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<float> action)
    {
        if (action.Length != 2)
            throw new ArgumentException($"FourRoom.Step: an action of {action.Length} numbers came; 2 (dx, dy) were needed.", nameof(action));
        if (!float.IsFinite(action[0]) || !float.IsFinite(action[1]))
            throw new ArgumentException($"FourRoom.Step: the action ({action[0]}, {action[1]}) is not finite; both numbers must be.", nameof(action));
        _position = _motion.Move(_position, (action[0], action[1]));
        _distractors.Step();
        _steps++;
        return new StepResult(0, Terminated: false, Truncated: _steps >= StepLimit);
    }

    /// <inheritdoc/>
    public void Observe(Span<byte> pixels)
    {
        CheckPicture(pixels.Length);
        _painter.Observe(pixels, Layout, _position, _distractors.Places);
    }

    /// <inheritdoc/>
    public void Observe(Span<float> vector) =>
        throw new InvalidOperationException("FourRoom.Observe: it is seen as a picture; pass bytes instead of floats.");

    /// <inheritdoc/>
    public void ObserveAt(ReadOnlySpan<float> state, Span<byte> pixels)
    {
        CheckPicture(pixels.Length);
        var motion = MotionOf(state);
        _elsewhere.Observe(pixels, motion.Layout, (state[0], state[1]), _distractors.Places);
    }

    /// <inheritdoc/>
    public void ReadState(Span<float> state)
    {
        CheckLength(state.Length);
        (state[0], state[1]) = _position;
        WriteMap(Layout, state);
    }

    /// <summary>Sets the map, and puts the dot at (x, y) px; distractors and the step counter stay as they are.</summary>
    public void WriteState(ReadOnlySpan<float> state)
    {
        _motion = MotionOf(state);
        _position = (state[0], state[1]);
    }

    /// <summary>One map; start and goal in two of its rooms, a margin away from every wall (2 standard deviations of the dot).</summary>
    public void SampleTask(ulong seed, Span<float> startState, Span<float> goalState)
    {
        CheckLength(startState.Length);
        CheckLength(goalState.Length);
        RandomStream random = new(seed, "four-room task");
        var layout = Sample(random);
        var room = random.NextInt(Count);
        (startState[0], startState[1]) = SampleRoom(random, room);
        (goalState[0], goalState[1]) = SampleRoom(random, (room + 1 + random.NextInt(Count - 1)) % Count);
        WriteMap(layout, startState);
        WriteMap(layout, goalState);
    }

    /// <inheritdoc/>
    public bool IsSuccess(ReadOnlySpan<float> state, ReadOnlySpan<float> goalState)
    {
        CheckLength(state.Length);
        CheckLength(goalState.Length);
        double dx = state[0] - goalState[0];
        double dy = state[1] - goalState[1];
        return Math.Sqrt((dx * dx) + (dy * dy)) < SuccessDistance;
    }

    /// <inheritdoc/>
    public byte[] Save()
    {
        var saved = new byte[HeaderSize + _distractors.SavedSize];
        BinaryPrimitives.WriteUInt32LittleEndian(saved, SavedMark);
        BinaryPrimitives.WriteInt32LittleEndian(saved.AsSpan(4), _steps);
        Span<float> state = stackalloc float[StateSize];
        ReadState(state);
        for (var i = 0; i < StateSize; i++)
            BinaryPrimitives.WriteSingleLittleEndian(saved.AsSpan(8 + (i * sizeof(float))), state[i]);
        _distractors.Save(saved.AsSpan(HeaderSize));
        return saved;
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        var size = HeaderSize + _distractors.SavedSize;
        if (saved.Length != size || BinaryPrimitives.ReadUInt32LittleEndian(saved) != SavedMark)
            throw new ArgumentException($"FourRoom.Restore: {saved.Length} bytes came that FourRoom.Save did not write; {size} bytes of it were needed.", nameof(saved));
        Span<float> state = stackalloc float[StateSize];
        for (var i = 0; i < StateSize; i++)
            state[i] = BinaryPrimitives.ReadSingleLittleEndian(saved[(8 + (i * sizeof(float)))..]);
        WriteState(state);
        _steps = BinaryPrimitives.ReadInt32LittleEndian(saved[4..]);
        _distractors.Restore(saved[HeaderSize..]);
    }

    /// <inheritdoc/>
    public void Render(Span<byte> rgb, int width, int height)
    {
        const double Radius = 1.5 * FourRoomPainter.DotDeviation;
        Span<SceneDisc> discs = stackalloc SceneDisc[DistractorCount + 1];
        for (var i = 0; i < DistractorCount; i++)
            discs[i] = new SceneDisc(_distractors.Places[i].X, _distractors.Places[i].Y, Radius, DistractorColor);
        discs[DistractorCount] = new SceneDisc(_position.X, _position.Y, Radius, DotColor);
        ScenePicture.Draw(rgb, width, height, Size, Ground, discs);
    }

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }

    /// <summary>A place in a room, a margin away from every wall, px.</summary>
    internal static (float X, float Y) SampleRoom(RandomStream random, int room)
    {
        return (Along(room % 2 == 0), Along(room / 2 == 0));

        float Along(bool first)
        {
            var (low, high) = first ? (Near, Wall - HalfWall) : (Wall + HalfWall, Far);
            return (float)(low + Margin + ((high - low - (2 * Margin)) * random.NextDouble()));
        }
    }

    private static void WriteMap(FourRoomLayout layout, Span<float> state)
    {
        for (var door = 0; door < Count; door++)
            state[2 + door] = layout[door];
    }

    private static void CheckLength(int length)
    {
        if (length != StateSize)
            throw new ArgumentException($"FourRoom: a state of {length} numbers came; {StateSize} (x, y and four doors) were needed.");
    }

    private static void CheckPicture(int length)
    {
        if (length != 3 * Size * Size)
            throw new ArgumentException($"FourRoom: a picture of {length} bytes came; {3 * Size * Size} ([3, {Size}, {Size}]) were needed.");
    }

    private int Ground(int x, int y)
    {
        if (Layout.IsWall(x, y))
            return ScenePicture.Wall;
        return IsOutside(x) || IsOutside(y) ? ScenePicture.Outside : ScenePicture.Room;

        static bool IsOutside(int at) => at is < Near or > Far;
    }

    private void Use(FourRoomLayout layout)
    {
        if (layout != Layout)
            _motion = new FourRoomMotion(layout);
    }

    /// <summary>The walls of the map that a state holds.</summary>
    /// <exception cref="ArgumentException">It is no state of this environment, or its dot is in a wall.</exception>
    private FourRoomMotion MotionOf(ReadOnlySpan<float> state)
    {
        CheckLength(state.Length);
        for (var door = 0; door < Count; door++)
        {
            var (low, high) = Range(door);
            if (!IsDoor(door, state[2 + door]))
                throw new ArgumentException($"FourRoom: {Specification.State.Dimensions[2 + door].Name} is {state[2 + door]}; needed is a whole number from {low} to {high}, or {Closed} for a closed door.", nameof(state));
        }

        FourRoomLayout layout = new((int)state[2], (int)state[3], (int)state[4], (int)state[5]);
        if (!layout.IsConnected)
            throw new ArgumentException("FourRoom: more than one door is closed; at most one may be, so that every room can be reached.", nameof(state));
        var motion = layout == Layout ? _motion : new FourRoomMotion(layout);
        if (!motion.IsFree(state[0], state[1]))
            throw new ArgumentException($"FourRoom: the dot cannot be at ({state[0]}, {state[1]}): that is in a wall or outside the rooms.", nameof(state));
        return motion;
    }
}
