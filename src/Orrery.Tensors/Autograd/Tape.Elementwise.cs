using Orrery.Tensors.Autograd.Rules;

namespace Orrery.Tensors.Autograd;

/// <content>Element by element. Two operands are broadcast from the right: axes of length 1, or missing in front, are repeated.</content>
public sealed partial class Tape
{
    /// <summary>a + b, broadcast.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with that of <paramref name="a"/>.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Tensor Add(Tensor a, Tensor b) => BinaryRule.Apply(this, BinaryOperation.Add, a, b);

    /// <summary>a - b, broadcast.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with that of <paramref name="a"/>.</param>
    /// <returns>The difference.</returns>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Tensor Subtract(Tensor a, Tensor b) => BinaryRule.Apply(this, BinaryOperation.Subtract, a, b);

    /// <summary>a b element by element, broadcast.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with that of <paramref name="a"/>.</param>
    /// <returns>The product.</returns>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Tensor Multiply(Tensor a, Tensor b) => BinaryRule.Apply(this, BinaryOperation.Multiply, a, b);

    /// <summary>a / b element by element, broadcast.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">A shape that broadcasts with that of <paramref name="a"/>.</param>
    /// <returns>The quotient.</returns>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Tensor Divide(Tensor a, Tensor b) => BinaryRule.Apply(this, BinaryOperation.Divide, a, b);

    /// <summary>The larger of two element by element; the gradient goes to the larger, to a where they are equal.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">The shape of <paramref name="a"/>.</param>
    /// <returns>The larger ones; NaN where one is.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Tensor Maximum(Tensor a, Tensor b) => Max(Stack(0, a, b), [0]);

    /// <summary>The smaller of two element by element; the gradient goes to the smaller, to a where they are equal.</summary>
    /// <param name="a">Any shape.</param>
    /// <param name="b">The shape of <paramref name="a"/>.</param>
    /// <returns>The smaller ones; NaN where one is.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Tensor Minimum(Tensor a, Tensor b) => Min(Stack(0, a, b), [0]);

    /// <summary>factor * x.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="factor">The factor.</param>
    /// <returns>The product.</returns>
    public Tensor Scale(Tensor x, float factor) => UnaryRule.Apply(this, UnaryOperation.Affine, x, factor);

    /// <summary>x + addend.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="addend">The number to add.</param>
    /// <returns>The sum.</returns>
    public Tensor AddScalar(Tensor x, float addend) => UnaryRule.Apply(this, UnaryOperation.Affine, x, 1, addend);

    /// <summary>-x.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The negative.</returns>
    public Tensor Negate(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Negate, x);

    /// <summary>x squared.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The square.</returns>
    public Tensor Square(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Square, x);

    /// <summary>The absolute value; its gradient at 0 is 0.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The absolute value.</returns>
    public Tensor Abs(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Abs, x);

    /// <summary>e to the power x.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The exponential.</returns>
    public Tensor Exp(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Exp, x);

    /// <summary>The natural logarithm: -inf at 0, NaN below.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The logarithm.</returns>
    public Tensor Log(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Log, x);

    /// <summary>The square root: NaN below 0; its gradient at 0 is infinite.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The root.</returns>
    public Tensor Sqrt(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Sqrt, x);

    /// <summary>One over the square root.</summary>
    /// <param name="x">Any shape, positive.</param>
    /// <returns>The reciprocal root.</returns>
    public Tensor Rsqrt(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Rsqrt, x);

    /// <summary>The sine.</summary>
    /// <param name="x">Any shape, in radians.</param>
    /// <returns>The sine.</returns>
    public Tensor Sin(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Sin, x);

    /// <summary>The cosine.</summary>
    /// <param name="x">Any shape, in radians.</param>
    /// <returns>The cosine.</returns>
    public Tensor Cos(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Cos, x);

    /// <summary>The hyperbolic tangent.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>Values in [-1, 1].</returns>
    public Tensor Tanh(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Tanh, x);

    /// <summary>1 / (1 + e^-x).</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>Values in [0, 1].</returns>
    public Tensor Sigmoid(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Sigmoid, x);

    /// <summary>log(sigmoid(x)) = -softplus(-x), without overflow.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The logarithm of the sigmoid.</returns>
    public Tensor LogSigmoid(Tensor x) => Negate(Softplus(Negate(x)));

    /// <summary>max(x, 0); its gradient at 0 is 0.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The positive part.</returns>
    public Tensor Relu(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Relu, x);

    /// <summary>x above 0, slope * x below.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="slope">The slope below 0.</param>
    /// <returns>The activation.</returns>
    public Tensor LeakyRelu(Tensor x, float slope = 0.01f) => UnaryRule.Apply(this, UnaryOperation.LeakyRelu, x, slope);

    /// <summary>x above 0, alpha (e^x - 1) below. Source: Clevert, Unterthiner and Hochreiter, 2015.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="alpha">The limit towards minus infinity, negated.</param>
    /// <returns>The activation.</returns>
    public Tensor Elu(Tensor x, float alpha = 1) => UnaryRule.Apply(this, UnaryOperation.Elu, x, alpha);

    /// <summary>x Phi(x) with the exact normal distribution function. Source: Hendrycks and Gimpel, 2016.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The activation.</returns>
    public Tensor Gelu(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Gelu, x);

    /// <summary>0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), the approximation of <see cref="Gelu"/>.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The activation.</returns>
    public Tensor GeluTanh(Tensor x) => UnaryRule.Apply(this, UnaryOperation.GeluTanh, x);

    /// <summary>x sigmoid(x).</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The activation.</returns>
    public Tensor Silu(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Silu, x);

    /// <summary>log(1 + e^x), without overflow.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>Positive values.</returns>
    public Tensor Softplus(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Softplus, x);

    /// <summary>x tanh(softplus(x)). Source: Misra, 2019.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The activation.</returns>
    public Tensor Mish(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Mish, x);

    /// <summary>sign(x) log(1 + |x|).</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The compressed value.</returns>
    public Tensor Symlog(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Symlog, x);

    /// <summary>sign(x) (e^|x| - 1), the inverse of <see cref="Symlog"/>.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The expanded value.</returns>
    public Tensor Symexp(Tensor x) => UnaryRule.Apply(this, UnaryOperation.Symexp, x);

    /// <summary>x limited to [minimum, maximum]; the gradient is 1 inside and 0 outside.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="minimum">The lower limit; null for none.</param>
    /// <param name="maximum">The upper limit; null for none.</param>
    /// <returns>The limited value.</returns>
    /// <exception cref="ArgumentException">The minimum is above the maximum.</exception>
    public Tensor Clamp(Tensor x, float? minimum, float? maximum)
    {
        var low = minimum ?? float.NegativeInfinity;
        var high = maximum ?? float.PositiveInfinity;
        if (!(low <= high)) throw new ArgumentException($"Clamp: the minimum {low} must not be above the maximum {high}.", nameof(minimum));
        return UnaryRule.Apply(this, UnaryOperation.Clamp, x, low, high);
    }

    /// <summary>An activation by its name.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="activation">Which activation; LeakyRelu and Elu with their usual 0.01 and 1.</param>
    /// <returns>The activation.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such activation.</exception>
    public Tensor Activate(Tensor x, Activation activation) => activation switch
    {
        Activation.Identity => x,
        Activation.Relu => Relu(x),
        Activation.LeakyRelu => LeakyRelu(x),
        Activation.Gelu => Gelu(x),
        Activation.Silu => Silu(x),
        Activation.Tanh => Tanh(x),
        Activation.Mish => Mish(x),
        Activation.Elu => Elu(x),
        Activation.Softplus => Softplus(x),
        Activation.Sigmoid => Sigmoid(x),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), $"Activate: there is no activation {activation}."),
    };
}
