using System.Buffers.Binary;

namespace Orrery.Environments.Pushing;

/// <summary>
/// How an episode began and every action since. The solver remembers contacts in places that cannot be read, so doing it
/// all again is the one way to go on to the same bits.
/// </summary>
internal sealed class PushTHistory
{
    private const uint SavedMark = 0x31485450; // "PTH1"
    private const int HeadSize = 4 + 1 + 1 + 2 + (7 * 8) + 8;
    private const int ActionSize = 2 * 4;

    private readonly List<(float X, float Y)> _actions = [];
    private PushTPose _start;
    private bool _exact;
    private int _stepsBefore;

    /// <summary>Steps since the episode began.</summary>
    public int Steps => _stepsBefore + _actions.Count;

    /// <summary>Begins an episode.</summary>
    /// <param name="start">Where.</param>
    /// <param name="exact">Exactly there, rather than as the convention begins its episodes.</param>
    /// <param name="stepsBefore">Steps that count as taken.</param>
    public void Begin(PushTPose start, bool exact, int stepsBefore = 0)
    {
        (_start, _exact, _stepsBefore) = (start, exact, stepsBefore);
        _actions.Clear();
    }

    /// <summary>Remembers an action.</summary>
    public void Add(float x, float y) => _actions.Add((x, y));

    /// <summary>Builds the world as it is after all that.</summary>
    /// <exception cref="Data.OrreryDataException">The physics library is missing.</exception>
    public PushTWorld Build(PushTSettings settings)
    {
        var world = new PushTWorld();
        if (_exact)
            world.Place(_start);
        else
            world.Begin(_start, settings.Convention == PushTConvention.GymPushT);
        foreach (var (x, y) in _actions)
            Step(world, settings, x, y);
        return world;
    }

    /// <summary>Takes one step by the convention's kind of action.</summary>
    public static void Step(PushTWorld world, PushTSettings settings, float x, float y)
    {
        if (settings.IsRelative)
        {
            // The target stays where it was when the step began, and may lie outside the window.
            var pose = world.Pose;
            world.Step(pose.AgentX + (PushT.ActionScale * x), pose.AgentY + (PushT.ActionScale * y));
        }
        else
        {
            world.Step(x, y);
        }
    }

    /// <summary>The action of the convention's kind that pulls the agent towards a place.</summary>
    public static void Encode(PushTSettings settings, PushTPose pose, double x, double y, Span<float> action)
    {
        if (settings.IsRelative)
        {
            action[0] = (float)Math.Clamp((x - pose.AgentX) / PushT.ActionScale, -1, 1);
            action[1] = (float)Math.Clamp((y - pose.AgentY) / PushT.ActionScale, -1, 1);
        }
        else
        {
            action[0] = (float)Math.Clamp(x, 0, PushTShape.Window);
            action[1] = (float)Math.Clamp(y, 0, PushTShape.Window);
        }
    }

    public byte[] Save(PushTConvention convention)
    {
        var saved = new byte[HeadSize + (_actions.Count * ActionSize)];
        BinaryPrimitives.WriteUInt32LittleEndian(saved, SavedMark);
        saved[4] = (byte)convention;
        saved[5] = _exact ? (byte)1 : (byte)0;
        ReadOnlySpan<double> start = [_start.AgentX, _start.AgentY, _start.BlockX, _start.BlockY, _start.Angle, _start.VelocityX, _start.VelocityY];
        for (var i = 0; i < start.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(saved.AsSpan(8 + (8 * i)), start[i]);
        BinaryPrimitives.WriteInt64LittleEndian(saved.AsSpan(8 + (8 * start.Length)), _stepsBefore);
        for (var i = 0; i < _actions.Count; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(saved.AsSpan(HeadSize + (i * ActionSize)), _actions[i].X);
            BinaryPrimitives.WriteSingleLittleEndian(saved.AsSpan(HeadSize + (i * ActionSize) + 4), _actions[i].Y);
        }

        return saved;
    }

    public void Load(ReadOnlySpan<byte> saved, PushTConvention convention)
    {
        if (saved.Length < HeadSize || (saved.Length - HeadSize) % ActionSize != 0
            || BinaryPrimitives.ReadUInt32LittleEndian(saved) != SavedMark || saved[4] != (byte)convention || saved[5] > 1)
        {
            throw new ArgumentException($"PushT.Restore: {saved.Length} bytes came that PushT.Save did not write with the convention {convention}; such bytes were needed.", nameof(saved));
        }

        Span<double> start = stackalloc double[7];
        for (var i = 0; i < start.Length; i++)
            start[i] = Finite(BinaryPrimitives.ReadDoubleLittleEndian(saved[(8 + (8 * i))..]));
        List<(float X, float Y)> actions = [];
        for (var rest = saved[HeadSize..]; rest.Length > 0; rest = rest[ActionSize..])
            actions.Add(((float)Finite(BinaryPrimitives.ReadSingleLittleEndian(rest)), (float)Finite(BinaryPrimitives.ReadSingleLittleEndian(rest[4..]))));
        var before = (int)Finite(BinaryPrimitives.ReadInt64LittleEndian(saved[(8 + (8 * start.Length))..]));
        Begin(new PushTPose(start[0], start[1], start[2], start[3], start[4], start[5], start[6]), saved[5] == 1, before);
        _actions.AddRange(actions);
    }

    /// <summary>A number that is not finite would end the process in the solver.</summary>
    private static double Finite(double number) =>
        Math.Abs(number) <= 1e6 ? number : throw new ArgumentException($"PushT.Restore: the saved bytes hold the number {number}; they are damaged.");
}
