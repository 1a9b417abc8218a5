namespace Orrery.Tensors.Buffers;

/// <summary>
/// Owns the memory of short-lived tensors: allocation moves a pointer, and everything since a <see cref="Mark"/> is forgotten at
/// once by <see cref="Rollback"/>. It grows by whole blocks, so that after the first step nothing is asked of the system.
/// In Debug, memory is filled with NaN when it is handed out, so that reads of what was never written show.
/// </summary>
public sealed unsafe class TensorArena : IDisposable
{
    private const long SmallestBlock = 1 << 20;
    private const int Alignment = 64;

    private readonly Backend _backend;
    private readonly long _maximumBytes;
    private readonly List<Block> _blocks = [];
    private int _current = -1;
    private long _used;
    private long _usedBefore;
    private int _generation = 1;
    private bool _disposed;

    /// <summary>An empty arena.</summary>
    /// <param name="backend">Where the memory comes from.</param>
    /// <param name="maximumBytes">The most that it may grow to, in bytes.</param>
    /// <param name="name">What to call it in messages.</param>
    public TensorArena(Backend backend, long maximumBytes = 8L << 30, string name = "arena")
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumBytes);
        _backend = backend;
        _maximumBytes = maximumBytes;
        Name = name;
    }

    /// <summary>What it is called in messages.</summary>
    public string Name { get; }

    /// <summary>Bytes handed out at the moment.</summary>
    public long UsedBytes => _usedBefore + _used;

    /// <summary>The most that was ever handed out at once, in bytes.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Bytes taken from the backend.</summary>
    public long CapacityBytes { get; private set; }

    /// <summary>A tensor whose numbers are not yet anything.</summary>
    /// <exception cref="InvalidOperationException">The arena is full.</exception>
    public Tensor Allocate(Shape shape) => new(this, (float*)Take((long)shape.Count * sizeof(float), poison: true), _generation, shape);

    /// <summary>A tensor of zeros.</summary>
    /// <exception cref="InvalidOperationException">The arena is full.</exception>
    public Tensor AllocateZeroed(Shape shape)
    {
        Tensor tensor = new(this, (float*)Take((long)shape.Count * sizeof(float), poison: false), _generation, shape);
        _backend.Fill(tensor, 0);
        return tensor;
    }

    /// <summary>An integer tensor whose numbers are not yet anything.</summary>
    /// <exception cref="InvalidOperationException">The arena is full.</exception>
    public IntTensor AllocateInt(Shape shape) => new(this, (int*)Take((long)shape.Count * sizeof(int), poison: false), _generation, shape);

    /// <summary>A byte tensor whose numbers are not yet anything.</summary>
    /// <exception cref="InvalidOperationException">The arena is full.</exception>
    public ByteTensor AllocateByte(Shape shape) => new(this, (byte*)Take(shape.Count, poison: false), _generation, shape);

    /// <summary>The present fill, to return to with <see cref="Rollback"/>.</summary>
    public ArenaMark Mark() => new(_current, _used, _usedBefore, _generation);

    /// <summary>Forgets everything that was allocated since <paramref name="mark"/>.</summary>
    /// <exception cref="InvalidOperationException">The mark is older than a <see cref="Reset"/>, or ahead of the fill.</exception>
    public void Rollback(ArenaMark mark)
    {
        if (mark.Generation != _generation || mark.Before + mark.Used > UsedBytes)
            throw new InvalidOperationException($"Rollback: the mark does not belong to the present fill of the {Name}; marks end with Reset.");
        _current = mark.Block;
        _used = mark.Used;
        _usedBefore = mark.Before;
    }

    /// <summary>Forgets everything; tensors handed out before now refuse to be used.</summary>
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _current = _blocks.Count > 0 ? 0 : -1;
        _used = 0;
        _usedBefore = 0;
        _generation++;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _generation++;
        foreach (Block block in _blocks)
            _backend.Free(block.Address);
        _blocks.Clear();
        CapacityBytes = 0;
    }

    /// <summary>Whether memory at <paramref name="address"/>, handed out in <paramref name="generation"/>, is still handed out.</summary>
    internal bool Holds(int generation, nint address)
    {
        if (generation != _generation)
            return false;
        for (int index = _current; index >= 0; index--)
        {
            Block block = _blocks[index];
            if (address >= block.Address && address < block.Address + block.Bytes)
                return index < _current || address < block.Address + _used;
        }

        return false;
    }

    private void* Take(long bytes, bool poison)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        long rounded = Math.Max(Alignment, (bytes + Alignment - 1) / Alignment * Alignment);
        while (_current < 0 || _used + rounded > _blocks[_current].Bytes)
            NextBlock(rounded);
        byte* address = (byte*)_blocks[_current].Address + _used;
        _used += rounded;
        PeakBytes = Math.Max(PeakBytes, UsedBytes);
        if (poison)
            Poison((float*)address, bytes / sizeof(float));
        return address;
    }

    private void NextBlock(long bytes)
    {
        if (_current + 1 == _blocks.Count)
        {
            long size = Math.Max(Math.Max(SmallestBlock, bytes), Math.Min(CapacityBytes, _maximumBytes - CapacityBytes));
            if (CapacityBytes + size > _maximumBytes)
                throw new InvalidOperationException(
                    $"The {Name} is full: {bytes:#,0} bytes more were asked for, {UsedBytes:#,0} are in use and {_maximumBytes:#,0} is its limit. "
                    + "Use a smaller batch or a larger limit.");
            _blocks.Add(new Block(_backend.Allocate(size), size));
            CapacityBytes += size;
        }

        _usedBefore += _used;
        _used = 0;
        _current++;
    }

    [System.Diagnostics.Conditional("DEBUG")]
    private static void Poison(float* address, long count) => new Span<float>(address, (int)count).Fill(float.NaN);

    private readonly record struct Block(nint Address, long Bytes);
}

/// <summary>A fill of a <see cref="TensorArena"/> to return to.</summary>
public readonly record struct ArenaMark
{
    internal ArenaMark(int block, long used, long before, int generation)
    {
        Block = block;
        Used = used;
        Before = before;
        Generation = generation;
    }

    internal int Block { get; }

    internal long Used { get; }

    internal long Before { get; }

    internal int Generation { get; }
}
