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
    private bool _disposed;

    // Every allocation has a number, in order. Those below _first went with a Reset, those in _dead with a Rollback: disjoint
    // ranges, in order, between any two of which something is still handed out.
    private long _first = 1;
    private long _next = 1;
    private long _lastDeadEnd;
    private DeadRange[] _dead = new DeadRange[8];
    private int _deadCount;

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
    public Tensor Allocate(Shape shape) => new(this, (float*)Take((long)shape.Count * sizeof(float), poison: true), _next++, shape);

    /// <summary>A tensor of zeros.</summary>
    /// <exception cref="InvalidOperationException">The arena is full.</exception>
    public Tensor AllocateZeroed(Shape shape)
    {
        Tensor tensor = new(this, (float*)Take((long)shape.Count * sizeof(float), poison: false), _next++, shape);
        _backend.Fill(tensor, 0);
        return tensor;
    }

    /// <summary>An integer tensor whose numbers are not yet anything.</summary>
    /// <exception cref="InvalidOperationException">The arena is full.</exception>
    public IntTensor AllocateInt(Shape shape) => new(this, (int*)Take((long)shape.Count * sizeof(int), poison: false), _next++, shape);

    /// <summary>A byte tensor whose numbers are not yet anything.</summary>
    /// <exception cref="InvalidOperationException">The arena is full.</exception>
    public ByteTensor AllocateByte(Shape shape) => new(this, (byte*)Take(shape.Count, poison: false), _next++, shape);

    /// <summary>The present fill, to return to with <see cref="Rollback"/>.</summary>
    public ArenaMark Mark() => new(_current, _used, _usedBefore, _next);

    /// <summary>Forgets everything that was allocated since <paramref name="mark"/>; these tensors refuse to be used from now on.</summary>
    /// <exception cref="InvalidOperationException">The mark is older than a <see cref="Reset"/>, or was itself rolled back.</exception>
    public void Rollback(ArenaMark mark)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (mark.Serial < _first || mark.Serial > _next || mark.Fill > UsedBytes || WasRolledBack(mark))
            throw new InvalidOperationException(
                $"Rollback: the mark does not belong to the present fill of the {Name}; marks end with Reset and with a Rollback to an earlier mark.");
        _current = mark.Block;
        _used = mark.Used;
        _usedBefore = mark.Before;
        if (mark.Serial < _next)
            Bury(mark);
    }

    /// <summary>Forgets everything that was allocated since <paramref name="mark"/> but one tensor, which moves down to it.</summary>
    /// <param name="mark">The fill to return to.</param>
    /// <param name="tensor">A tensor that was allocated since.</param>
    /// <returns>The tensor in its new place.</returns>
    internal Tensor RollbackExcept(ArenaMark mark, Tensor tensor)
    {
        float* source = tensor.Pointer;
        long bytes = (long)tensor.Count * sizeof(float);
        Rollback(mark);
        Tensor kept = new(this, (float*)Take(bytes, poison: false), _next++, tensor.Shape);
        // The places may overlap, and blocks are not given back: what was there is there still.
        Buffer.MemoryCopy(source, kept.Pointer, bytes, bytes);
        return kept;
    }

    /// <summary>Forgets everything; tensors handed out before now refuse to be used.</summary>
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _current = _blocks.Count > 0 ? 0 : -1;
        _used = 0;
        _usedBefore = 0;
        ForgetAll();
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        ForgetAll();
        foreach (Block block in _blocks)
            _backend.Free(block.Address);
        _blocks.Clear();
        CapacityBytes = 0;
    }

    /// <summary>Whether the allocation of a number is still handed out.</summary>
    internal bool Holds(long serial) => serial >= _first && (serial >= _lastDeadEnd || RangeOf(serial) < 0);

    /// <summary>The error for a tensor that is missing, or no longer held by its arena.</summary>
    internal static InvalidOperationException Stale(string? operation, string name, Shape shape, TensorArena? owner)
    {
        string start = operation is null ? "" : $"{operation}: ";
        return new(owner is null
            ? $"{start}{name} is missing (default was passed where a tensor is needed)."
            : $"{start}{name} {shape} was used after the {owner.Name} was rolled back; its memory may hold other numbers. "
                + "Copy what must outlive the step.");
    }

    private void ForgetAll()
    {
        // One number is skipped, so that a mark of before never looks like one of now.
        _first = ++_next;
        _lastDeadEnd = 0;
        _deadCount = 0;
    }

    // A mark inside a dead range is one of an abandoned fill, unless it stands for the same fill as the range's beginning.
    private bool WasRolledBack(in ArenaMark mark)
    {
        int range = RangeOf(mark.Serial);
        return range >= 0 && _dead[range].Start != mark.Serial && _dead[range].Fill != mark.Fill;
    }

    private void Bury(in ArenaMark mark)
    {
        DeadRange range = new(mark.Serial, ++_next, mark.Fill);
        while (_deadCount > 0 && _dead[_deadCount - 1].End >= range.Start)
        {
            if (_dead[_deadCount - 1].Start < range.Start)
                range = _dead[_deadCount - 1] with { End = range.End };
            _deadCount--;
        }

        if (_deadCount == _dead.Length)
            Array.Resize(ref _dead, 2 * _deadCount);
        _dead[_deadCount++] = range;
        _lastDeadEnd = range.End;
    }

    private int RangeOf(long serial)
    {
        int low = 0, high = _deadCount - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (serial < _dead[middle].Start)
                high = middle - 1;
            else if (serial >= _dead[middle].End)
                low = middle + 1;
            else
                return middle;
        }

        return -1;
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

    private readonly record struct DeadRange(long Start, long End, long Fill);
}

/// <summary>A fill of a <see cref="TensorArena"/> to return to.</summary>
public readonly record struct ArenaMark
{
    internal ArenaMark(int block, long used, long before, long serial)
    {
        Block = block;
        Used = used;
        Before = before;
        Serial = serial;
    }

    internal int Block { get; }

    internal long Used { get; }

    internal long Before { get; }

    /// <summary>The number of the first allocation after the mark.</summary>
    internal long Serial { get; }

    /// <summary>Bytes handed out at the mark.</summary>
    internal long Fill => Before + Used;
}
