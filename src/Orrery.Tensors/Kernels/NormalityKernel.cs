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

        int row = 0;
        for (; row < rows - 1; row += 2)
        {
            float* to = dx + ((long)row * stride);
            Angles angles = new(LoadColumns(x + ((long)row * stride), columns)), others = new(LoadColumns(x + ((long)(row + 1) * stride), columns));
            Vector<float> sum = Vector<float>.Zero, otherSum = sum;
            for (float* place = scratch; place < scratch + ScratchFloats; place += 4 * width)
            {
                Vector<float> byCosine = Vector.Load(place), bySine = Vector.Load(place + width);
                sum = VectorMath.Fma(bySine, angles.OddCosine, sum) - (byCosine * angles.OddSine);
                otherSum = VectorMath.Fma(bySine, others.OddCosine, otherSum) - (byCosine * others.OddSine);
                byCosine = Vector.Load(place + (2 * width));
                bySine = Vector.Load(place + (3 * width));
                sum = VectorMath.Fma(bySine, angles.EvenCosine, sum) - (byCosine * angles.EvenSine);
                otherSum = VectorMath.Fma(bySine, others.EvenCosine, otherSum) - (byCosine * others.EvenSine);
                angles.Turn();
                others.Turn();
            }

            StoreColumns(LoadColumns(to, columns) + sum, to, columns);
            StoreColumns(LoadColumns(to + stride, columns) + otherSum, to + stride, columns);
        }

        for (; row < rows; row++)
        {
            float* to = dx + ((long)row * stride);
            Angles angles = new(LoadColumns(x + ((long)row * stride), columns));
            Vector<float> sum = Vector<float>.Zero;
            for (float* place = scratch; place < scratch + ScratchFloats; place += 4 * width)
            {
                sum = VectorMath.Fma(Vector.Load(place + width), angles.OddCosine, sum) - (Vector.Load(place) * angles.OddSine);
                sum = VectorMath.Fma(Vector.Load(place + (3 * width)), angles.EvenCosine, sum) - (Vector.Load(place + (2 * width)) * angles.EvenSine);
                angles.Turn();
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
        int row = 0;
        for (; row < rows - 1; row += 2)
        {
            // Two rows at once: their turns do not wait for each other, and sums are loaded and stored once for both.
            Angles angles = new(LoadColumns(x + ((long)row * stride), columns)), others = new(LoadColumns(x + ((long)(row + 1) * stride), columns));
            float* place = scratch;
            for (int knot = 0; knot < Knots; knot += 2, place += 4 * width)
            {
                Vector<float> window = Vector.Create(windows[knot]);
                (Vector.Load(place) + ((angles.OddCosine - window) + (others.OddCosine - window))).Store(place);
                (Vector.Load(place + width) + (angles.OddSine + others.OddSine)).Store(place + width);
                window = Vector.Create(windows[knot + 1]);
                (Vector.Load(place + (2 * width)) + ((angles.EvenCosine - window) + (others.EvenCosine - window))).Store(place + (2 * width));
                (Vector.Load(place + (3 * width)) + (angles.EvenSine + others.EvenSine)).Store(place + (3 * width));
                angles.Turn();
                others.Turn();
            }
        }

        for (; row < rows; row++)
        {
            Angles angles = new(LoadColumns(x + ((long)row * stride), columns));
            float* place = scratch;
            for (int knot = 0; knot < Knots; knot += 2, place += 4 * width)
            {
                (Vector.Load(place) + (angles.OddCosine - Vector.Create(windows[knot]))).Store(place);
                (Vector.Load(place + width) + angles.OddSine).Store(place + width);
                (Vector.Load(place + (2 * width)) + (angles.EvenCosine - Vector.Create(windows[knot + 1]))).Store(place + (2 * width));
                (Vector.Load(place + (3 * width)) + angles.EvenSine).Store(place + (3 * width));
                angles.Turn();
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

    // Sines and cosines of t_k x for an odd knot and the even one after it, both turned on by two knots each time: two chains that
    // do not wait for each other.
    private struct Angles
    {
        public Vector<float> OddSine;
        public Vector<float> OddCosine;
        public Vector<float> EvenSine;
        public Vector<float> EvenCosine;
        private readonly Vector<float> _sine;
        private readonly Vector<float> _negativeSine;
        private readonly Vector<float> _cosine;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Angles(Vector<float> x)
        {
            VectorMath.SinCos(x * Vector.Create(Spacing), out OddSine, out OddCosine);
            _sine = OddSine * OddCosine * Vector.Create(2f);
            _cosine = VectorMath.Fma(OddSine * Vector.Create(-2f), OddSine, Vector<float>.One);
            _negativeSine = -_sine;
            EvenSine = _sine;
            EvenCosine = _cosine;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Turn()
        {
            Vector<float> odd = VectorMath.Fma(OddSine, _negativeSine, OddCosine * _cosine);
            Vector<float> even = VectorMath.Fma(EvenSine, _negativeSine, EvenCosine * _cosine);
            OddSine = VectorMath.Fma(OddSine, _cosine, OddCosine * _sine);
            EvenSine = VectorMath.Fma(EvenSine, _cosine, EvenCosine * _sine);
            OddCosine = odd;
            EvenCosine = even;
        }
    }
}
