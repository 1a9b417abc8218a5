namespace Orrery.Tensors.Tests.Reference;

/// <summary>Functions of one number and their derivatives, in double precision.</summary>
internal static class ScalarFunctions
{
    public static double Activate(Activation activation, double x) => activation switch
    {
        Activation.Identity => x,
        Activation.LeakyRelu => Value(UnaryOperation.LeakyRelu, x, 0.01, 0),
        Activation.Elu => Value(UnaryOperation.Elu, x, 1, 0),
        _ => Value(Enum.Parse<UnaryOperation>(activation.ToString()), x, 0, 0),
    };

    public static double Value(UnaryOperation operation, double x, double p0, double p1) => operation switch
    {
        UnaryOperation.Negate => -x,
        UnaryOperation.Square => x * x,
        UnaryOperation.Abs => Math.Abs(x),
        UnaryOperation.Exp => Math.Exp(x),
        UnaryOperation.Log => Math.Log(x),
        UnaryOperation.Sqrt => Math.Sqrt(x),
        UnaryOperation.Rsqrt => 1 / Math.Sqrt(x),
        UnaryOperation.Sin => Math.Sin(x),
        UnaryOperation.Cos => Math.Cos(x),
        UnaryOperation.Tanh => Math.Tanh(x),
        UnaryOperation.Sigmoid => Sigmoid(x),
        UnaryOperation.Relu => x > 0 ? x : double.IsNaN(x) ? x : 0,
        UnaryOperation.LeakyRelu => x > 0 ? x : p0 * x,
        UnaryOperation.Elu => x > 0 ? x : p0 * ExpMinusOne(x),
        UnaryOperation.Gelu => x * NormalBelow(x),
        UnaryOperation.GeluTanh => 0.5 * x * (1 + Math.Tanh(GeluInner(x))),
        UnaryOperation.Silu => double.IsNegativeInfinity(x) ? 0 : x * Sigmoid(x),
        UnaryOperation.Softplus => Softplus(x),
        UnaryOperation.Mish => x * Math.Tanh(Softplus(x)),
        UnaryOperation.Symlog => Sign(x) * LogOnePlus(Math.Abs(x)),
        UnaryOperation.Symexp => Sign(x) * ExpMinusOne(Math.Abs(x)),
        UnaryOperation.Clamp => Math.Min(Math.Max(x, p0), p1),
        UnaryOperation.Affine => (p0 * x) + p1,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    public static double Slope(UnaryOperation operation, double x, double p0, double p1) => operation switch
    {
        UnaryOperation.Negate => -1,
        UnaryOperation.Square => 2 * x,
        UnaryOperation.Abs => Sign(x),
        UnaryOperation.Exp => Math.Exp(x),
        UnaryOperation.Log => 1 / x,
        UnaryOperation.Sqrt => 0.5 / Math.Sqrt(x),
        UnaryOperation.Rsqrt => -0.5 / (x * Math.Sqrt(x)),
        UnaryOperation.Sin => Math.Cos(x),
        UnaryOperation.Cos => -Math.Sin(x),
        UnaryOperation.Tanh => 1 - Math.Pow(Math.Tanh(x), 2),
        UnaryOperation.Sigmoid => Sigmoid(x) * Sigmoid(-x),
        UnaryOperation.Relu => x > 0 ? 1 : 0,
        UnaryOperation.LeakyRelu => x > 0 ? 1 : p0,
        UnaryOperation.Elu => x > 0 ? 1 : p0 * Math.Exp(x),
        UnaryOperation.Gelu => NormalBelow(x) + (x * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI)),
        UnaryOperation.GeluTanh => GeluTanhSlope(x),
        UnaryOperation.Silu => Sigmoid(x) * (1 + (x * Sigmoid(-x))),
        UnaryOperation.Softplus => Sigmoid(x),
        UnaryOperation.Mish => MishSlope(x),
        UnaryOperation.Symlog => 1 / (1 + Math.Abs(x)),
        UnaryOperation.Symexp => Math.Exp(Math.Abs(x)),
        UnaryOperation.Clamp => x < p0 || x > p1 ? 0 : 1,
        UnaryOperation.Affine => p0,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    public static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    private static double Sign(double x) => x > 0 ? 1 : x < 0 ? -1 : x;

    private static double Softplus(double x) => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)));

    // log(1 + u) / u is smooth: dividing by the rounded 1 + u - 1 cancels its rounding (Kahan).
    private static double LogOnePlus(double u) => 1 + u == 1 ? u : double.IsInfinity(u) ? u : Math.Log(1 + u) * (u / (1 + u - 1));

    private static double ExpMinusOne(double x) => Math.Abs(x) < 1e-5 ? x + (0.5 * x * x) + (x * x * x / 6) : Math.Exp(x) - 1;

    private static double GeluInner(double x) => Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x));

    private static double GeluTanhSlope(double x)
    {
        var t = Math.Tanh(GeluInner(x));
        return (0.5 * (1 + t)) + (0.5 * x * (1 - (t * t)) * Math.Sqrt(2 / Math.PI) * (1 + (3 * 0.044715 * x * x)));
    }

    private static double MishSlope(double x)
    {
        var t = Math.Tanh(Softplus(x));
        return t + (x * (1 - (t * t)) * Sigmoid(x));
    }

    // The normal distribution function: a series near the middle, a continued fraction in the tails.
    private static double NormalBelow(double x)
    {
        if (x > 0) return 1 - NormalBelow(-x);
        if (x < -38) return 0;
        if (x > -3)
        {
            double term = x, sum = x;
            for (var n = 1; n < 100; n++)
            {
                term *= x * x / ((2 * n) + 1);
                sum += term;
            }

            return 0.5 + (sum * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI));
        }

        var fraction = 0.0;
        for (var n = 200; n >= 1; n--) fraction = n / (-x + fraction);
        return Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI) / (-x + fraction);
    }
}
