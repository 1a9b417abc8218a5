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
    private readonly int _generation;

    internal Tensor(TensorArena owner, float* address, int generation, Shape shape, int node = 0)
    {
        _owner = owner;
        _address = address;
        _generation = generation;
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
    internal float* Pointer
    {
        get
        {
            if (_owner is null || !_owner.Holds(_generation, (nint)_address))
                throw Stale();
            return _address;
        }
    }

    /// <summary>The only number of a tensor with one number.</summary>
    /// <exception cref="InvalidOperationException">It holds more than one number.</exception>
    public float Item() => Shape.Count == 1
        ? *Pointer
        : throw new InvalidOperationException($"Item: the tensor has shape {Shape}; it must hold exactly one number.");

    /// <summary>The same numbers under another shape; shares memory, and keeps its place on the tape only inside autograd.</summary>
    /// <exception cref="ArgumentException">The shapes hold different numbers of numbers.</exception>
    public Tensor Reshape(Shape shape) => shape.Count == Shape.Count
        ? new Tensor(_owner!, _address, _generation, shape)
        : throw new ArgumentException($"Reshape: {Shape} holds {Shape.Count} numbers but {shape} holds {shape.Count}; they must be equal.");

    /// <summary>A contiguous part of the numbers under a shape of its own; shares memory.</summary>
    internal Tensor Part(int offset, Shape shape) => offset >= 0 && offset + shape.Count <= Shape.Count
        ? new Tensor(_owner!, _address + offset, _generation, shape)
        : throw new ArgumentException($"Part: numbers {offset} to {offset + shape.Count} of a tensor of shape {Shape} were asked for.");

    /// <summary>Whether both are views of the same memory from its start, shapes aside.</summary>
    internal bool SharesMemory(in Tensor other) =>
        _address == other._address && _generation == other._generation && ReferenceEquals(_owner, other._owner);

    internal Tensor WithNode(int node) => new(_owner!, _address, _generation, Shape, node);

    /// <summary>The shape, for messages.</summary>
    public override string ToString() => IsNull ? "no tensor" : $"tensor {Shape}";

    private InvalidOperationException Stale() => new(_owner is null
        ? "A tensor is missing here (default was passed where a tensor is needed)."
        : $"The tensor {Shape} was used after its {_owner.Name} was rolled back; its memory may hold other numbers. Copy what must outlive the step.");
}
