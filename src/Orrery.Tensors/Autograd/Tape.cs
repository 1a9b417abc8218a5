using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Orrery.Tensors.Buffers;

namespace Orrery.Tensors.Autograd;

/// <summary>
/// Records operations as they compute, and runs them backwards for gradients. One tape serves one thread; parallelism is
/// inside the operations. Values live in the tape's arena until <see cref="Reset"/>, after which every step reuses the same
/// memory: once the first step has set the sizes, a step allocates nothing.
/// </summary>
public sealed partial class Tape : IDisposable
{
    private const long DefaultMaximumBytes = 8L << 30;

    private TapeNode[] _nodes = new TapeNode[256];
    private Tensor[] _operands = new Tensor[1024];
    private int _nodeCount = 1; // Node 0 stands for "constant".
    private int _operandCount;
    private bool _hasRunBackward;
    private float[] _table = [];

    /// <summary>Makes an empty tape that records.</summary>
    /// <param name="backend">The backend that computes; it must outlive the tape.</param>
    /// <param name="maximumBytes">The most memory that one step's values and gradients may take, in bytes.</param>
    /// <exception cref="ArgumentNullException">The backend is null.</exception>
    public Tape(Backend backend, long maximumBytes = DefaultMaximumBytes)
    {
        ArgumentNullException.ThrowIfNull(backend);
        Backend = backend;
        Arena = new TensorArena(backend, maximumBytes, "tape");
    }

    /// <summary>The backend that computes.</summary>
    public Backend Backend { get; }

    /// <summary>Where the values of the step live.</summary>
    public TensorArena Arena { get; }

    /// <summary>Whether operations are recorded for gradients. When false they only compute, for inference. Initially true.</summary>
    public bool Recording { get; set; } = true;

    /// <summary>
    /// Whether gradients flow into parameters. When false <see cref="Use(Parameter)"/> gives constants, for gradients with respect to inputs alone: they cost less, and
    /// several tapes may use the same parameters at once. Initially true.
    /// </summary>
    public bool DifferentiatesParameters { get; set; } = true;

    /// <summary>
    /// Weights that were packed for a network that is only run; linear layers of a tape that does not record multiply with them. Null
    /// where there are none.
    /// </summary>
    public PackedWeights? Packed { get; set; }

    /// <summary>How many values are recorded.</summary>
    public int NodeCount => _nodeCount - 1;

    /// <summary>Forgets the step: its values, gradients and operations. Tensors of the step must no longer be used.</summary>
    public void Reset()
    {
        Arena.Reset();
        _nodeCount = 1;
        _operandCount = 0;
        _integerCount = 0;
        _hasRunBackward = false;
    }

    /// <summary>Begins a piece of a network of which only the result is needed further on, unless gradients are.</summary>
    /// <returns>Where the piece begins, for <see cref="EndPiece"/>.</returns>
    public ArenaMark BeginPiece() => Arena.Mark();

    /// <summary>
    /// Ends a piece. Where nothing is recorded, all that it computed on its way is forgotten, so that a deep network runs in the memory of
    /// its largest piece, which stays in the caches.
    /// </summary>
    /// <param name="mark">From <see cref="BeginPiece"/>.</param>
    /// <param name="result">The piece's result, computed since.</param>
    /// <returns>The result, perhaps in another place: use this and no other tensor of the piece.</returns>
    public Tensor EndPiece(ArenaMark mark, Tensor result) => Recording ? result : Arena.RollbackExcept(mark, result);

    /// <summary>Frees the tape's memory.</summary>
    public void Dispose() => Arena.Dispose();

    /// <summary>A new value that no gradient flows into, to be filled by the caller.</summary>
    /// <param name="shape">Its shape.</param>
    /// <returns>The value, with undefined content.</returns>
    public Tensor Input(Shape shape) => Arena.Allocate(shape);

    /// <summary>A copy of numbers as a value that no gradient flows into.</summary>
    /// <param name="values">The numbers, row-major.</param>
    /// <param name="shape">Their shape.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The count differs from the shape's.</exception>
    public Tensor Constant(ReadOnlySpan<float> values, Shape shape)
    {
        if (values.Length != shape.Count)
            throw new ArgumentException($"Constant: {values.Length} numbers do not fill the shape {shape}, which has {shape.Count}.", nameof(values));
        var tensor = Arena.Allocate(shape);
        Backend.Upload(values, tensor);
        return tensor;
    }

    /// <summary>A value filled with one number, that no gradient flows into.</summary>
    /// <param name="value">The number.</param>
    /// <param name="shape">The shape.</param>
    /// <returns>The value.</returns>
    public Tensor Constant(float value, Shape shape)
    {
        var tensor = Arena.Allocate(shape);
        Backend.Fill(tensor, value);
        return tensor;
    }

    /// <summary>A copy of numbers as a value whose <see cref="Gradient"/> can be asked for after <see cref="Backward(Tensor)"/>.</summary>
    /// <param name="values">The numbers, row-major.</param>
    /// <param name="shape">Their shape.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The count differs from the shape's.</exception>
    public Tensor Variable(ReadOnlySpan<float> values, Shape shape) => Variable(Constant(values, shape));

    /// <summary>The same value as a leaf whose <see cref="Gradient"/> can be asked for; nothing flows further back.</summary>
    /// <param name="tensor">The value; its memory is shared.</param>
    /// <returns>The value as a leaf, or unchanged when the tape does not record.</returns>
    public Tensor Variable(Tensor tensor) => Recording ? AddNode(null, tensor, default, []) : Detach(tensor);

    /// <summary>A parameter as a value; what flows back is added to <see cref="Parameter.Gradient"/>.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <returns>The parameter's value; its memory is shared.</returns>
    /// <exception cref="ArgumentNullException">The parameter is null.</exception>
    public Tensor Use(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (!Recording || !DifferentiatesParameters || parameter.Gradient.IsNull) return parameter.Value;
        var tensor = AddNode(null, parameter.Value, default, []);
        _nodes[tensor.Node].Gradient = parameter.Gradient;
        return tensor;
    }

    /// <summary>A parameter that a layer may lack: a null tensor where it does.</summary>
    internal Tensor UseOptional(Parameter? parameter) => parameter is null ? default : Use(parameter);

    /// <summary>The same value as a constant: no gradient flows through it.</summary>
    /// <param name="tensor">The value; its memory is shared.</param>
    /// <returns>The value as a constant.</returns>
    [SuppressMessage("Performance", "CA1822", Justification = "Reads as an operation of the tape, like all others.")]
    public Tensor Detach(Tensor tensor) => tensor.WithNode(0);

    /// <summary>The gradient that reached a recorded value. Ask after <see cref="Backward(Tensor)"/>.</summary>
    /// <param name="tensor">The value.</param>
    /// <returns>The gradient in the value's shape: zeros where nothing flowed.</returns>
    /// <exception cref="InvalidOperationException">The value is a constant.</exception>
    public Tensor Gradient(Tensor tensor) => tensor.Node != 0
        ? GradientBuffer(tensor)
        : throw new InvalidOperationException($"Gradient: the tensor {tensor.Shape} is a constant; make it with Variable or Use while the tape records.");

    /// <summary>The recorded value of an index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref TapeNode NodeAt(int node) => ref _nodes[node];

    /// <summary>An entry of the operand list.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref readonly Tensor OperandAt(int index) => ref _operands[index];

    /// <summary>Numbers to be worked out on the host and made a constant, zeros at first. One at a time.</summary>
    private Span<float> Table(int count)
    {
        if (_table.Length < count) _table = new float[count];
        var table = _table.AsSpan(0, count);
        table.Clear();
        return table;
    }

    /// <summary>Whether an operation on this operand has to be recorded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Records(in Tensor a) => Recording && a.Node != 0;

    /// <summary>Whether an operation on these operands has to be recorded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Records(in Tensor a, in Tensor b) => Recording && (a.Node | b.Node) != 0;

    /// <summary>Whether an operation on these operands has to be recorded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Records(in Tensor a, in Tensor b, in Tensor c) => Recording && (a.Node | b.Node | c.Node) != 0;

    /// <summary>Puts an operation's result on the tape.</summary>
    /// <param name="rule">The operation.</param>
    /// <param name="output">Its result.</param>
    /// <param name="data">What it was called with.</param>
    /// <param name="operands">Its operands and what else the rule needs; null tensors stand for absent ones.</param>
    /// <returns>The result, as a value of the tape.</returns>
    internal Tensor Record(Rule rule, in Tensor output, in RuleData data, params ReadOnlySpan<Tensor> operands) =>
        AddNode(rule, output, data, operands);

    /// <summary>The tensor that a value's gradient is added to, in the value's shape, made and zeroed when first asked for; null for a constant.</summary>
    internal Tensor GradientBuffer(in Tensor tensor)
    {
        if (tensor.Node == 0) return default;
        RequireOwn(tensor);
        ref var node = ref _nodes[tensor.Node];
        if (node.Gradient.IsNull) node.Gradient = Arena.AllocateZeroed(node.Value.Shape);
        return node.Gradient.Shape == tensor.Shape ? node.Gradient : node.Gradient.Reshape(tensor.Shape);
    }

    /// <summary>Whether nothing has flowed into a value that takes a gradient.</summary>
    internal bool IsFirstGradient(in Tensor tensor) => _nodes[tensor.Node].Gradient.IsNull;

    /// <summary>As <see cref="GradientBuffer"/>, but not zeroed when it is made here.</summary>
    internal Tensor GradientToFill(in Tensor tensor, out bool isFirst)
    {
        isFirst = _nodes[tensor.Node].Gradient.IsNull;
        if (!isFirst) return GradientBuffer(tensor);
        RequireOwn(tensor);
        ref var node = ref _nodes[tensor.Node];
        node.Gradient = Arena.Allocate(node.Value.Shape);
        return node.Gradient.Shape == tensor.Shape ? node.Gradient : node.Gradient.Reshape(tensor.Shape);
    }

    // A value of another tape, or of an earlier step, has a number that means something else here.
    private void RequireOwn(in Tensor tensor)
    {
        if (tensor.Node >= _nodeCount || !_nodes[tensor.Node].Value.SharesMemory(tensor))
            throw new InvalidOperationException($"Tape: a tensor {tensor.Shape} is not on this tape; it comes from another tape or from before Reset.");
    }

    private Tensor AddNode(Rule? rule, in Tensor value, in RuleData data, ReadOnlySpan<Tensor> operands)
    {
        if (_nodeCount == _nodes.Length) Array.Resize(ref _nodes, 2 * _nodes.Length);
        if (_operandCount + operands.Length > _operands.Length) Array.Resize(ref _operands, Math.Max(2 * _operands.Length, _operandCount + operands.Length));
        foreach (ref readonly var operand in operands)
        {
            if (operand.Node != 0) RequireOwn(operand);
        }

        operands.CopyTo(_operands.AsSpan(_operandCount));
        var index = _nodeCount++;
        ref var node = ref _nodes[index];
        node.Value = value.WithNode(index);
        node.Gradient = default;
        node.Rule = rule;
        node.FirstOperand = _operandCount;
        node.Data = data;
        _operandCount += operands.Length;
        return node.Value;
    }
}
