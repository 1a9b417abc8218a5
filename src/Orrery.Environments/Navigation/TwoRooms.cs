using System.Buffers.Binary;
using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Navigation;

/// <summary>
/// A dot in a square of two rooms that one door joins. It sees a picture of two channels (the dot, the walls), it acts by
/// a displacement in pixels, and it must get to a given place in the other room.
/// </summary>
/// <remarks>The "wall" environment of PLDM (Sobal et al. 2025) with its fixed wall; success within 4.5 px as in DINO-WM.</remarks>
public sealed class TwoRooms : IGoalEnvironment
{
    /// <summary>Largest norm of an action, px per step.</summary>
    public const double ActionLimit = 2.45;

    /// <summary>A goal counts as reached below this distance, px.</summary>
    public const double SuccessDistance = 4.5;

    /// <summary>Steps after which an episode is truncated.</summary>
    public const int StepLimit = 200;

    /// <summary>Scale of the bounce off a wall, px.</summary>
    private const double BounceScale = 0.5;

    private const int SavedSize = 4 + 4 + 4 + 4 + 8 + 8;
    private const uint SavedMark = 0x314D5254; // "TRM1"

    private readonly TwoRoomsRules _rules;
    private readonly RandomStream _bounces;
    private TwoRoomsPainter _painter;
    private (float X, float Y) _position;
    private int _steps;

    /// <summary>Creates the environment, reset with seed 0.</summary>
    /// <param name="layout">The map; PLDM's fixed wall when left out.</param>
    public TwoRooms(TwoRoomsLayout? layout = null)
        : this(layout ?? new TwoRoomsLayout(), TwoRoomsRules.Pldm)
    {
    }

    /// <summary>Creates the environment with other published rules, reset with seed 0.</summary>
    internal TwoRooms(TwoRoomsLayout layout, TwoRoomsRules rules)
    {
        Layout = layout;
        _rules = rules;
        _painter = new TwoRoomsPainter(Layout, rules.IsColoured);
        _bounces = new RandomStream(0, "two-rooms");
        var limit = ActionLimit / rules.StepScale;
        var unit = rules.StepScale == 1 ? "px" : $"{rules.StepScale} px";
        Specification = new EnvironmentSpecification(
            rules.Name,
            "A dot in two rooms joined by one door; go to a place in the other room, seen as a picture.",
            new ImageSpace("picture", rules.IsColoured ? 3 : 2, TwoRoomsLayout.Size, TwoRoomsLayout.Size),
            new VectorSpace("displacement", [new Dimension("dx", unit, -limit, limit), new Dimension("dy", unit, -limit, limit)]),
            new VectorSpace(
                "position",
                [new Dimension("x", "px", TwoRoomsLayout.Near, TwoRoomsLayout.Far), new Dimension("y", "px", TwoRoomsLayout.Near, TwoRoomsLayout.Far)]),
            SamplingTime: 1,
            TimeUnit: "step",
            StepLimit,
            $"The dot is less than {SuccessDistance} px from the goal.",
            limit);
        Reset(0);
    }

    /// <summary>The map.</summary>
    public TwoRoomsLayout Layout { get; private set; }

    /// <inheritdoc/>
    public EnvironmentSpecification Specification { get; }

    /// <summary>Puts the dot at a random place of a random room, a margin away from every wall.</summary>
    public void Reset(ulong seed)
    {
        var random = new RandomStream(seed, "two-rooms start");
        _position = SampleRoom(random, random.NextInt(2) == 0);
        _bounces.State = RandomState.Create(seed, "two-rooms bounces");
        _steps = 0;
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<float> action)
    {
        if (action.Length != 2)
            throw new ArgumentException($"TwoRooms.Step: an action of {action.Length} numbers came; 2 (dx, dy) were needed.", nameof(action));
        if (!float.IsFinite(action[0]) || !float.IsFinite(action[1]))
            throw new ArgumentException($"TwoRooms.Step: the action ({action[0]}, {action[1]}) is not finite; both numbers must be.", nameof(action));

        var step = ((float)(_rules.StepScale * action[0]), (float)(_rules.StepScale * action[1]));
        var bounce = !TwoRoomsMotion.Meets(Layout, _position, step) ? (0.0, 0.0)
            : _rules.ConstantBounce is { } drift ? (drift, drift)
            : (BounceScale * _bounces.NextNormal(), BounceScale * _bounces.NextNormal());
        _position = TwoRoomsMotion.Move(Layout, _position, step, bounce);
        _steps++;
        return new StepResult(0, Terminated: false, Truncated: _steps >= StepLimit);
    }

    /// <inheritdoc/>
    public void Observe(Span<byte> pixels)
    {
        CheckPicture(pixels.Length);
        _painter.Observe(pixels, _position.X, _position.Y);
    }

    /// <inheritdoc/>
    public void Observe(Span<float> vector) =>
        throw new InvalidOperationException("TwoRooms.Observe: it is seen as a picture; pass bytes instead of floats.");

    /// <inheritdoc/>
    public void ObserveAt(ReadOnlySpan<float> state, Span<byte> pixels)
    {
        CheckPicture(pixels.Length);
        CheckState(state);
        _painter.Observe(pixels, state[0], state[1]);
    }

    /// <inheritdoc/>
    public void ReadState(Span<float> state)
    {
        if (state.Length != 2)
            throw new ArgumentException($"TwoRooms.ReadState: a span of {state.Length} numbers came; 2 (x, y) were needed.", nameof(state));
        state[0] = _position.X;
        state[1] = _position.Y;
    }

    /// <summary>Puts the dot at (x, y) px; the step counter and the random stream stay as they are.</summary>
    public void WriteState(ReadOnlySpan<float> state)
    {
        CheckState(state);
        _position = (state[0], state[1]);
    }

    /// <summary>Start and goal in opposite rooms, a margin away from every wall (2 standard deviations of the dot).</summary>
    public void SampleTask(ulong seed, Span<float> startState, Span<float> goalState)
    {
        if (startState.Length != 2 || goalState.Length != 2)
            throw new ArgumentException($"TwoRooms.SampleTask: spans of {startState.Length} and {goalState.Length} numbers came; 2 each were needed.", nameof(startState));
        var random = new RandomStream(seed, "two-rooms task");
        var startsLeft = random.NextInt(2) == 0;
        (startState[0], startState[1]) = SampleRoom(random, startsLeft);
        (goalState[0], goalState[1]) = SampleRoom(random, !startsLeft);
    }

    /// <inheritdoc/>
    public bool IsSuccess(ReadOnlySpan<float> state, ReadOnlySpan<float> goalState)
    {
        if (state.Length != 2 || goalState.Length != 2)
            throw new ArgumentException($"TwoRooms.IsSuccess: states of {state.Length} and {goalState.Length} numbers came; 2 each were needed.", nameof(state));
        double dx = state[0] - goalState[0];
        double dy = state[1] - goalState[1];
        return Math.Sqrt((dx * dx) + (dy * dy)) < SuccessDistance;
    }

    /// <inheritdoc/>
    public byte[] Save()
    {
        var saved = new byte[SavedSize];
        BinaryPrimitives.WriteUInt32LittleEndian(saved, SavedMark);
        BinaryPrimitives.WriteSingleLittleEndian(saved.AsSpan(4), _position.X);
        BinaryPrimitives.WriteSingleLittleEndian(saved.AsSpan(8), _position.Y);
        BinaryPrimitives.WriteInt32LittleEndian(saved.AsSpan(12), _steps);
        BinaryPrimitives.WriteUInt64LittleEndian(saved.AsSpan(16), _bounces.State.Key);
        BinaryPrimitives.WriteUInt64LittleEndian(saved.AsSpan(24), _bounces.State.Position);
        return saved;
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        if (saved.Length != SavedSize || BinaryPrimitives.ReadUInt32LittleEndian(saved) != SavedMark)
            throw new ArgumentException($"TwoRooms.Restore: {saved.Length} bytes came that TwoRooms.Save did not write; {SavedSize} bytes of it were needed.", nameof(saved));
        Span<float> state = [BinaryPrimitives.ReadSingleLittleEndian(saved[4..]), BinaryPrimitives.ReadSingleLittleEndian(saved[8..])];
        WriteState(state);
        _steps = BinaryPrimitives.ReadInt32LittleEndian(saved[12..]);
        _bounces.State = new RandomState(BinaryPrimitives.ReadUInt64LittleEndian(saved[16..]), BinaryPrimitives.ReadUInt64LittleEndian(saved[24..]));
    }

    /// <inheritdoc/>
    public void Render(Span<byte> rgb, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (rgb.Length != (long)width * height * 3)
            throw new ArgumentException($"TwoRooms.Render: {rgb.Length} bytes came; {width} x {height} x 3 were needed.", nameof(rgb));
        _painter.Render(rgb, width, height, _position.X, _position.Y);
    }

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }

    /// <summary>Goes on in another map; where the dot is must be free there before the next step.</summary>
    internal void Use(TwoRoomsLayout layout)
    {
        if (layout == Layout)
            return;
        Layout = layout;
        _painter = new TwoRoomsPainter(layout, _rules.IsColoured);
    }

    private (float X, float Y) SampleRoom(RandomStream random, bool left)
    {
        var margin = 2 * Layout.DotDeviation;
        var lowX = left ? TwoRoomsLayout.Near + margin : Layout.WallRight + margin;
        var highX = left ? Layout.WallLeft - margin : TwoRoomsLayout.Far - margin;
        var lowY = TwoRoomsLayout.Near + margin;
        var highY = TwoRoomsLayout.Far - margin;
        var x = lowX + ((highX - lowX) * random.NextDouble());
        var y = lowY + ((highY - lowY) * random.NextDouble());
        return ((float)x, (float)y);
    }

    private void CheckState(ReadOnlySpan<float> state)
    {
        if (state.Length != 2)
            throw new ArgumentException($"TwoRooms: a state of {state.Length} numbers came; 2 (x, y) were needed.", nameof(state));
        if (!Layout.IsFree(state[0], state[1]))
            throw new ArgumentException($"TwoRooms: the dot cannot be at ({state[0]}, {state[1]}): that is in a wall or outside the rooms.", nameof(state));
    }

    private void CheckPicture(int length)
    {
        var picture = (ImageSpace)Specification.Observation;
        if (length != picture.Size)
            throw new ArgumentException($"TwoRooms: a picture of {length} bytes came; {picture.Size} ([{picture.Channels}, {picture.Height}, {picture.Width}]) were needed.");
    }
}
