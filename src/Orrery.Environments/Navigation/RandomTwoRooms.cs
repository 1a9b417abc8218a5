using System.Buffers.Binary;
using Orrery.Data;
using Orrery.Data.Spaces;
using Orrery.Tensors.Random;

namespace Orrery.Environments.Navigation;

/// <summary>
/// Two Rooms with another map in every episode: where the wall stands and where its door is are drawn, and seen. Motion and picture are
/// those of <see cref="TwoRooms"/>; the state holds the map, so that a goal state shows its own map.
/// </summary>
/// <remarks>
/// eb_jepa's random wall: the wall's column at least 20 px from the picture's edges, the door's row at least 10 px; success within 4.5 px.
/// </remarks>
public sealed class RandomTwoRooms : IGoalEnvironment
{
    /// <summary>Least distance of the wall from the picture's left and right edge, px.</summary>
    public const int WallPadding = 20;

    /// <summary>Least distance of the door's centre from the picture's upper and lower edge, px.</summary>
    public const int DoorPadding = 10;

    private const int StateSize = 4;
    private const int MapSize = 2 * sizeof(int);

    private readonly TwoRooms _rooms;
    private readonly TwoRooms _elsewhere = new();

    /// <summary>Creates the environment, reset with seed 0.</summary>
    public RandomTwoRooms()
    {
        _rooms = new TwoRooms();
        var rooms = _rooms.Specification;
        Specification = rooms with
        {
            Name = "two-rooms-random",
            Description = "A dot in two rooms joined by one door, wall and door elsewhere in every episode; go to a place in the other room, seen as a picture.",
            State = new VectorSpace("position and map",
            [
                .. rooms.State.Dimensions,
                new Dimension("wall", "px", WallPadding, TwoRoomsLayout.Size - WallPadding - 1),
                new Dimension("door", "px", DoorPadding, TwoRoomsLayout.Size - DoorPadding - 1),
            ]),
        };
        Reset(0);
    }

    /// <summary>The present map.</summary>
    public TwoRoomsLayout Layout => _rooms.Layout;

    /// <inheritdoc/>
    public EnvironmentSpecification Specification { get; }

    /// <summary>Draws a map, and puts the dot at a random place of a random room.</summary>
    public void Reset(ulong seed)
    {
        _rooms.Use(SampleLayout(new RandomStream(seed, "two-rooms-random map")));
        _rooms.Reset(seed);
    }

    /// <inheritdoc/>
    public StepResult Step(ReadOnlySpan<float> action) => _rooms.Step(action);

    /// <inheritdoc/>
    public void Observe(Span<byte> pixels) => _rooms.Observe(pixels);

    /// <inheritdoc/>
    public void Observe(Span<float> vector) => _rooms.Observe(vector);

    /// <inheritdoc/>
    public void ObserveAt(ReadOnlySpan<float> state, Span<byte> pixels)
    {
        _elsewhere.Use(LayoutOf(state));
        _elsewhere.ObserveAt(state[..2], pixels);
    }

    /// <inheritdoc/>
    public void ReadState(Span<float> state)
    {
        Check(state.Length);
        _rooms.ReadState(state[..2]);
        WriteMap(Layout, state);
    }

    /// <summary>Sets the map, and puts the dot at (x, y) px; the step counter and the random stream stay as they are.</summary>
    public void WriteState(ReadOnlySpan<float> state)
    {
        var before = Layout;
        _rooms.Use(LayoutOf(state));
        try
        {
            _rooms.WriteState(state[..2]);
        }
        catch (ArgumentException)
        {
            _rooms.Use(before);
            throw;
        }
    }

    /// <summary>One map; start and goal in its opposite rooms, a margin away from every wall.</summary>
    public void SampleTask(ulong seed, Span<float> startState, Span<float> goalState)
    {
        Check(startState.Length);
        Check(goalState.Length);
        var layout = SampleLayout(new RandomStream(seed, "two-rooms-random task map"));
        _elsewhere.Use(layout);
        _elsewhere.SampleTask(seed, startState[..2], goalState[..2]);
        WriteMap(layout, startState);
        WriteMap(layout, goalState);
    }

    /// <inheritdoc/>
    public bool IsSuccess(ReadOnlySpan<float> state, ReadOnlySpan<float> goalState)
    {
        Check(state.Length);
        Check(goalState.Length);
        return _rooms.IsSuccess(state[..2], goalState[..2]);
    }

    /// <inheritdoc/>
    public byte[] Save()
    {
        var map = new byte[MapSize];
        BinaryPrimitives.WriteInt32LittleEndian(map, Layout.WallCenter);
        BinaryPrimitives.WriteInt32LittleEndian(map.AsSpan(sizeof(int)), Layout.DoorCenter);
        return [.. map, .. _rooms.Save()];
    }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        if (saved.Length <= MapSize)
            throw new ArgumentException($"RandomTwoRooms.Restore: {saved.Length} bytes came that RandomTwoRooms.Save did not write.", nameof(saved));
        _rooms.Use(LayoutOf([0, 0, BinaryPrimitives.ReadInt32LittleEndian(saved), BinaryPrimitives.ReadInt32LittleEndian(saved[sizeof(int)..])]));
        _rooms.Restore(saved[MapSize..]);
    }

    /// <inheritdoc/>
    public void Render(Span<byte> rgb, int width, int height) => _rooms.Render(rgb, width, height);

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }

    /// <summary>The map that a state holds.</summary>
    /// <param name="state">(x, y, wall, door), px.</param>
    /// <exception cref="ArgumentException">It is no state of this environment.</exception>
    public static TwoRoomsLayout LayoutOf(ReadOnlySpan<float> state)
    {
        Check(state.Length);
        var (wall, door) = (state[2], state[3]);
        if (!(wall >= WallPadding && wall < TwoRoomsLayout.Size - WallPadding && wall == MathF.Floor(wall)
            && door >= DoorPadding && door < TwoRoomsLayout.Size - DoorPadding && door == MathF.Floor(door)))
        {
            throw new ArgumentException(
                $"RandomTwoRooms: a wall at {wall} with a door at {door} came; needed are whole numbers, the wall from {WallPadding} to {TwoRoomsLayout.Size - WallPadding - 1} and the door from {DoorPadding} to {TwoRoomsLayout.Size - DoorPadding - 1}.",
                nameof(state));
        }

        return new TwoRoomsLayout(WallCenter: (int)wall, DoorCenter: (int)door);
    }

    private static TwoRoomsLayout SampleLayout(RandomStream random) => new(
        WallCenter: WallPadding + random.NextInt(TwoRoomsLayout.Size - (2 * WallPadding)),
        DoorCenter: DoorPadding + random.NextInt(TwoRoomsLayout.Size - (2 * DoorPadding)));

    private static void WriteMap(TwoRoomsLayout layout, Span<float> state) => (state[2], state[3]) = (layout.WallCenter, layout.DoorCenter);

    private static void Check(int length)
    {
        if (length != StateSize)
            throw new ArgumentException($"RandomTwoRooms: a state of {length} numbers came; {StateSize} (x, y, wall, door) were needed.");
    }
}
