namespace Orrery.Tensors;

/// <summary>Functions of one number. Formulas are those of docs/operations.md; p0 and p1 are the operation's settings.</summary>
public enum UnaryOperation
{
    /// <summary>-x.</summary>
    Negate,

    /// <summary>x * x.</summary>
    Square,

    /// <summary>|x|; gradient 0 at 0.</summary>
    Abs,

    /// <summary>e^x.</summary>
    Exp,

    /// <summary>Natural logarithm.</summary>
    Log,

    /// <summary>Square root.</summary>
    Sqrt,

    /// <summary>1 / sqrt(x).</summary>
    Rsqrt,

    /// <summary>Sine of x in radians.</summary>
    Sin,

    /// <summary>Cosine of x in radians.</summary>
    Cos,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>max(0, x); gradient 0 at 0; NaN stays NaN.</summary>
    Relu,

    /// <summary>x, or p0 x below 0.</summary>
    LeakyRelu,

    /// <summary>x, or p0 (e^x - 1) below 0.</summary>
    Elu,

    /// <summary>x Phi(x), with the error function.</summary>
    Gelu,

    /// <summary>0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).</summary>
    GeluTanh,

    /// <summary>x sigmoid(x).</summary>
    Silu,

    /// <summary>log(1 + e^x).</summary>
    Softplus,

    /// <summary>x tanh(softplus(x)).</summary>
    Mish,

    /// <summary>sign(x) log(1 + |x|).</summary>
    Symlog,

    /// <summary>sign(x) (e^|x| - 1).</summary>
    Symexp,

    /// <summary>x between p0 and p1; gradient 1 inside and 0 outside.</summary>
    Clamp,

    /// <summary>p0 x + p1.</summary>
    Affine,
}

/// <summary>Functions of two numbers, broadcast from the right.</summary>
public enum BinaryOperation
{
    /// <summary>a + b.</summary>
    Add,

    /// <summary>a - b.</summary>
    Subtract,

    /// <summary>a * b.</summary>
    Multiply,

    /// <summary>a / b.</summary>
    Divide,
}

/// <summary>What is made of the numbers along the reduced axes.</summary>
public enum ReduceOperation
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The largest; NaN if there is one. The gradient goes to the first of equal ones.</summary>
    Max,

    /// <summary>The smallest; NaN if there is one. The gradient goes to the first of equal ones.</summary>
    Min,
}

/// <summary>What a layer does to its output.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    Identity,

    /// <inheritdoc cref="UnaryOperation.Relu"/>
    Relu,

    /// <summary>x, or 0.01 x below 0.</summary>
    LeakyRelu,

    /// <summary>x, or e^x - 1 below 0.</summary>
    Elu,

    /// <inheritdoc cref="UnaryOperation.Gelu"/>
    Gelu,

    /// <inheritdoc cref="UnaryOperation.Silu"/>
    Silu,

    /// <inheritdoc cref="UnaryOperation.Tanh"/>
    Tanh,

    /// <inheritdoc cref="UnaryOperation.Sigmoid"/>
    Sigmoid,

    /// <inheritdoc cref="UnaryOperation.Softplus"/>
    Softplus,

    /// <inheritdoc cref="UnaryOperation.Mish"/>
    Mish,
}

/// <summary>A set of axes as bits: bit k stands for axis k.</summary>
/// <param name="Bits">The bits.</param>
public readonly record struct AxisSet(uint Bits)
{
    /// <summary>Every axis of <paramref name="shape"/>.</summary>
    public static AxisSet All(Shape shape) => new((1u << shape.Rank) - 1);

    /// <summary>The given axes of <paramref name="shape"/>; negative positions count from the end.</summary>
    public static AxisSet Of(Shape shape, params ReadOnlySpan<int> axes)
    {
        uint bits = 0;
        foreach (int axis in axes)
            bits |= 1u << shape.Axis(axis);
        return new AxisSet(bits);
    }

    /// <summary>Whether axis <paramref name="axis"/> (from the front) is in the set.</summary>
    public bool Has(int axis) => (Bits >> axis & 1) != 0;

    /// <summary>What is left of <paramref name="shape"/> when these axes are reduced.</summary>
    public Shape Reduce(Shape shape, bool keepDimensions)
    {
        Span<int> lengths = stackalloc int[Shape.MaximumRank];
        int rank = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (!Has(axis))
                lengths[rank++] = shape[axis];
            else if (keepDimensions)
                lengths[rank++] = 1;
        }

        return new Shape(lengths[..rank]);
    }
}

/// <summary>A two-dimensional window that moves over a picture.</summary>
/// <param name="StrideY">Step down, in cells.</param>
/// <param name="StrideX">Step to the right, in cells.</param>
/// <param name="PaddingY">Cells added above and below.</param>
/// <param name="PaddingX">Cells added on the left and on the right.</param>
/// <param name="Groups">Groups of channels that do not see each other.</param>
public readonly record struct ConvolutionGeometry(int StrideY, int StrideX, int PaddingY, int PaddingX, int Groups = 1);

/// <summary>A two-dimensional pooling window.</summary>
/// <param name="KernelY">Height of the window.</param>
/// <param name="KernelX">Width of the window.</param>
/// <param name="StrideY">Step down.</param>
/// <param name="StrideX">Step to the right.</param>
/// <param name="PaddingY">Cells added above and below; they never win a maximum.</param>
/// <param name="PaddingX">Cells added on the left and on the right.</param>
/// <param name="CountPadding">Whether averages count the padding.</param>
public readonly record struct PoolGeometry(
    int KernelY, int KernelX, int StrideY, int StrideX, int PaddingY, int PaddingX, bool CountPadding = true);

/// <summary>Settings of one AdamW step.</summary>
/// <param name="LearningRate">Step size.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="WeightDecay">Decoupled weight decay, times the learning rate.</param>
/// <param name="Step">Number of this step, from 1 on, for the bias correction.</param>
public readonly record struct AdamWSettings(
    float LearningRate, double Beta1, double Beta2, float Epsilon, float WeightDecay, long Step);
