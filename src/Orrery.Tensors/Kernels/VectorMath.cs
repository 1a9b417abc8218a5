using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>
/// Elementary functions of a vector register. Each lane depends on its own number only, NaN stays NaN, results that are
/// denormal are not flushed, and nothing is read from memory: a static table would turn callers' loops into spills. The
/// polynomials are least-maximum fits of their interval; errors stated are those of the approximation before rounding.
/// </summary>
internal static class VectorMath
{
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693145752f;
    private const float Ln2Low = 1.42860677e-6f;
    private const float RoundingMagic = 12582912f;
    private const float OverflowArgument = 88.8f;
    private const float LargestReduced = 1e8f;
    private const float UnderflowArgument = -104f;

    /// <summary>a b + c, fused where the processor can.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Fma(Vector<float> a, Vector<float> b, Vector<float> c) => Vector.MultiplyAddEstimate(a, b, c);

    /// <summary>e^x; relative error 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Exp(Vector<float> x) => ExpWithin(Between(x, UnderflowArgument, OverflowArgument));

    /// <summary>e^x for x not above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> ExpBelowZero(Vector<float> x) => ExpWithin(Vector.MaxNative(Vector.Create(UnderflowArgument), x));

    // e^x within the bounds of Exp.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> ExpWithin(Vector<float> clamped)
    {
        Vector<float> shifted = Fma(clamped, Vector.Create(Log2E), Vector.Create(RoundingMagic));
        Vector<float> p = ReducedExpMinusOne(clamped, shifted - Vector.Create(RoundingMagic)) + Vector<float>.One;
        Vector<int> power = Vector.AsVectorInt32(shifted) - Vector.AsVectorInt32(Vector.Create(RoundingMagic));
        // Two factors, since 2^128 and 2^-150 are no normal numbers but their roots are.
        Vector<int> half = Vector.ShiftRightArithmetic(power, 1);
        return p * PowerOfTwo(half) * PowerOfTwo(power - half);
    }

    /// <summary>e^x - 1, accurate near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> ExpMinusOne(Vector<float> x)
    {
        Vector<float> clamped = Between(x, -30f, 87f);
        Vector<float> shifted = Fma(clamped, Vector.Create(Log2E), Vector.Create(RoundingMagic));
        Vector<float> p = ReducedExpMinusOne(clamped, shifted - Vector.Create(RoundingMagic));
        Vector<float> scale = PowerOfTwo(Vector.AsVectorInt32(shifted) - Vector.AsVectorInt32(Vector.Create(RoundingMagic)));
        Vector<float> result = Fma(p, scale, scale - Vector<float>.One);
        return Vector.ConditionalSelect(Vector.GreaterThan(x, Vector.Create(87f)), Exp(x), result);
    }

    /// <summary>The natural logarithm: NaN below 0, minus infinity at 0; relative error 1e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Log(Vector<float> x)
    {
        Vector<int> tiny = Vector.LessThan(x, Vector.Create(1.17549435e-38f));
        Vector<float> normal = Vector.ConditionalSelect(tiny, x * Vector.Create(8388608f), x);
        Vector<int> bits = Vector.AsVectorInt32(normal);
        // Split so that the mantissa lies in [sqrt(1/2), sqrt(2)).
        Vector<int> exponent = Vector.ShiftRightArithmetic(bits - Vector.Create(0x3F3504F3), 23);
        Vector<float> mantissa = Vector.AsVectorSingle(bits - Vector.ShiftLeft(exponent, 23));
        Vector<float> power = Vector.ConvertToSingle(exponent - (tiny & Vector.Create(23)));
        Vector<float> f = mantissa - Vector<float>.One;
        Vector<float> tail = LogTail(f) + (power * Vector.Create(Ln2Low));
        Vector<float> result = Fma(power, Vector.Create(Ln2High), f + tail);
        result = Vector.ConditionalSelect(Vector.Equals(x, Vector<float>.Zero), Vector.Create(float.NegativeInfinity), result);
        result = Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), Vector.Create(float.NaN), result);
        // Infinity and NaN are their own logarithms.
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector.Create(float.PositiveInfinity)), result, x);
    }

    /// <summary>log(1 + u) for u from 0 to 1, accurate near 0: the logarithm's own polynomial, halved above sqrt(2) - 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> LogOnePlusFraction(Vector<float> u)
    {
        Vector<int> large = Vector.GreaterThan(u, Vector.Create(0.414213562f));
        // log(1 + u) = log 2 + log(1 + (u - 1) / 2).
        Vector<float> f = Vector.ConditionalSelect(large, (u - Vector<float>.One) * Vector.Create(0.5f), u);
        Vector<float> result = f + LogTail(f);
        return Vector.ConditionalSelect(large, result + Vector.Create(0.693147181f), result);
    }

    /// <summary>log(1 + u) for u at least 0, accurate near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> LogOnePlus(Vector<float> u)
    {
        Vector<float> sum = u + Vector<float>.One;
        Vector<float> kept = sum - Vector<float>.One;
        // log(1 + u) is log(sum) corrected for what the addition rounded away.
        Vector<float> result = Log(sum) * (u / kept);
        result = Vector.ConditionalSelect(Vector.Equals(kept, Vector<float>.Zero), u, result);
        return Vector.ConditionalSelect(Vector.GreaterThan(u, Vector.Create(1e30f)), Log(u), result);
    }

    /// <summary>The hyperbolic tangent; relative error 2e-7, also near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Tanh(Vector<float> x)
    {
        Vector<float> size = Vector.Abs(x);
        Vector<float> square = x * x;
        Vector<float> p = Fma(Vector.Create(-5.717025604e-03f), square, Vector.Create(2.065056935e-02f));
        p = Fma(p, square, Vector.Create(-5.374349281e-02f));
        p = Fma(p, square, Vector.Create(1.333149076e-01f));
        p = Fma(p, square, Vector.Create(-3.333328366e-01f));
        Vector<float> near = Fma(p * square, x, x);
        Vector<float> bounded = Between(size, 0f, 10f);
        Vector<float> shifted = Fma(bounded, Vector.Create(2f * Log2E), Vector.Create(RoundingMagic));
        Vector<float> e = ReducedExpMinusOne(bounded + bounded, shifted - Vector.Create(RoundingMagic)) + Vector<float>.One;
        e *= PowerOfTwo(Vector.AsVectorInt32(shifted) - Vector.AsVectorInt32(Vector.Create(RoundingMagic)));
        Vector<float> far = Vector<float>.One - (Vector.Create(2f) / (e + Vector<float>.One));
        return CopySign(Vector.ConditionalSelect(Vector.LessThan(size, Vector.Create(0.625f)), near, far), x);
    }

    /// <summary>1 / (1 + e^-x), with its small values for very negative x intact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sigmoid(Vector<float> x)
    {
        // Beyond 20 the sum rounds to its larger part, and the quotient is 1.
        Vector<float> e = ExpWithin(Between(x, UnderflowArgument, 20f));
        return e / (e + Vector<float>.One);
    }

    /// <summary>log(1 + e^x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Softplus(Vector<float> x)
    {
        Vector<float> tail = LogOnePlusFraction(Exp(-Vector.Abs(x)));
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), tail, x + tail);
    }

    /// <summary>
    /// The standard normal distribution function Phi(x) and its density times sqrt(2 pi), e^(-x^2 / 2). Relative error 2e-7
    /// also in the lower tail: erfc(z) = e^(-z^2) t Q(t) with t = 1 / (1 + 0.4 z).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> NormalDistribution(Vector<float> x, out Vector<float> bell)
    {
        // Beyond 14.4 the tail is smaller than any number.
        Vector<float> size = Vector.MinNative(Vector.Create(14.4f), Vector.Abs(x));
        Vector<float> square = size * size;
        // What the rounding of the square lost matters, for the exponential multiplies it.
        Vector<float> lost = Fma(size, size, -square);
        // The square of e^(-x^2 / 4), which is never denormal itself.
        Vector<float> quarter = square * Vector.Create(-0.25f);
        Vector<float> shifted = Fma(quarter, Vector.Create(Log2E), Vector.Create(RoundingMagic));
        Vector<float> root = ReducedExpMinusOne(Fma(lost, Vector.Create(-0.25f), quarter), shifted - Vector.Create(RoundingMagic)) + Vector<float>.One;
        root *= PowerOfTwo(Vector.AsVectorInt32(shifted) - Vector.AsVectorInt32(Vector.Create(RoundingMagic)));
        bell = root * root;
        Vector<float> t = Vector<float>.One / Fma(size, Vector.Create(0.282842712f), Vector<float>.One);
        Vector<float> q = Fma(Vector.Create(2.105961367e-02f), t, Vector.Create(-7.227741182e-02f));
        q = Fma(q, t, Vector.Create(4.639485106e-02f));
        q = Fma(q, t, Vector.Create(3.891869634e-02f));
        q = Fma(q, t, Vector.Create(4.339529574e-02f));
        q = Fma(q, t, Vector.Create(9.519077837e-02f));
        q = Fma(q, t, Vector.Create(1.013307646e-01f));
        q = Fma(q, t, Vector.Create(1.131671220e-01f));
        q = Fma(q, t, Vector.Create(1.128203198e-01f));
        Vector<float> tail = bell * (t * q);
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), tail, Vector<float>.One - tail);
    }

    /// <summary>Sine and cosine, in radians; the reduction is in double precision, which keeps the phase up to 1e8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(Vector<float> x, out Vector<float> sine, out Vector<float> cosine)
    {
        const double magic = 6755399441055744.0;
        Vector.Widen(x, out Vector<double> low, out Vector<double> high);
        Vector<double> turnsLow = ((low * Vector.Create(0.63661977236758134)) + Vector.Create(magic)) - Vector.Create(magic);
        Vector<double> turnsHigh = ((high * Vector.Create(0.63661977236758134)) + Vector.Create(magic)) - Vector.Create(magic);
        low = low - (turnsLow * Vector.Create(1.5707963267341256)) - (turnsLow * Vector.Create(6.0771005065061922e-11));
        high = high - (turnsHigh * Vector.Create(1.5707963267341256)) - (turnsHigh * Vector.Create(6.0771005065061922e-11));
        Vector<float> r = Vector.Narrow(low, high);
        Vector<long> quarterLow = Vector.AsVectorInt64(turnsLow + Vector.Create(magic));
        Vector<long> quarterHigh = Vector.AsVectorInt64(turnsHigh + Vector.Create(magic));
        Vector<int> quarter = Vector.Narrow(quarterLow, quarterHigh);
        Vector<float> square = r * r;
        Vector<float> s = Fma(Vector.Create(-1.951086888e-04f), square, Vector.Create(8.332131431e-03f));
        s = Fma(s, square, Vector.Create(-1.666665375e-01f));
        s = Fma(s * square, r, r);
        Vector<float> c = Fma(Vector.Create(2.443123594e-05f), square, Vector.Create(-1.388730598e-03f));
        c = Fma(c, square, Vector.Create(4.166664556e-02f));
        c = Fma(c * square, square, Fma(square, Vector.Create(-0.5f), Vector<float>.One));
        Vector<int> odd = Vector.Equals(quarter & Vector<int>.One, Vector<int>.One);
        Vector<int> sineSign = Vector.ShiftLeft(quarter & Vector.Create(2), 30);
        Vector<int> cosineSign = Vector.ShiftLeft((quarter + Vector<int>.One) & Vector.Create(2), 30);
        sine = Vector.AsVectorSingle(Vector.AsVectorInt32(Vector.ConditionalSelect(odd, c, s)) ^ sineSign);
        cosine = Vector.AsVectorSingle(Vector.AsVectorInt32(Vector.ConditionalSelect(odd, s, c)) ^ cosineSign);
    }

    /// <summary>The sine of radians.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sin(Vector<float> x)
    {
        SinCos(x, out Vector<float> sine, out _);
        return Vector.GreaterThanAny(Vector.Abs(x), Vector.Create(LargestReduced)) ? OneByOne(x, sine, cosine: false) : sine;
    }

    /// <summary>The cosine of radians.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Cos(Vector<float> x)
    {
        SinCos(x, out _, out Vector<float> cosine);
        return Vector.GreaterThanAny(Vector.Abs(x), Vector.Create(LargestReduced)) ? OneByOne(x, cosine, cosine: true) : cosine;
    }

    /// <summary>The size of one number with the sign of another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> CopySign(Vector<float> size, Vector<float> sign) => Vector.AsVectorSingle(
        (Vector.AsVectorInt32(size) & Vector.Create(0x7FFFFFFF)) | (Vector.AsVectorInt32(sign) & Vector.Create(int.MinValue)));

    /// <summary>x within bounds; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Between(Vector<float> x, float low, float high)
    {
        // The bound first: where the other is NaN, the processor's own minimum and maximum take the second.
        x = Vector.MaxNative(Vector.Create(low), x);
        return Vector.MinNative(Vector.Create(high), x);
    }

    // Beyond the reduction's reach, lane by lane.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector<float> OneByOne(Vector<float> x, Vector<float> result, bool cosine)
    {
        for (int lane = 0; lane < Vector<float>.Count; lane++)
            if (MathF.Abs(x.GetElement(lane)) > LargestReduced)
                result = result.WithElement(lane, (float)(cosine ? Math.Cos(x.GetElement(lane)) : Math.Sin(x.GetElement(lane))));
        return result;
    }

    // e^(x - n ln 2) - 1 on |x - n ln 2| <= ln(2) / 2; error 4e-9.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> ReducedExpMinusOne(Vector<float> x, Vector<float> n)
    {
        Vector<float> r = Fma(n, Vector.Create(-Ln2High), x);
        r = Fma(n, Vector.Create(-Ln2Low), r);
        Vector<float> q = Fma(Vector.Create(1.395171508e-03f), r, Vector.Create(8.369598538e-03f));
        q = Fma(q, r, Vector.Create(4.166618735e-02f));
        q = Fma(q, r, Vector.Create(1.666651219e-01f));
        q = Fma(q, r, Vector.Create(0.5f));
        return Fma(q * r, r, r);
    }

    // log(1 + f) - f on sqrt(1/2) - 1 <= f <= sqrt(2) - 1; error 6e-9.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> LogTail(Vector<float> f)
    {
        Vector<float> p = Fma(Vector.Create(-7.634343952e-02f), f, Vector.Create(1.276151538e-01f));
        p = Fma(p, f, Vector.Create(-1.316021085e-01f));
        p = Fma(p, f, Vector.Create(1.420176774e-01f));
        p = Fma(p, f, Vector.Create(-1.662335545e-01f));
        p = Fma(p, f, Vector.Create(2.000122666e-01f));
        p = Fma(p, f, Vector.Create(-2.500082254e-01f));
        p = Fma(p, f, Vector.Create(3.333333135e-01f));
        Vector<float> square = f * f;
        return Fma(p * f, square, square * Vector.Create(-0.5f));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> PowerOfTwo(Vector<int> power) => Vector.AsVectorSingle(Vector.ShiftLeft(power + Vector.Create(127), 23));
}
