using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>Applies a function of one number to a run of numbers. The last, partial vector goes through a padded copy, so that a
/// number's result does not depend on where it stands.</summary>
internal static unsafe class UnaryKernel
{
    public static void Value(UnaryOperation operation, float* x, float* y, int count, float p0, float p1)
    {
        switch (operation)
        {
            case UnaryOperation.Negate: Map<NegateFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Square: Map<SquareFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Abs: Map<AbsFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Exp: Map<ExponentialFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Log: Map<LogarithmFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Sqrt: Map<RootFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Rsqrt: Map<InverseRootFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Sin: Map<SineFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Cos: Map<CosineFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Tanh: Map<HyperbolicTangentFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Sigmoid: Map<LogisticFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Relu: Map<ReluFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.LeakyRelu: Map<LeakyReluFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Elu: Map<EluFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Gelu: Map<GeluFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.GeluTanh: Map<GeluTanhFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Silu: Map<SiluFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Softplus: Map<SoftplusFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Mish: Map<MishFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Symlog: Map<SymlogFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Symexp: Map<SymexpFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Clamp: Map<ClampFunction>(x, y, count, p0, p1); break;
            case UnaryOperation.Affine: Map<AffineFunction>(x, y, count, p0, p1); break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, "Unary: there is no such operation.");
        }
    }

    public static void Gradient(UnaryOperation operation, float* x, float* y, float* dy, float* dx, int count, float p0, float p1)
    {
        switch (operation)
        {
            case UnaryOperation.Negate: Back<NegateFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Square: Back<SquareFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Abs: Back<AbsFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Exp: Back<ExponentialFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Log: Back<LogarithmFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Sqrt: Back<RootFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Rsqrt: Back<InverseRootFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Sin: Back<SineFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Cos: Back<CosineFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Tanh: Back<HyperbolicTangentFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Sigmoid: Back<LogisticFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Relu: Back<ReluFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.LeakyRelu: Back<LeakyReluFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Elu: Back<EluFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Gelu: Back<GeluFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.GeluTanh: Back<GeluTanhFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Silu: Back<SiluFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Softplus: Back<SoftplusFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Mish: Back<MishFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Symlog: Back<SymlogFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Symexp: Back<SymexpFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Clamp: Back<ClampFunction>(x, y, dy, dx, count, p0, p1); break;
            case UnaryOperation.Affine: Back<AffineFunction>(x, y, dy, dx, count, p0, p1); break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, "UnaryGradient: there is no such operation.");
        }
    }

    /// <summary>What a layer does to its output, in place.</summary>
    public static void Activate(Activation activation, float* y, int count)
    {
        switch (activation)
        {
            case Activation.Identity: break;
            case Activation.Relu: Map<ReluFunction>(y, y, count, 0, 0); break;
            case Activation.LeakyRelu: Map<LeakyReluFunction>(y, y, count, 0.01f, 0); break;
            case Activation.Elu: Map<EluFunction>(y, y, count, 1, 0); break;
            case Activation.Gelu: Map<GeluFunction>(y, y, count, 0, 0); break;
            case Activation.Silu: Map<SiluFunction>(y, y, count, 0, 0); break;
            case Activation.Tanh: Map<HyperbolicTangentFunction>(y, y, count, 0, 0); break;
            case Activation.Sigmoid: Map<LogisticFunction>(y, y, count, 0, 0); break;
            case Activation.Softplus: Map<SoftplusFunction>(y, y, count, 0, 0); break;
            case Activation.Mish: Map<MishFunction>(y, y, count, 0, 0); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, "There is no such activation.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map<TFunction>(float* x, float* y, int count, float p0, float p1)
        where TFunction : struct, IUnaryFunction
    {
        int width = Vector<float>.Count;
        Vector<float> first = Vector.Create(p0), second = Vector.Create(p1);
        int index = 0;
        for (; index <= count - width; index += width)
            TFunction.Value(Vector.Load(x + index), first, second).Store(y + index);
        if (index == count)
            return;
        float* padded = stackalloc float[Vector<float>.Count];
        Vector.Create(1f).Store(padded);
        for (int lane = 0; lane < count - index; lane++)
            padded[lane] = x[index + lane];
        TFunction.Value(Vector.Load(padded), first, second).Store(padded);
        for (int lane = 0; lane < count - index; lane++)
            y[index + lane] = padded[lane];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Back<TFunction>(float* x, float* y, float* dy, float* dx, int count, float p0, float p1)
        where TFunction : struct, IUnaryFunction
    {
        int width = Vector<float>.Count;
        Vector<float> first = Vector.Create(p0), second = Vector.Create(p1);
        int index = 0;
        for (; index <= count - width; index += width)
        {
            Vector<float> slope = TFunction.Slope(Vector.Load(x + index), Vector.Load(y + index), first, second);
            (Vector.Load(dx + index) + (Vector.Load(dy + index) * slope)).Store(dx + index);
        }

        if (index == count)
            return;
        float* paddedX = stackalloc float[2 * Vector<float>.Count];
        float* paddedY = paddedX + width;
        Vector.Create(1f).Store(paddedX);
        Vector.Create(1f).Store(paddedY);
        for (int lane = 0; lane < count - index; lane++)
        {
            paddedX[lane] = x[index + lane];
            paddedY[lane] = y[index + lane];
        }

        TFunction.Slope(Vector.Load(paddedX), Vector.Load(paddedY), first, second).Store(paddedX);
        for (int lane = 0; lane < count - index; lane++)
            dx[index + lane] += dy[index + lane] * paddedX[lane];
    }
}
