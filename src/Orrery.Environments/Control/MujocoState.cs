using System.Buffers.Binary;

namespace Orrery.Environments.Control;

/// <summary>Everything that a simulation needs to go on to the same bits; actuators have no state of their own.</summary>
/// <param name="degrees">Numbers of position, and of velocity.</param>
internal sealed class MujocoState(int degrees)
{
    private const uint SavedMark = 0x31534A4D; // "MJS1"

    /// <summary>m or rad.</summary>
    public double[] Positions { get; } = new double[degrees];

    /// <summary>m/s or rad/s.</summary>
    public double[] Velocities { get; } = new double[degrees];

    /// <summary>The last accelerations, from which the solver starts to look for the next ones.</summary>
    public double[] WarmStart { get; } = new double[degrees];

    /// <summary>s.</summary>
    public double Time { get; set; }

    /// <summary>Environment steps since the episode began.</summary>
    public int Steps { get; set; }

    /// <summary>Puts the simulation somewhere, with nothing remembered.</summary>
    /// <param name="positions">[degrees].</param>
    /// <param name="velocities">[degrees].</param>
    public void Place(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities)
    {
        positions.CopyTo(Positions);
        velocities.CopyTo(Velocities);
        Array.Clear(WarmStart);
        Time = 0;
    }

    /// <summary>As bytes.</summary>
    /// <param name="name">Of the environment that they fit.</param>
    public byte[] Save(string name)
    {
        var saved = new byte[Length];
        BinaryPrimitives.WriteUInt32LittleEndian(saved, SavedMark);
        BinaryPrimitives.WriteUInt32LittleEndian(saved.AsSpan(4), Kind(name));
        BinaryPrimitives.WriteInt32LittleEndian(saved.AsSpan(8), Steps);
        var offset = 12;
        foreach (var number in (IEnumerable<double>)[Time, .. Positions, .. Velocities, .. WarmStart])
        {
            BinaryPrimitives.WriteDoubleLittleEndian(saved.AsSpan(offset), number);
            offset += 8;
        }

        return saved;
    }

    /// <summary>From bytes that <see cref="Save"/> wrote.</summary>
    /// <exception cref="ArgumentException">It did not, or not for this environment.</exception>
    public void Load(ReadOnlySpan<byte> saved, string name)
    {
        if (saved.Length != Length || BinaryPrimitives.ReadUInt32LittleEndian(saved) != SavedMark || BinaryPrimitives.ReadUInt32LittleEndian(saved[4..]) != Kind(name)
            || BinaryPrimitives.ReadInt32LittleEndian(saved[8..]) < 0)
        {
            throw new ArgumentException($"{name}: Restore got {saved.Length} bytes that Save of {name} did not write; such bytes were needed.", nameof(saved));
        }

        Span<double> numbers = stackalloc double[1 + (3 * degrees)];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadDoubleLittleEndian(saved[(12 + (8 * i))..]);
            if (!(Math.Abs(numbers[i]) < 1e9))
                throw new ArgumentException($"{name}: Restore got bytes that hold the number {numbers[i]}; they are damaged.", nameof(saved));
        }

        Steps = BinaryPrimitives.ReadInt32LittleEndian(saved[8..]);
        Time = numbers[0];
        numbers.Slice(1, degrees).CopyTo(Positions);
        numbers.Slice(1 + degrees, degrees).CopyTo(Velocities);
        numbers.Slice(1 + (2 * degrees), degrees).CopyTo(WarmStart);
    }

    private int Length => 12 + (8 * (1 + (3 * degrees)));

    /// <summary>Tells environments apart; FNV-1a of the name.</summary>
    private static uint Kind(string name)
    {
        var hash = 2166136261u;
        foreach (var letter in name)
            hash = (hash ^ letter) * 16777619u;
        return hash;
    }
}
