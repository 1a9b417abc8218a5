using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Tensors.Kernels;

/// <summary>
/// The Epps-Pulley statistic of a few neighbouring columns: one sine and cosine per number, the other knots by turning on, which
/// loses one rounding per knot. Deviations from the window are summed rather than cosines, for their sums stay small.
/// </summary>
internal static unsafe class NormalityKernel
{
    private const int Knots = 16;
    private const float Spacing = 3f / 16;

    /// <summary>Numbers of scratch memory per column block.</summary>
    public static int ScratchFloats => 2 * Knots * Vector<float>.Count;

    /// <summary>The statistic of <paramref name="columns"/> (at most a vector's width) columns of [rows, stride].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Statistic(float* x, int rows, int stride, int columns, float* y, float* scratch)
    {
        Moments(x, rows, stride, columns, scratch);
        int width = Vector<float>.Count;
        Vector<float> total = Vector<float>.Zero;
        for (int knot = 1; knot <= Knots; knot++)
        {
            Vector<float> cosine = Vector.Load(scratch + ((knot - 1) * 2 * width)), sine = Vector.Load(scratch + ((knot - 1) * 2 * width) + width);
            total += ((cosine * cosine) + (sine * sine)) * Vector.Create((float)Weight(knot));
        }

        StoreColumns(total * Vector.Create((float)rows), y, columns);
    }

    /// <summary>dx += the gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient(float* x, int rows, int stride, int columns, float* dy, float* dx, float* scratch)
    {
        Moments(x, rows, stride, columns, scratch);
        int width = Vector<float>.Count;
        Vector<float> upstream = LoadColumns(dy, columns);
        for (int knot = 1; knot <= Knots; knot++)
        {
            Vector<float> factor = upstream * Vector.Create((float)(2 * Weight(knot) * Spacing * knot));
            float* place = scratch + ((knot - 1) * 2 * width);
            (Vector.Load(place) * factor).Store(place);
            (Vector.Load(place + width) * factor).Store(place + width);
        }

        for (int row = 0; row < rows; row++)
        {
            float* from = x + ((long)row * stride);
            float* to = dx + ((long)row * stride);
            VectorMath.SinCos(LoadColumns(from, columns) * Vector.Create(Spacing), out Vector<float> sine1, out Vector<float> cosine1);
            Vector<float> sine = sine1, cosine = cosine1, sum = Vector<float>.Zero;
            for (int knot = 0; knot < Knots; knot++)
            {
                float* place = scratch + (knot * 2 * width);
                sum += (Vector.Load(place + width) * cosine) - (Vector.Load(place) * sine);
                Vector<float> turned = (cosine * cosine1) - (sine * sine1);
                sine = (sine * cosine1) + (cosine * sine1);
                cosine = turned;
            }

            StoreColumns(LoadColumns(to, columns) + sum, to, columns);
        }
    }

    // scratch[knot][0] = mean cosine - window, scratch[knot][1] = mean sine.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Moments(float* x, int rows, int stride, int columns, float* scratch)
    {
        int width = Vector<float>.Count;
        float* windows = stackalloc float[Knots];
        for (int knot = 0; knot < Knots; knot++)
            windows[knot] = (float)Window(knot + 1);
        new Span<float>(scratch, ScratchFloats).Clear();
        for (int row = 0; row < rows; row++)
        {
            VectorMath.SinCos(
                LoadColumns(x + ((long)row * stride), columns) * Vector.Create(Spacing), out Vector<float> sine1, out Vector<float> cosine1);
            Vector<float> sine = sine1, cosine = cosine1;
            for (int knot = 0; knot < Knots; knot++)
            {
                float* place = scratch + (knot * 2 * width);
                (Vector.Load(place) + (cosine - Vector.Create(windows[knot]))).Store(place);
                (Vector.Load(place + width) + sine).Store(place + width);
                Vector<float> turned = (cosine * cosine1) - (sine * sine1);
                sine = (sine * cosine1) + (cosine * sine1);
                cosine = turned;
            }
        }

        SumKernel.Scale(scratch, 1f / rows, ScratchFloats);
    }

    private static double Window(int knot) => Math.Exp(-0.5 * (Spacing * knot) * (Spacing * knot));

    // The trapezoid weight times the window; knot 0 never contributes, for its cosine is its window and its sine is 0.
    private static double Weight(int knot) => (knot == Knots ? 3.0 / 16 : 3.0 / 8) * Window(knot);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> LoadColumns(float* address, int columns)
    {
        if (columns == Vector<float>.Count)
            return Vector.Load(address);
        Vector<float> padded = Vector<float>.Zero;
        for (int lane = 0; lane < columns; lane++)
            padded = padded.WithElement(lane, address[lane]);
        return padded;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreColumns(Vector<float> value, float* address, int columns)
    {
        if (columns == Vector<float>.Count)
        {
            value.Store(address);
            return;
        }

        for (int lane = 0; lane < columns; lane++)
            address[lane] = value.GetElement(lane);
    }
}
