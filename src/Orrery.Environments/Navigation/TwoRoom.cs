using System.Buffers.Binary;
using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Navigation;

/// <summary>
/// The 224-pixel Two Room: a round agent in two rooms that one door joins. It sees a picture without the target and acts by a
/// displacement in units of 5 px.
/// </summary>
/// <remarks>
/// stable-worldmodel's <c>swm/TwoRoom-v1</c> with its default variations, or the same with <see cref="TwoRoomMotion.Swept"/> and tasks between
/// opposite rooms. A target belongs to a task and not to the environment, so that no step terminates and rewards are 0; who runs a
/// task asks <see cref="IsSuccess"/> after each step.
/// </remarks>
internal sealed class TwoRoom : IGoalEnvironment
{
    /// <summary>Steps after which an episode is truncated; the published environment has no limit of its own.</summary>
    public const int StepLimit = 200;

    private const int SavedSize = 4 + 4 + 4 + 4;
    private const uint SavedMark = 0x31525754; // "TWR1"
    private const int DiscColor = 0xDC2626;

    private readonly TwoRoomSettings _settings;
    private TwoRoomPainter? _painter;
    private (float X, float Y) _place;
    private int _steps;

    /// <summary>Creates the environment, reset with seed 0.</summary>
    public TwoRoom(TwoRoomSettings settings)
    {
        _settings = settings;
        var (low, high) = settings.IsSwept ? (TwoRoomWorld.Least, TwoRoomWorld.Most) : (TwoRoomWorld.Near, TwoRoomWorld.Far);
        Specification = new EnvironmentSpecification(
            settings.Name,
            settings.IsSwept
                ? "A disk in two rooms joined by one door that stops at what it touches; go to a place in the other room, seen as a picture."
                : "A round agent in two rooms joined by one door, met by the end of a move alone; go to a place, seen as a picture.",
            new ImageSpace("picture", 3, settings.PictureSize, settings.PictureSize),
            new VectorSpace("displacement", [new Dimension("dx", "5 px", -1, 1), new Dimension("dy", "5 px", -1, 1)]),
            new VectorSpace("position", [new Dimension("x", "px", low, high), new Dimension("y", "px", low, high)]),
            SamplingTime: 1,
            TimeUnit: "step",
            StepLimit,
            $"The agent is less than {TwoRoomWorld.SuccessDistance} px from the goal.");
        Reset(0);
    }

    /// <inheritdoc/>
    public EnvironmentSpecification Specification { get; }

    private TwoRoomPainter Painter => _painter ??= new TwoRoomPainter(_settings.PictureSize);

    /// <summary>Puts the agent at a random place, as in <see cref="SampleTask"/>.</summary>
    public void Reset(ulong seed)
    {
        _place = TwoRoomTasks.Sample(_settings.IsSwept, new RandomStream(seed, "two-room start")).Start;
        _steps = 0;
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<float> action)
    {
        if (action.Length != 2)
            throw new ArgumentException($"TwoRoom.Step: an action of {action.Length} numbers came; 2 (dx, dy) were needed.", nameof(action));
        if (!float.IsFinite(action[0]) || !float.IsFinite(action[1]))
            throw new ArgumentException($"TwoRoom.Step: the action ({action[0]}, {action[1]}) is not finite; both numbers must be.", nameof(action));
        var by = TwoRoomMotion.Displacement(action);
        _place = _settings.IsSwept ? TwoRoomMotion.Swept(_place, by) : TwoRoomMotion.EndPoint(_place, by);
        _steps++;
        return new StepResult(0, Terminated: false, Truncated: _steps >= StepLimit);
    }

    /// <inheritdoc/>
    public void Observe(Span<byte> pixels)
    {
        CheckPicture(pixels.Length);
        Painter.Observe(pixels, _place.X, _place.Y);
    }

    /// <inheritdoc/>
    public void Observe(Span<float> vector) =>
        throw new InvalidOperationException("TwoRoom.Observe: it is seen as a picture; pass bytes instead of floats.");

    /// <inheritdoc/>
    public void ObserveAt(ReadOnlySpan<float> state, Span<byte> pixels)
    {
        CheckPicture(pixels.Length);
        CheckState(state);
        Painter.Observe(pixels, state[0], state[1]);
    }

    /// <inheritdoc/>
    public void ReadState(Span<float> state)
    {
        CheckLength(state.Length);
        (state[0], state[1]) = _place;
    }

    /// <summary>Puts the agent at (x, y) px; the step counter stays as it is.</summary>
    /// <remarks>The published rule also says how an agent that stands inside the wall moves, and its targets can lie there: only the swept disk must be clear of walls.</remarks>
    public void WriteState(ReadOnlySpan<float> state)
    {
        CheckState(state);
        _place = (state[0], state[1]);
    }

    /// <summary>
    /// As published: the agent uniform in [14, 209] x [14, 209] outside the wall, the target uniform in the same square, in the agent's room or
    /// in the wall too. Swept: start and goal uniform over the whole disk's places in opposite rooms, sides swapped with probability 1/2.
    /// </summary>
    public void SampleTask(ulong seed, Span<float> startState, Span<float> goalState)
    {
        CheckLength(startState.Length);
        CheckLength(goalState.Length);
        ((startState[0], startState[1]), (goalState[0], goalState[1])) = TwoRoomTasks.Sample(_settings.IsSwept, new RandomStream(seed, "two-room task"));
    }

    /// <inheritdoc/>
    public bool IsSuccess(ReadOnlySpan<float> state, ReadOnlySpan<float> goalState)
    {
        CheckLength(state.Length);
        CheckLength(goalState.Length);
        double dx = state[0] - goalState[0];
        double dy = state[1] - goalState[1];
        return Math.Sqrt((dx * dx) + (dy * dy)) < TwoRoomWorld.SuccessDistance;
    }

    /// <inheritdoc/>
    public byte[] Save()
    {
        var saved = new byte[SavedSize];
        BinaryPrimitives.WriteUInt32LittleEndian(saved, SavedMark);
        BinaryPrimitives.WriteSingleLittleEndian(saved.AsSpan(4), _place.X);
        BinaryPrimitives.WriteSingleLittleEndian(saved.AsSpan(8), _place.Y);
        BinaryPrimitives.WriteInt32LittleEndian(saved.AsSpan(12), _steps);
        return saved;
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        if (saved.Length != SavedSize || BinaryPrimitives.ReadUInt32LittleEndian(saved) != SavedMark)
            throw new ArgumentException($"TwoRoom.Restore: {saved.Length} bytes came that TwoRoom.Save did not write; {SavedSize} bytes of it were needed.", nameof(saved));
        WriteState([BinaryPrimitives.ReadSingleLittleEndian(saved[4..]), BinaryPrimitives.ReadSingleLittleEndian(saved[8..])]);
        _steps = BinaryPrimitives.ReadInt32LittleEndian(saved[12..]);
    }

    /// <inheritdoc/>
    public void Render(Span<byte> rgb, int width, int height) =>
        ScenePicture.Draw(rgb, width, height, TwoRoomWorld.Size, Ground, [new SceneDisc(_place.X, _place.Y, TwoRoomWorld.Radius, DiscColor)]);

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }

    private static int Ground(int x, int y)
    {
        if (TwoRoomWorld.IsBlack(x, y))
            return ScenePicture.Wall;
        return IsOutside(x) || IsOutside(y) ? ScenePicture.Outside : ScenePicture.Room;

        static bool IsOutside(int at) => at is < TwoRoomWorld.Near or >= TwoRoomWorld.Far;
    }

    private static void CheckLength(int length)
    {
        if (length != 2)
            throw new ArgumentException($"TwoRoom: a state of {length} numbers came; 2 (x, y) were needed.");
    }

    private void CheckState(ReadOnlySpan<float> state)
    {
        CheckLength(state.Length);
        var (x, y) = (state[0], state[1]);
        if (_settings.IsSwept && !TwoRoomMotion.IsClear(x, y))
            throw new ArgumentException($"TwoRoom: the disk of radius {TwoRoomWorld.Radius} px cannot be at ({x}, {y}): a part of it would be in a wall or outside the rooms.", nameof(state));
        if (!(x >= TwoRoomWorld.Near && x <= TwoRoomWorld.Far && y >= TwoRoomWorld.Near && y <= TwoRoomWorld.Far))
            throw new ArgumentException($"TwoRoom: the agent cannot be at ({x}, {y}): both numbers must be from {TwoRoomWorld.Near} to {TwoRoomWorld.Far} px.", nameof(state));
    }

    private void CheckPicture(int length)
    {
        var picture = (ImageSpace)Specification.Observation;
        if (length != picture.Size)
            throw new ArgumentException($"TwoRoom: a picture of {length} bytes came; {picture.Size} ([{picture.Channels}, {picture.Height}, {picture.Width}]) were needed.");
    }
}
