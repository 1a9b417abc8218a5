namespace Orrery.Tensors.Buffers;

/// <summary>
/// Owns the memory of everything that lives as long as a model: parameters, their gradients, and buffers such as running
/// statistics. <see cref="Seal"/> lays values and gradients out contiguously, so that clipping, the optimiser, averaging and
/// saving are one pass each.
/// </summary>
public sealed class ParameterBlock : IDisposable
{
    private readonly TensorArena _arena;
    private readonly List<Parameter> _parameters = [];
    private readonly List<Parameter> _buffers = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private bool _sealed;
    private Tensor _values;
    private Tensor _gradients;

    /// <summary>An empty block.</summary>
    public ParameterBlock(Backend backend)
    {
        Backend = backend;
        _arena = new TensorArena(backend, name: "parameter block");
    }

    /// <summary>Where the memory lives and who computes on it.</summary>
    public Backend Backend { get; }

    /// <summary>The trained parameters, in the order of registration.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>What is saved with the model but not trained, such as running means.</summary>
    public IReadOnlyList<Parameter> Buffers => _buffers;

    /// <summary>How many numbers are trained.</summary>
    public long Count => _parameters.Sum(parameter => (long)parameter.Shape.Count);

    /// <summary>All parameters' values, one after the other (each padded to 16 numbers with zeros), after <see cref="Seal"/>.</summary>
    public Tensor Values => _sealed ? _values : throw NotSealed();

    /// <summary>All parameters' gradients, in the layout of <see cref="Values"/>, after <see cref="Seal"/>.</summary>
    public Tensor Gradients => _sealed ? _gradients : throw NotSealed();

    /// <summary>Registers a trained parameter; its values start as zeros and may be written at once.</summary>
    /// <param name="name">Dotted path, unique in the block, such as <c>encoder.stem.weight</c>.</param>
    /// <param name="shape">Lengths of its axes.</param>
    /// <param name="decays">Whether weight decay applies to it.</param>
    public Parameter Add(string name, Shape shape, bool decays = true)
    {
        if (_sealed)
            throw new InvalidOperationException($"Parameter '{name}': the block is sealed; register every parameter before Seal.");
        Parameter parameter = new(Unique(name), shape, decays) { Value = _arena.AllocateZeroed(shape) };
        _parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Registers numbers that are saved with the model but not trained; they start as zeros.</summary>
    public Parameter AddBuffer(string name, Shape shape)
    {
        Parameter buffer = new(Unique(name), shape, decays: false) { Value = _arena.AllocateZeroed(shape) };
        _buffers.Add(buffer);
        return buffer;
    }

    /// <summary>Moves the parameters into one contiguous piece, with a piece of the same layout for their gradients (zeros).</summary>
    public void Seal()
    {
        if (_sealed)
            return;
        const int padding = 16;
        int total = _parameters.Sum(parameter => (parameter.Shape.Count + padding - 1) / padding * padding);
        _values = _arena.AllocateZeroed(new Shape(total));
        _gradients = _arena.AllocateZeroed(new Shape(total));
        int offset = 0;
        foreach (Parameter parameter in _parameters)
        {
            Tensor value = _values.Part(offset, parameter.Shape);
            Backend.Copy(parameter.Value, value);
            parameter.Value = value;
            parameter.Gradient = _gradients.Part(offset, parameter.Shape);
            parameter.Offset = offset;
            offset += (parameter.Shape.Count + padding - 1) / padding * padding;
        }

        _sealed = true;
    }

    /// <summary>Sets every gradient to zero.</summary>
    public void ZeroGradients() => Backend.Fill(Gradients, 0);

    /// <summary>Another piece in the layout of <see cref="Values"/>, of zeros: an optimiser's moments, averaged weights.</summary>
    public Tensor AllocateLike() => _arena.AllocateZeroed(Values.Shape);

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _arena.Dispose();

    private string Unique(string name) => _names.Add(name)
        ? name
        : throw new InvalidOperationException($"Parameter '{name}' is registered twice; names must be unique in a block.");

    private static InvalidOperationException NotSealed() =>
        new("The parameter block is not sealed yet; call Seal once every module is built.");
}

/// <summary>A named tensor that is trained or saved.</summary>
public sealed class Parameter
{
    internal Parameter(string name, Shape shape, bool decays)
    {
        Name = name;
        Shape = shape;
        Decays = decays;
    }

    /// <summary>Dotted path, such as <c>encoder.stem.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Lengths of its axes.</summary>
    public Shape Shape { get; }

    /// <summary>Whether weight decay applies to it.</summary>
    public bool Decays { get; }

    /// <summary>Its numbers. Read it afresh after <see cref="ParameterBlock.Seal"/>, which moves them.</summary>
    public Tensor Value { get; internal set; }

    /// <summary>dLoss/dValue, accumulated since <see cref="ParameterBlock.ZeroGradients"/>; null before Seal and for buffers.</summary>
    public Tensor Gradient { get; internal set; }

    /// <summary>Position of its first number in <see cref="ParameterBlock.Values"/>.</summary>
    internal int Offset { get; set; }
}
