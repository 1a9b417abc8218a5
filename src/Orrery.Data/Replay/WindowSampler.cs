using System.Numerics;

namespace Orrery.Data.Replay;

/// <summary>
/// Draws windows in random order without replacement, epoch after epoch. Position p of the endless sequence is a pure
/// function of (seed, p): nothing but <see cref="Position"/> needs saving to resume exactly, and nothing is allocated.
/// </summary>
/// <remarks>Each epoch's order is a keyed permutation of 0..Count-1: a four-round Feistel network with cycle walking.</remarks>
public sealed class WindowSampler
{
    private const int Rounds = 4;
    private readonly WindowIndex _index;
    private readonly ulong _seed;
    private readonly int _halfBits;

    /// <summary>Starts at position 0.</summary>
    /// <param name="index">Windows to draw from; at least one.</param>
    /// <param name="seed">Decides the order, alone.</param>
    /// <exception cref="OrreryDataException">There is no window.</exception>
    public WindowSampler(WindowIndex index, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(index);
        index.RequireSome("Sampling");
        _index = index;
        _seed = seed;
        var bits = 64 - BitOperations.LeadingZeroCount((ulong)(index.Count - 1));
        _halfBits = Math.Max(1, (bits + 1) / 2);
    }

    /// <summary>Windows drawn so far: save it, set it, and the sequence continues to the same bits.</summary>
    public long Position { get; set; }

    /// <summary>Windows per epoch.</summary>
    public long Count => _index.Count;

    /// <summary>Fills in the first rows of the next windows and moves <see cref="Position"/> on.</summary>
    public void FillBatch(Span<long> starts)
    {
        FillAt(Position, starts);
        Position += starts.Length;
    }

    /// <summary>Fills in the first rows of the windows at positions <paramref name="position"/>, +1, ...; changes nothing.</summary>
    public void FillAt(long position, Span<long> starts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        for (var i = 0; i < starts.Length; i++)
        {
            var (epoch, within) = Math.DivRem(position + i, _index.Count);
            starts[i] = _index.Start(Permute((ulong)within, Mix(_seed ^ Mix((ulong)epoch + 1))));
        }
    }

    private long Permute(ulong value, ulong key)
    {
        var count = (ulong)_index.Count;
        var mask = (1UL << _halfBits) - 1;
        do
        {
            var left = value >> _halfBits;
            var right = value & mask;
            for (var round = 0; round < Rounds; round++)
                (left, right) = (right, left ^ (Mix(key + right + ((ulong)round << 56)) & mask));
            value = (left << _halfBits) | right;
        }
        while (value >= count);
        return (long)value;
    }

    /// <summary>The finaliser of SplitMix64 (Steele, Lea and Flood 2014).</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
