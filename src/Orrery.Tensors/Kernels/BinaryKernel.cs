using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>A function of two numbers: its value, and its slopes along both.</summary>
internal interface IBinaryFunction
{
    static abstract Vector<float> Value(Vector<float> a, Vector<float> b);

    static abstract Vector<float> SlopeA(Vector<float> a, Vector<float> b);

    static abstract Vector<float> SlopeB(Vector<float> a, Vector<float> b);
}

internal readonly struct AddFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> a, Vector<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> SlopeA(Vector<float> a, Vector<float> b) => Vector<float>.One;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> SlopeB(Vector<float> a, Vector<float> b) => Vector<float>.One;
}

internal readonly struct SubtractFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> a, Vector<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> SlopeA(Vector<float> a, Vector<float> b) => Vector<float>.One;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> SlopeB(Vector<float> a, Vector<float> b) => -Vector<float>.One;
}

internal readonly struct MultiplyFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> a, Vector<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> SlopeA(Vector<float> a, Vector<float> b) => b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> SlopeB(Vector<float> a, Vector<float> b) => a;
}

internal readonly struct DivideFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Value(Vector<float> a, Vector<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> SlopeA(Vector<float> a, Vector<float> b) => Vector<float>.One / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> SlopeB(Vector<float> a, Vector<float> b) => -(a / b) / b;
}

/// <summary>Functions of two runs of numbers, either of which may be one number repeated.</summary>
internal static unsafe class BinaryKernel
{
    public static void Value(BinaryOperation operation, float* a, int strideA, float* b, int strideB, float* y, int count)
    {
        switch (operation)
        {
            case BinaryOperation.Add: Map<AddFunction>(a, strideA, b, strideB, y, count); break;
            case BinaryOperation.Subtract: Map<SubtractFunction>(a, strideA, b, strideB, y, count); break;
            case BinaryOperation.Multiply: Map<MultiplyFunction>(a, strideA, b, strideB, y, count); break;
            case BinaryOperation.Divide: Map<DivideFunction>(a, strideA, b, strideB, y, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, "Binary: there is no such operation.");
        }
    }

    /// <summary>Adds the slope along a (or b) times dy to a run, or their sum to one number when its stride is 0.</summary>
    public static void Gradient(
        BinaryOperation operation, bool alongA, float* a, int strideA, float* b, int strideB, float* dy, float* target, int count)
    {
        switch (operation)
        {
            case BinaryOperation.Add: Back<AddFunction>(alongA, a, strideA, b, strideB, dy, target, count); break;
            case BinaryOperation.Subtract: Back<SubtractFunction>(alongA, a, strideA, b, strideB, dy, target, count); break;
            case BinaryOperation.Multiply: Back<MultiplyFunction>(alongA, a, strideA, b, strideB, dy, target, count); break;
            case BinaryOperation.Divide: Back<DivideFunction>(alongA, a, strideA, b, strideB, dy, target, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, "BinaryGradient: there is no such operation.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map<TFunction>(float* a, int strideA, float* b, int strideB, float* y, int count)
        where TFunction : struct, IBinaryFunction
    {
        int width = Vector<float>.Count;
        int index = 0;
        if (strideA != 0 && strideB != 0)
        {
            for (; index <= count - width; index += width)
                TFunction.Value(Vector.Load(a + index), Vector.Load(b + index)).Store(y + index);
        }
        else if (strideA != 0)
        {
            Vector<float> repeated = Vector.Create(*b);
            for (; index <= count - width; index += width)
                TFunction.Value(Vector.Load(a + index), repeated).Store(y + index);
        }
        else
        {
            Vector<float> repeated = Vector.Create(*a);
            for (; index <= count - width; index += width)
                TFunction.Value(repeated, strideB == 0 ? Vector.Create(*b) : Vector.Load(b + index)).Store(y + index);
        }

        for (; index < count; index++)
            y[index] = TFunction.Value(Vector.Create(a[index * strideA]), Vector.Create(b[index * strideB])).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Back<TFunction>(
        bool alongA, float* a, int strideA, float* b, int strideB, float* dy, float* target, int count)
        where TFunction : struct, IBinaryFunction
    {
        int width = Vector<float>.Count;
        bool sums = (alongA ? strideA : strideB) == 0;
        Vector<float> repeatedA = Vector.Create(*a), repeatedB = Vector.Create(*b);
        Vector<float> sum = Vector<float>.Zero;
        int index = 0;
        for (; index <= count - width; index += width)
        {
            Vector<float> first = strideA == 0 ? repeatedA : Vector.Load(a + index);
            Vector<float> second = strideB == 0 ? repeatedB : Vector.Load(b + index);
            Vector<float> slope = alongA ? TFunction.SlopeA(first, second) : TFunction.SlopeB(first, second);
            Vector<float> part = Vector.Load(dy + index) * slope;
            if (sums)
                sum += part;
            else
                (Vector.Load(target + index) + part).Store(target + index);
        }

        float rest = 0;
        for (; index < count; index++)
        {
            Vector<float> first = Vector.Create(a[index * strideA]), second = Vector.Create(b[index * strideB]);
            Vector<float> slope = alongA ? TFunction.SlopeA(first, second) : TFunction.SlopeB(first, second);
            float part = dy[index] * slope.ToScalar();
            if (sums)
                rest += part;
            else
                target[index] += part;
        }

        if (sums)
            *target += Vector.Sum(sum) + rest;
    }
}
