using Orrery.Tensors.Buffers;

namespace Orrery.Tensors;

/// <summary>A row-major tensor of bytes in arena memory: pixels, or signed numbers in two's complement. No gradients.</summary>
public readonly unsafe struct ByteTensor
{
    private readonly TensorArena? _owner;
    private readonly byte* _address;
    private readonly long _serial;

    internal ByteTensor(TensorArena owner, byte* address, long serial, Shape shape)
    {
        _owner = owner;
        _address = address;
        _serial = serial;
        Shape = shape;
    }

    /// <summary>Lengths of the axes.</summary>
    public Shape Shape { get; }

    /// <summary>Whether this is <c>default</c>: no tensor at all.</summary>
    public bool IsNull => _owner is null;

    /// <summary>The numbers, in row-major order. Host memory only.</summary>
    /// <exception cref="InvalidOperationException">There is no tensor here, or its arena was rolled back since.</exception>
    public Span<byte> Span => new(Pointer, Shape.Count);

    internal byte* Pointer => _owner is not null && _owner.Holds(_serial) ? _address : throw TensorArena.Stale(null, "the tensor", Shape, _owner);

    /// <summary>As <see cref="Pointer"/>, for an operation: its errors name the operation and the argument.</summary>
    internal byte* For(string operation, string name) =>
        _owner is not null && _owner.Holds(_serial) ? _address : throw TensorArena.Stale(operation, name, Shape, _owner);
}
