using Orrery.Tensors.Buffers;

namespace Orrery.Tensors;

/// <summary>
/// A row-major float32 tensor: a view of memory that a <see cref="TensorArena"/> or a <see cref="ParameterBlock"/> owns. A value
/// type: copying it copies the view, never the numbers.
/// </summary>
public readonly unsafe struct Tensor
{
    private readonly TensorArena? _owner;
    private readonly float* _address;
    private readonly long _serial;

    internal Tensor(TensorArena owner, float* address, long serial, Shape shape, int node = 0)
    {
        _owner = owner;
        _address = address;
        _serial = serial;
        Shape = shape;
        Node = node;
    }

    /// <summary>Lengths of the axes.</summary>
    public Shape Shape { get; }

    /// <summary>Position on the tape that made it; 0 for a constant.</summary>
    public int Node { get; }

    /// <summary>Whether this is <c>default</c>: no tensor at all, used for "none" (no bias, no gradient wanted).</summary>
    public bool IsNull => _owner is null;

    /// <summary>How many numbers it holds.</summary>
    public int Count => Shape.Count;

    /// <summary>The numbers, in row-major order. Host memory only.</summary>
    /// <exception cref="InvalidOperationException">There is no tensor here, or its arena was rolled back since.</exception>
    public Span<float> Span => new(Pointer, Shape.Count);

    /// <summary>Address of the first number, after checking that the memory is still this tensor's.</summary>
    internal float* Pointer => _owner is not null && _owner.Holds(_serial) ? _address : throw TensorArena.Stale(null, "the tensor", Shape, _owner);

    /// <summary>As <see cref="Pointer"/>, for an operation: its errors name the operation and the argument.</summary>
    internal float* For(string operation, string name) =>
        _owner is not null && _owner.Holds(_serial) ? _address : throw TensorArena.Stale(operation, name, Shape, _owner);

    /// <summary>As <see cref="For"/>, but null for an argument that may be missing and is.</summary>
    internal float* ForOptional(string operation, string name) => _owner is null ? null : For(operation, name);

    /// <summary>The only number of a tensor with one number.</summary>
    /// <exception cref="InvalidOperationException">It holds more than one number.</exception>
    public float Item() => Shape.Count == 1
        ? *Pointer
        : throw new InvalidOperationException($"Item: the tensor has shape {Shape}; it must hold exactly one number.");

    /// <summary>The same numbers under another shape; shares memory, and keeps its place on the tape only inside autograd.</summary>
    /// <exception cref="ArgumentException">The shapes hold different numbers of numbers.</exception>
    public Tensor Reshape(Shape shape) => shape.Count == Shape.Count
        ? new Tensor(_owner!, _address, _serial, shape)
        : throw new ArgumentException($"Reshape: {Shape} holds {Shape.Count} numbers but {shape} holds {shape.Count}; they must be equal.");

    /// <summary>A contiguous part of the numbers under a shape of its own; shares memory.</summary>
    internal Tensor Part(int offset, Shape shape) => offset >= 0 && offset + shape.Count <= Shape.Count
        ? new Tensor(_owner!, _address + offset, _serial, shape)
        : throw new ArgumentException($"Part: numbers {offset} to {offset + shape.Count} of a tensor of shape {Shape} were asked for.");

    /// <summary>Whether its memory belongs to an arena.</summary>
    internal bool IsIn(TensorArena arena) => ReferenceEquals(_owner, arena);

    /// <summary>Whether both are views of the same memory from its start, shapes aside.</summary>
    internal bool SharesMemory(in Tensor other) =>
        _address == other._address && _serial == other._serial && ReferenceEquals(_owner, other._owner);

    /// <summary>Whether the ranges of both cross. Quick: says yes of two missing tensors, and of an empty one inside another, too.</summary>
    internal bool Overlaps(in Tensor other) => _address < other._address + other.Count && other._address < _address + Count;

    internal Tensor WithNode(int node) => new(_owner!, _address, _serial, Shape, node);

    /// <summary>The shape, for messages.</summary>
    public override string ToString() => IsNull ? "no tensor" : $"tensor {Shape}";
}
