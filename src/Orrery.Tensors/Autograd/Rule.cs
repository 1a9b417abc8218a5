namespace Orrery.Tensors.Autograd;

/// <summary>
/// How the gradient of one operation flows back. Rules are stateless and shared by all tapes: what an application of the
/// operation needs is in its <see cref="TapeNode"/>.
/// </summary>
internal abstract class Rule
{
    /// <summary>Adds this application's share to the gradients of its operands.</summary>
    /// <param name="step">The application, its operands and the gradient of its output.</param>
    public abstract void Backward(in Backpropagation step);
}

/// <summary>The numbers that an operation was called with. Each rule says what they mean to it.</summary>
internal struct RuleData
{
    public int I0;
    public int I1;
    public int I2;
    public int I3;
    public int I4;
    public int I5;
    public int I6;
    public float F0;
    public float F1;
}

/// <summary>One value on a tape: how it came about and, on the way back, its gradient.</summary>
internal struct TapeNode
{
    /// <summary>The value.</summary>
    public Tensor Value;

    /// <summary>The gradient; null until something flows into it.</summary>
    public Tensor Gradient;

    /// <summary>The operation; null for a leaf.</summary>
    public Rule? Rule;

    /// <summary>The first of the operands in the tape's list.</summary>
    public int FirstOperand;

    /// <summary>What the operation was called with.</summary>
    public RuleData Data;
}

/// <summary>One application of an operation, seen from its gradient rule.</summary>
internal readonly ref struct Backpropagation
{
    private readonly Tape _tape;
    private readonly int _node;
    private readonly int _firstOperand;

    public Backpropagation(Tape tape, int node)
    {
        _tape = tape;
        _node = node;
        _firstOperand = tape.NodeAt(node).FirstOperand;
    }

    /// <summary>The tape.</summary>
    public Tape Tape => _tape;

    /// <summary>The backend that computes.</summary>
    public Backend Backend => _tape.Backend;

    /// <summary>What the operation was called with.</summary>
    public ref readonly RuleData Data => ref _tape.NodeAt(_node).Data;

    /// <summary>The operation's result.</summary>
    public ref readonly Tensor Output => ref _tape.NodeAt(_node).Value;

    /// <summary>The gradient of the result; complete when the rule is called.</summary>
    public ref readonly Tensor OutputGradient => ref _tape.NodeAt(_node).Gradient;

    /// <summary>An operand, or a tensor that the forward pass saved.</summary>
    /// <param name="index">Its position when it was recorded.</param>
    public ref readonly Tensor Operand(int index) => ref _tape.OperandAt(_firstOperand + index);

    /// <summary>Whether a gradient flows into an operand; rules skip work into constants.</summary>
    /// <param name="index">The operand's position.</param>
    public bool Needs(int index) => Operand(index).Node != 0;

    /// <summary>The tensor that the operand's gradient is added to, in the operand's shape; null for a constant.</summary>
    /// <param name="index">The operand's position.</param>
    public Tensor GradientOf(int index) => _tape.GradientBuffer(Operand(index));

    /// <summary>Whether nothing has flowed into an operand that takes a gradient.</summary>
    /// <param name="index">The operand's position.</param>
    public bool IsFirstGradientOf(int index) => _tape.IsFirstGradient(Operand(index));

    /// <summary>As <see cref="GradientOf"/>, for an operation that can write as well as add: what is first to arrive finds no zeros to be added to.</summary>
    /// <param name="index">The operand's position; it takes a gradient.</param>
    /// <param name="isFirst">Whether every number must be written; otherwise all must be added to what is there.</param>
    public Tensor GradientToFill(int index, out bool isFirst) => _tape.GradientToFill(Operand(index), out isFirst);
}
