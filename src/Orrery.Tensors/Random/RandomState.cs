namespace Orrery.Tensors.Random;

/// <summary>
/// Where a <see cref="RandomStream"/> stands: which stream it is and how many 32-bit words it has given out. Two numbers
/// are the whole state, so saving and resuming is exact.
/// </summary>
/// <param name="Key">The stream's key.</param>
/// <param name="Position">The number of 32-bit words drawn so far.</param>
public readonly record struct RandomState(ulong Key, ulong Position)
{
    // Domains keep the blocks that make keys apart from the blocks that make numbers, which have domain 0.
    private const ulong NameDomain = 1;
    private const ulong IndexDomain = 2;
    private const ulong SeedDomain = 3;

    /// <summary>The start of the stream of a seed and a name.</summary>
    /// <param name="seed">The seed; any value.</param>
    /// <param name="name">The name; streams of different names are independent.</param>
    /// <returns>The state before the first number.</returns>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public static RandomState Create(ulong seed, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new RandomState(Philox.Compute(seed, 0, SeedDomain).Low, 0).Child(name);
    }

    /// <summary>The start of the independent sub-stream of a name. It does not depend on the position.</summary>
    /// <param name="name">The name of the sub-stream.</param>
    /// <returns>The state before the sub-stream's first number.</returns>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public RandomState Child(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new RandomState(Philox.Compute(Key, Hash(name), NameDomain).Low, 0);
    }

    /// <summary>
    /// The start of the independent sub-stream of an index, such as a step or a row. It does not depend on the position
    /// and allocates nothing.
    /// </summary>
    /// <param name="index">The index of the sub-stream; any value.</param>
    /// <returns>The state before the sub-stream's first number.</returns>
    public RandomState At(ulong index) => new(Philox.Compute(Key, index, IndexDomain).Low, 0);

    // FNV-1a over the UTF-16 code units, low byte first: defined here, so that it cannot change under us.
    private static ulong Hash(string name)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var unit in name)
        {
            hash = (hash ^ (byte)unit) * 0x100000001B3UL;
            hash = (hash ^ (byte)(unit >> 8)) * 0x100000001B3UL;
        }

        return hash;
    }
}
