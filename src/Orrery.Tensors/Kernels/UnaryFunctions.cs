using System.Numerics;
using System.Runtime.CompilerServices;
using static Orrery.Tensors.Kernels.VectorMath;

namespace Orrery.Tensors.Kernels;

/// <summary>A function of one number: its value, and its derivative from argument and value.</summary>
internal interface IUnaryFunction
{
    static abstract Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1);

    static abstract Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1);
}

internal readonly struct IdentityFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) =>
        Vector<float>.One;
}

internal readonly struct NegateFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => -x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) =>
        -Vector<float>.One;
}

internal readonly struct SquareFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => x * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) => x + x;
}

internal readonly struct AbsFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => Vector.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) =>
        Vector.ConditionalSelect(Vector.GreaterThan(Vector.Abs(x), Vector<float>.Zero), CopySign(Vector<float>.One, x), x); // Zeros and NaN as they are.
}

internal readonly struct ExponentialFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) => y;
}

internal readonly struct LogarithmFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) =>
        Vector<float>.One / x;
}

internal readonly struct RootFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => Vector.SquareRoot(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) =>
        Vector.Create(0.5f) / y;
}

internal readonly struct InverseRootFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) =>
        Vector<float>.One / Vector.SquareRoot(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) =>
        Vector.Create(-0.5f) * y / x;
}

internal readonly struct SineFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => VectorMath.Sin(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) => VectorMath.Cos(x);
}

internal readonly struct CosineFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => VectorMath.Cos(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) => -VectorMath.Sin(x);
}

internal readonly struct HyperbolicTangentFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) =>
        Vector<float>.One - (y * y);
}

internal readonly struct LogisticFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) =>
        y * (Vector<float>.One - y);
}

internal readonly struct ReluFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) =>
        Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), Vector<float>.Zero, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) =>
        Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<float>.Zero), Vector<float>.One, Vector<float>.Zero);
}

internal readonly struct LeakyReluFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) =>
        Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), x * p0, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) =>
        Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<float>.Zero), Vector<float>.One, p0);
}

internal readonly struct EluFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) =>
        Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), p0 * ExpMinusOne(x), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) =>
        Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<float>.Zero), Vector<float>.One, p0 * Exp(Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<float>.Zero), Vector<float>.Zero, x)));
}

internal readonly struct SiluFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => x * Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1)
    {
        Vector<float> s = Sigmoid(x);
        return s * (Vector<float>.One + (x * (Vector<float>.One - s)));
    }
}

internal readonly struct SoftplusFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => VectorMath.Softplus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) => Sigmoid(x);
}

internal readonly struct SymlogFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) =>
        CopySign(LogOnePlus(Vector.Abs(x)), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) =>
        Vector<float>.One / (Vector<float>.One + Vector.Abs(x));
}

internal readonly struct SymexpFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) =>
        CopySign(ExpMinusOne(Vector.Abs(x)), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) =>
        Exp(Vector.Abs(x));
}

internal readonly struct AffineFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => Fma(p0, x, p1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1) => p0;
}

internal readonly struct ClampFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1)
    {
        x = Vector.ConditionalSelect(Vector.LessThan(x, p0), p0, x);
        return Vector.ConditionalSelect(Vector.GreaterThan(x, p1), p1, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1)
    {
        Vector<int> outside = Vector.LessThan(x, p0) | Vector.GreaterThan(x, p1);
        return Vector.ConditionalSelect(outside, Vector<float>.Zero, Vector<float>.One);
    }
}

internal readonly struct GeluFunction : IUnaryFunction
{
    private const float InverseRootTwoPi = 0.398942280f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => x * NormalDistribution(x, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1)
    {
        Vector<float> phi = NormalDistribution(x, out Vector<float> bell);
        return Fma(x * Vector.Create(InverseRootTwoPi), bell, phi);
    }
}

internal readonly struct GeluTanhFunction : IUnaryFunction
{
    private const float RootTwoOverPi = 0.797884561f;
    private const float Cubic = 0.044715f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => x * Gate(x);

    // With g = (1 + tanh(u)) / 2 = sigmoid(2 u): g' = 2 g (1 - g) u'.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1)
    {
        Vector<float> bounded = Between(x, -1e4f, 1e4f);
        Vector<float> gate = Gate(x);
        Vector<float> inner = Fma(bounded * bounded, Vector.Create(6f * RootTwoOverPi * Cubic), Vector.Create(2f * RootTwoOverPi));
        return Fma(bounded * gate * (Vector<float>.One - gate), inner, gate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Gate(Vector<float> x)
    {
        Vector<float> bounded = Between(x, -1e4f, 1e4f);
        Vector<float> inner = Fma(bounded * bounded, Vector.Create(2f * RootTwoOverPi * Cubic), Vector.Create(2f * RootTwoOverPi));
        return Sigmoid(bounded * inner);
    }
}

internal readonly struct MishFunction : IUnaryFunction
{
    // tanh(log(1 + e)) = e (e + 2) / (e (e + 2) + 2) with e = e^x; beyond 20 it is 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> x, Vector<float> p0, Vector<float> p1) => x * Gate(x, out _, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Slope(Vector<float> x, Vector<float> y, Vector<float> p0, Vector<float> p1)
    {
        Vector<float> gate = Gate(x, out Vector<float> bounded, out Vector<float> e);
        Vector<float> denominator = Fma(e, e + Vector.Create(2f), Vector.Create(2f));
        Vector<float> gateSlope = Vector.Create(4f) * e * (e + Vector<float>.One) / (denominator * denominator);

        // Beyond the bounds the gate is flat: x itself, however large, must not blow up what rounding left of its slope.
        return Fma(bounded, gateSlope, gate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Gate(Vector<float> x, out Vector<float> bounded, out Vector<float> e)
    {
        bounded = Between(x, -110f, 20f);
        e = Exp(bounded);
        Vector<float> numerator = e * (e + Vector.Create(2f));
        return numerator / (numerator + Vector.Create(2f));
    }
}
