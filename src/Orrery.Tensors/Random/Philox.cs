using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Random;

/// <summary>
/// Philox 4x32 with ten rounds: a counter-based generator. Block number n of key k is a pure function of (k, n), so any
/// part of a stream can be computed anywhere, in any order, with the same bits.
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// </summary>
internal static class Philox
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>The four words of one block.</summary>
    internal readonly record struct Block(uint X0, uint X1, uint X2, uint X3)
    {
        /// <summary>The first two words as one number.</summary>
        public ulong Low => X0 | ((ulong)X1 << 32);
    }

    /// <summary>Computes one block.</summary>
    /// <param name="key">The key.</param>
    /// <param name="low">The low half of the counter.</param>
    /// <param name="high">The high half of the counter.</param>
    /// <returns>Four words of 32 random bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block Compute(ulong key, ulong low, ulong high)
    {
        var k0 = (uint)key;
        var k1 = (uint)(key >> 32);
        var c0 = (uint)low;
        var c1 = (uint)(low >> 32);
        var c2 = (uint)high;
        var c3 = (uint)(high >> 32);
        for (var round = 0; round < 10; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            c0 = (uint)(product1 >> 32) ^ c1 ^ k0;
            c1 = (uint)product1;
            c2 = (uint)(product0 >> 32) ^ c3 ^ k1;
            c3 = (uint)product0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return new Block(c0, c1, c2, c3);
    }
}
